namespace AgentCraft.Data.Handovers;

/// <summary>Something that a hand-over must keep; one kind of rule is one subclass.</summary>
internal abstract class HandoverRule(string name, RuleType type, RuleSeverity severity)
{
    /// <summary>Unique among the rules of a template.</summary>
    public string Name => name;

    /// <summary>What kind of thing it looks at.</summary>
    public RuleType Type => type;

    /// <summary>What breaking it means.</summary>
    public RuleSeverity Severity => severity;

    /// <summary>Looks at one document.</summary>
    /// <param name="document">The document.</param>
    /// <param name="cited">How what it cites was found in the project.</param>
    public abstract RuleResult Check(MarkdownOutline document, CitationReport cited);

    protected RuleResult Passed(int? line, string message) => new(name, type, RuleStatus.Passed, severity, line, message);

    protected RuleResult Broken(int? line, string message) =>
        new(name, type, severity == RuleSeverity.Error ? RuleStatus.Failed : RuleStatus.Warning, severity, line, message);
}
