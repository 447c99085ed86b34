namespace AgentCraft.Data.Handovers;

/// <summary>Something that a hand-over must keep; one kind of rule is one subclass.</summary>
internal abstract class HandoverRule(string name, RuleType type, RuleSeverity severity)
{
    /// <summary>Looks at one document.</summary>
    public abstract RuleResult Check(MarkdownOutline document);

    protected RuleResult Passed(int? line, string message) => new(name, type, RuleStatus.Passed, severity, line, message);

    protected RuleResult Broken(int? line, string message) =>
        new(name, type, severity == RuleSeverity.Error ? RuleStatus.Failed : RuleStatus.Warning, severity, line, message);
}
