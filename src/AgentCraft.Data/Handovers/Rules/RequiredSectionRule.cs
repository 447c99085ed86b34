namespace AgentCraft.Data.Handovers;

/// <summary>A section must be in the document, and written.</summary>
internal sealed class RequiredSectionRule(string name, RuleSeverity severity, HandoverTemplate template, string heading, OutlineSection? wanted)
    : HandoverRule(name, RuleType.MandatorySection, severity)
{
    private const int UsualLevel = 2;

    /// <summary>A section that the template marks as required.</summary>
    public RequiredSectionRule(string name, HandoverTemplate template, OutlineSection wanted)
        : this(name, RuleSeverity.Error, template, wanted.Heading, wanted) { }

    /// <summary>A section that a file of rules names; the template may have it or not.</summary>
    public RequiredSectionRule(string name, RuleSeverity severity, HandoverTemplate template, string heading)
        : this(name, severity, template, heading, template.Outline.Find(heading)) { }

    /// <summary>What the section is called.</summary>
    public string Heading => heading;

    /// <summary>What of that counts.</summary>
    public HeadingKey Key { get; } = HeadingKey.Of(heading);

    public override RuleResult Check(MarkdownOutline document, CitationReport cited)
    {
        IReadOnlyList<OutlineSection> found = document.FindAll(heading);
        if (found.Count == 0)
            return Broken(null, Missing(document));
        if (found.FirstOrDefault(section => section.HasContent && !IsUntouched(section)) is { } written)
            return Passed(written.Line, $"Section '{written.Heading}' is written.");
        return Broken(found[0].Line, Unwritten(document, found[0]));
    }

    private string Missing(MarkdownOutline document)
    {
        string what = $"{(document.HasContent ? "Section" : "The document is empty: section")} '{heading}' is missing.";
        string fix = $" Add a line '{new string('#', wanted?.Level ?? UsualLevel)} {heading}' with its text below";
        return what + fix + (NearestHeading.Of(Key, document) is { } near
            ? $", or rename '{near.Heading}' (line {near.Line}) if that is it."
            : ".");
    }

    private string Unwritten(MarkdownOutline document, OutlineSection section)
    {
        string where = $"Section '{section.Heading}' (line {section.Line})";
        if (section.HasContent)
            return $"{where} still reads as in the template. Write what holds for this session.";
        IReadOnlyList<Placeholder> open = [.. document.PlaceholdersIn(section)];
        if (open.Count > 0)
            return $"{where} still holds only placeholders: {NoPlaceholdersLeftRule.List(open)}. Replace them with text.";
        OutlineSection? next = document.Sections.FirstOrDefault(other => other.BodyStart > section.BodyStart);
        return next is { IsUnderlined: true }
            ? $"{where} is empty: the line under the text on line {next.Line} makes that text a heading. Put a blank line between the two."
            : $"{where} is empty. Write its text below the heading.";
    }

    // Labels around the prompts of a template are words too; only a comparison tells that nobody wrote any of it.
    private bool IsUntouched(OutlineSection section) =>
        wanted is not null && template.Outline.PlaceholdersIn(wanted).Any() && Words(section) == Words(wanted);

    private static string Words(OutlineSection section) => OneLine.Of(section.Body);
}
