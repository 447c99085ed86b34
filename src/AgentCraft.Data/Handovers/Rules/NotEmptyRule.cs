namespace AgentCraft.Data.Handovers;

/// <summary>Stands in when a template requires no section, so that an empty document fails there too.</summary>
internal sealed class NotEmptyRule() : HandoverRule("not-empty", RuleType.ValidationRule, RuleSeverity.Error)
{
    public override RuleResult Check(MarkdownOutline document, CitationReport cited) => document.HasContent
        ? Passed(null, "The document has text.")
        : Broken(null, "The document is empty: it has no text apart from headings, comments and placeholders. Write it.");
}
