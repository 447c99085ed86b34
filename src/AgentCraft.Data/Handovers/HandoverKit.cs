namespace AgentCraft.Data.Handovers;

/// <summary>A template with the rules of the documents that are made from it, and the files that both were read from.</summary>
/// <param name="Template">The template.</param>
/// <param name="Rules">All rules, in the order in which they are checked.</param>
/// <param name="File">The template's file.</param>
/// <param name="RuleFile">The file of rules; null when there is none.</param>
/// <param name="RuleTexts">The rules of that file, as they stand there.</param>
internal sealed record HandoverKit(
    HandoverTemplate Template, IReadOnlyList<HandoverRule> Rules, ConfigFile File, ConfigFile? RuleFile, IReadOnlyList<(HandoverRule Rule, string Text)> RuleTexts)
{
    /// <summary>Reads both files.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c> naming file and line.</exception>
    public static HandoverKit Of(ConfigFile file, ConfigFile? rules)
    {
        HandoverTemplate template = TemplateOf(file);
        IReadOnlyList<(HandoverRule Rule, string Text)> given = rules is null ? [] : Handovers.RuleFile.Read(rules, template);
        return new(template, HandoverRules.Of(template, [.. given.Select(one => one.Rule)]), file, rules, given);
    }

    /// <summary>What the rules say of a document.</summary>
    public IReadOnlyList<RuleResult> Check(MarkdownOutline document, CitationReport cited) => HandoverRules.Check(Rules, document, cited);

    private static HandoverTemplate TemplateOf(ConfigFile file)
    {
        if (string.IsNullOrWhiteSpace(file.Text))
            throw file.Invalid(1, "the template is empty.");
        try
        {
            return HandoverTemplate.Parse(file.Name, file.Text);
        }
        catch (AgentCraftException unreadable) when (unreadable.Code == ErrorCodes.InvalidText)
        {
            throw file.Invalid(1, unreadable.Message);
        }
    }
}
