using System.Text.Json.Serialization;

namespace AgentCraft.Data.Diagnosis;

/// <summary>How bad it is.</summary>
[JsonConverter(typeof(SnakeCaseEnum<Severity>))]
public enum Severity
{
    /// <summary>Nothing to do.</summary>
    Ok,
    /// <summary>It works, and should be looked at.</summary>
    Warning,
    /// <summary>Something does not work, or is not safe.</summary>
    Error,
}

/// <summary>Something that is not as it should be.</summary>
public sealed record Finding
{
    /// <summary>How bad it is.</summary>
    public required Severity Severity { get; init; }
    /// <summary>What is so, in one sentence.</summary>
    public required string What { get; init; }
    /// <summary>What comes of it.</summary>
    public required string Why { get; init; }
    /// <summary>The command to run next, as it is to be typed.</summary>
    public required string Next { get; init; }
    /// <summary><c>agentcraft doctor --fix</c> puts it right.</summary>
    public bool Fixable { get; init; }
    /// <summary>The files that it is about, relative to the root where they are below it; at most fifty.</summary>
    public IReadOnlyList<string>? Paths { get; init; }

    /// <summary>What <c>--fix</c> does about it.</summary>
    [JsonIgnore]
    internal Remedies.IRemedy? Remedy { get; init; }

    internal static Finding Warning(string what, string why, string next) => new() { Severity = Severity.Warning, What = what, Why = why, Next = next };

    internal static Finding Error(string what, string why, string next) => new() { Severity = Severity.Error, What = what, Why = why, Next = next };
}

/// <summary>What one check saw.</summary>
public sealed record CheckReport
{
    /// <summary>Which: <c>permissions</c>; stable, for programs.</summary>
    public required string Check { get; init; }
    /// <summary>The same for people.</summary>
    public required string Title { get; init; }
    /// <summary>The worst of its findings.</summary>
    public Severity Severity => Findings.Select(finding => finding.Severity).DefaultIfEmpty(Severity.Ok).Max();
    /// <summary>What was looked at, in one line.</summary>
    public required string Summary { get; init; }
    /// <summary>What is not as it should be, the worst first.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }
}

/// <summary>What a look at everything found.</summary>
public sealed record DoctorReport
{
    /// <summary>The project's directory.</summary>
    public required string Root { get; init; }
    /// <summary>When.</summary>
    public required DateTimeOffset CheckedAt { get; init; }
    /// <summary>The worst of all.</summary>
    public Severity Status => Checks.Select(check => check.Severity).DefaultIfEmpty(Severity.Ok).Max();
    /// <summary>How many findings are errors.</summary>
    public int Errors => Checks.Sum(check => check.Findings.Count(finding => finding.Severity == Severity.Error));
    /// <summary>How many are warnings.</summary>
    public int Warnings => Checks.Sum(check => check.Findings.Count(finding => finding.Severity == Severity.Warning));
    /// <summary>Every check that applies here, always in the same order.</summary>
    public required IReadOnlyList<CheckReport> Checks { get; init; }
}
