namespace AgentCraft.Data.Configuration;

/// <summary>A template, skill, workflow or prompt, for choosing one.</summary>
public sealed record ConfigSummary
{
    /// <summary>The file's, without extension.</summary>
    public required string Name { get; init; }
    /// <summary>Its file: relative to the root, or as it ships.</summary>
    public required string Path { get; init; }
    /// <summary>True for the project's own file, false for one that ships.</summary>
    public bool Own { get; init; }
    /// <summary>The version of the format that the file is written in; null when it cannot be read.</summary>
    public int? Version { get; init; }
    /// <summary>One line.</summary>
    public string? Title { get; init; }
    /// <summary>What it is for.</summary>
    public string? Description { get; init; }
    /// <summary>Why it cannot be used, with file, line and column.</summary>
    public string? Error { get; init; }
}
