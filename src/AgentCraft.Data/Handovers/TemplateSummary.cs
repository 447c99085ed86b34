namespace AgentCraft.Data.Handovers;

/// <summary>A template, for choosing one.</summary>
public sealed record TemplateSummary
{
    internal const int MostPrompts = 50;

    /// <summary>What create_handover takes.</summary>
    public required string Name { get; init; }
    /// <summary>Its file.</summary>
    public required string Path { get; init; }
    /// <summary>The project's own; false for one that ships.</summary>
    public bool Own { get; init; }
    /// <summary>SHA-256 of its text; null when it cannot be read.</summary>
    public string? Hash { get; init; }
    /// <summary>The headings that must be written.</summary>
    public IReadOnlyList<string> RequiredSections { get; init; } = [];
    /// <summary>What the author is asked for, at most 50; what is known is filled in.</summary>
    public IReadOnlyList<string> Prompts { get; init; } = [];
    /// <summary>What else a document is checked for: names of rules, those of severity warning marked so.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];
    /// <summary>The file of those rules that the template does not hold itself.</summary>
    public string? RulesPath { get; init; }
    /// <summary>Why it cannot be used, with file and line.</summary>
    public string? Error { get; init; }
}
