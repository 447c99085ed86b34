using AgentCraft.Data.Handovers.Git;

namespace AgentCraft.Data.Handovers;

/// <summary>A filled document with what the rules say of it.</summary>
internal sealed record Draft(
    string Template, string Title, string Content, IReadOnlyList<RuleResult> Results, IReadOnlyList<Placeholder> Placeholders)
{
    private const int LargestBytes = 2 * 1024 * 1024;

    /// <summary>Only failed rules of severity error keep a document from passing.</summary>
    public ValidationStatus Validation =>
        Results.Any(r => r is { Status: RuleStatus.Failed, Severity: RuleSeverity.Error }) ? ValidationStatus.Failed : ValidationStatus.Passed;

    /// <summary>What it cites, as it is now.</summary>
    public required CitationReport Cited { get; init; }

    /// <summary>Where the work stands in git.</summary>
    public required GitView Git { get; init; }

    /// <summary>Looks for what the content cites, and checks it.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_text</c>, <c>payload_too_large</c></exception>
    /// <param name="kit">Its template and rules.</param>
    /// <param name="title">Its title.</param>
    /// <param name="content">Markdown.</param>
    /// <param name="root">The project.</param>
    /// <param name="git">What was seen of git; null when nobody looked yet.</param>
    /// <param name="before">The fingerprints that were kept with it; null when there are none.</param>
    public static async Task<Draft> Of(HandoverKit kit, string title, string content, string root, GitView? git, IReadOnlyDictionary<string, string>? before = null)
    {
        Text.Within(content, "The document", LargestBytes, "Name files instead of quoting them.");
        MarkdownOutline outline = MarkdownOutline.Parse(content);
        // One look has one deadline: a git that hangs is not waited for twice.
        CitationReport cited = git is null ? await Citations.Look(outline, root, before) : await Citations.Look(outline, root, before, git.Repository);
        return new(kit.Template.Name, title, content, kit.Check(outline, cited), outline.Placeholders) { Cited = cited, Git = git ?? new() };
    }

    /// <summary>The answer once it is stored.</summary>
    public CreatedHandover Created(string id, int version, string? publishedTo) => new()
    {
        Id = id,
        Version = version,
        Title = Title,
        Status = publishedTo is null ? HandoverStatus.Draft : HandoverStatus.Published,
        ValidationStatus = Validation,
        PlaceholdersRemaining = Placeholders,
        Validation = Results,
        Path = publishedTo,
        Content = Content,
    };
}
