using System.Text.Json.Serialization;

namespace AgentCraft.Data.Handovers;

/// <summary>What kind of thing a rule looks at.</summary>
[JsonConverter(typeof(SnakeCaseEnum<RuleType>))]
public enum RuleType
{
    /// <summary>A section must be there and written.</summary>
    MandatorySection,
    /// <summary>How good a text is: its length, a list, a task box.</summary>
    QualityCheck,
    /// <summary>Something must hold for the whole document.</summary>
    ValidationRule,
}

/// <summary>How a rule came out.</summary>
[JsonConverter(typeof(SnakeCaseEnum<RuleStatus>))]
public enum RuleStatus
{
    /// <summary>The document keeps the rule.</summary>
    Passed,
    /// <summary>It breaks a rule of severity <see cref="RuleSeverity.Error"/>.</summary>
    Failed,
    /// <summary>It breaks a rule of severity <see cref="RuleSeverity.Warning"/>.</summary>
    Warning,
}

/// <summary>What breaking a rule means.</summary>
[JsonConverter(typeof(SnakeCaseEnum<RuleSeverity>))]
public enum RuleSeverity
{
    /// <summary>The document fails.</summary>
    Error,
    /// <summary>The document passes, with a remark.</summary>
    Warning,
}

/// <summary>How one rule came out for one document.</summary>
/// <param name="RuleName">Unique among the rules of a check: <c>required-section-goal</c>.</param>
/// <param name="RuleType">What kind of rule it is.</param>
/// <param name="Status">How it came out.</param>
/// <param name="Severity">What breaking it means.</param>
/// <param name="Line">The line in the document that it is about, from 1; null when there is none.</param>
/// <param name="Message">What was found, and when the rule is broken, what to do.</param>
public sealed record RuleResult(string RuleName, RuleType RuleType, RuleStatus Status, RuleSeverity Severity, int? Line, string Message);
