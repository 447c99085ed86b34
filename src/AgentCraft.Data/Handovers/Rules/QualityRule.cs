namespace AgentCraft.Data.Handovers;

/// <summary>A rule about how good one section is; without a heading about the whole document.</summary>
internal abstract class QualityRule(string name, RuleSeverity severity, string? heading) : HandoverRule(name, RuleType.QualityCheck, severity)
{
    public sealed override RuleResult Check(MarkdownOutline document, CitationReport cited)
    {
        if (heading is null)
            return Judge(document, document.Content, "The document", null);
        IReadOnlyList<OutlineSection> found = document.FindAll(heading);
        // Whether a section must be there is a mandatory_section's business, but one that is not there has no quality either.
        if (found.Count == 0)
            return Broken(null, $"There is no section '{heading}' to look at. Add a line '## {heading}' with its text below.");
        OutlineSection section = found.FirstOrDefault(s => s.HasContent) ?? found[0];
        return Judge(document, section.Content, $"Section '{section.Heading}' (line {section.Line})", section.Line);
    }

    /// <summary>Looks at a text.</summary>
    /// <param name="document">Where it stands.</param>
    /// <param name="content">What is written there.</param>
    /// <param name="where">How to call it at the beginning of a message.</param>
    /// <param name="line">Where it begins.</param>
    protected abstract RuleResult Judge(MarkdownOutline document, Content content, string where, int? line);
}

/// <summary>Something is written there.</summary>
internal sealed class WrittenRule(string name, RuleSeverity severity, string? heading) : QualityRule(name, severity, heading)
{
    protected override RuleResult Judge(MarkdownOutline document, Content content, string where, int? line) =>
        content.IsWritten ? Passed(line, $"{where} is written.") : Broken(line, $"{where} is empty. Write its text.");
}

/// <summary>It has so many words, headings, comments and placeholders apart.</summary>
internal sealed class MinimumWordsRule(string name, RuleSeverity severity, string? heading, int least) : QualityRule(name, severity, heading)
{
    protected override RuleResult Judge(MarkdownOutline document, Content content, string where, int? line) => content.Words >= least
        ? Passed(line, $"{where} has {content.Words:N0} words.")
        : Broken(line, $"{where} has {content.Words:N0} word{(content.Words == 1 ? "" : "s")}, and should have at least {least:N0}. Say more.");
}

/// <summary>It has a list.</summary>
internal sealed class HasListRule(string name, RuleSeverity severity, string? heading) : QualityRule(name, severity, heading)
{
    protected override RuleResult Judge(MarkdownOutline document, Content content, string where, int? line) => content.ListItems > 0
        ? Passed(line, $"{where} has a list.")
        : Broken(line, $"{where} has no list. Write its points as lines that begin with '- '.");
}

/// <summary>It has a task box.</summary>
internal sealed class HasTaskBoxRule(string name, RuleSeverity severity, string? heading) : QualityRule(name, severity, heading)
{
    protected override RuleResult Judge(MarkdownOutline document, Content content, string where, int? line) => content.TaskBoxes > 0
        ? Passed(line, $"{where} has a task box.")
        : Broken(line, $"{where} has no task box. Write what is to be done as '- [ ] …'.");
}
