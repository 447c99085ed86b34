namespace AgentCraft.Data.Configuration;

/// <summary>Something that is wrong with the configuration.</summary>
public sealed record ConfigFinding
{
    /// <summary>The file, relative to the root; or the environment variable.</summary>
    public required string Path { get; init; }
    /// <summary>Counted from 1; null where the file as a whole is meant.</summary>
    public int? Line { get; init; }
    /// <summary>Counted from 1, in UTF-16 units; null where the line as a whole is meant.</summary>
    public int? Column { get; init; }
    /// <summary>False for what works and should be looked at all the same.</summary>
    public bool IsError { get; init; } = true;
    /// <summary>What is wrong.</summary>
    public required string Message { get; init; }

    /// <summary>As one line.</summary>
    public override string ToString() =>
        $"{Path}{(Line is { } line ? $", line {line}" : "")}{(Column is { } column ? $", column {column}" : "")}: {(IsError ? "" : "warning: ")}{Message}";
}

/// <summary>What a look at all configuration of a project found.</summary>
/// <param name="Files">How many files were looked at.</param>
/// <param name="Findings">By file and place.</param>
public sealed record CheckedConfig(int Files, IReadOnlyList<ConfigFinding> Findings)
{
    /// <summary>True when there is no error; warnings may be.</summary>
    public bool Passed => Findings.All(finding => !finding.IsError);
}
