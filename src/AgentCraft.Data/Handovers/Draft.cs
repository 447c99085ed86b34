namespace AgentCraft.Data.Handovers;

/// <summary>A filled document with what the rules say of it.</summary>
internal sealed record Draft(
    string Template, string Title, string Content, IReadOnlyList<RuleResult> Results, IReadOnlyList<Placeholder> Placeholders)
{
    /// <summary>Only failed rules of severity error keep a document from passing.</summary>
    public ValidationStatus Validation =>
        Results.Any(r => r is { Status: RuleStatus.Failed, Severity: RuleSeverity.Error }) ? ValidationStatus.Failed : ValidationStatus.Passed;

    /// <summary>Checks the content.</summary>
    public static Draft Of(HandoverTemplate template, string title, string content)
    {
        MarkdownOutline outline = MarkdownOutline.Parse(content);
        return new(template.Name, title, content, HandoverRules.Check(template, outline), outline.Placeholders);
    }

    /// <summary>The answer once it is stored as version 1.</summary>
    public CreatedHandover Created(string id, string? publishedTo) => new()
    {
        Id = id,
        Version = 1,
        Title = Title,
        Status = publishedTo is null ? HandoverStatus.Draft : HandoverStatus.Published,
        ValidationStatus = Validation,
        PlaceholdersRemaining = Placeholders,
        Validation = Results,
        Path = publishedTo,
        Content = Content,
    };
}
