namespace AgentCraft.Data.Handovers;

/// <summary>Front matter, where there is some, is valid YAML.</summary>
internal sealed class FrontMatterValidRule(string name, RuleSeverity severity) : HandoverRule(name, RuleType.QualityCheck, severity)
{
    public const string DefaultName = "front-matter-valid";

    public override RuleResult Check(MarkdownOutline document, CitationReport cited) => FrontMatter.Of(document) switch
    {
        _ when document.FrontMatter is null => Passed(null, "There is no front matter."),
        { Fault: { } fault } broken => Broken(broken.FaultLine,
            $"The front matter is no valid YAML at line {broken.FaultLine}: {fault}. Put the value into quotes, or mend the brackets."),
        _ => Passed(1, "The front matter is valid YAML."),
    };
}

/// <summary>The front matter has a key, and the key a value.</summary>
internal sealed class FrontMatterKeyRule(string name, RuleSeverity severity, string key) : HandoverRule(name, RuleType.QualityCheck, severity)
{
    public override RuleResult Check(MarkdownOutline document, CitationReport cited)
    {
        FrontMatter read = FrontMatter.Of(document);
        if (document.FrontMatter is null)
            return Broken(null, $"There is no front matter. Begin the document with '---', '{key}: …' and '---', each on its line.");
        if (read.Find(key) is not { } value)
            return Broken(1, $"The front matter lacks '{key}'. Add a line '{key}: …' between the dashes.");
        return string.IsNullOrWhiteSpace(value) && !read.HoldsMore(key)
            ? Broken(read.LineOf(key), $"'{key}' in the front matter (line {read.LineOf(key)}) is empty. Give it a value.")
            : Passed(read.LineOf(key), $"The front matter has '{key}'.");
    }
}
