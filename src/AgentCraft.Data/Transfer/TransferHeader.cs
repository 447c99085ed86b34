using System.Text.Json.Serialization;

namespace AgentCraft.Data.Transfer;

/// <summary>The first line of an export.</summary>
public sealed record TransferHeader
{
    /// <summary>The format that this program writes; it reads this one and older ones.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Always <c>export</c>: tells such a file from any other.</summary>
    public required string Agentcraft { get; init; }
    /// <summary>The number of the format.</summary>
    public int Format { get; init; }
    /// <summary>The version of the program that wrote it.</summary>
    public required string Program { get; init; }
    /// <summary>When.</summary>
    public DateTimeOffset ExportedAt { get; init; }
    /// <summary>sqlite or postgres.</summary>
    public required string Engine { get; init; }
    /// <summary>The newest migration of each set of tables: <c>central</c>, <c>agents/common</c> …</summary>
    public required IReadOnlyDictionary<string, string> Schemas { get; init; }
    /// <summary>True for everything that the store had; false for one project and what all projects share.</summary>
    public bool IsWhole { get; init; }
    /// <summary>The projects in it.</summary>
    public required IReadOnlyList<TransferName> Projects { get; init; }
    /// <summary>The id of the project that was the store's default; null when it is not in it.</summary>
    public string? DefaultProject { get; init; }
    /// <summary>The agent in whose file all hand-overs lie; null before the first.</summary>
    public TransferName? Keeper { get; init; }
    /// <summary>How many rows of each central table follow.</summary>
    public required IReadOnlyDictionary<string, long> Counts { get; init; }
}

/// <summary>What something is called.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
public sealed record TransferName(string Id, string Name);

/// <summary>The last line of an export: without it the file was cut off.</summary>
public sealed record TransferTrailer
{
    /// <summary>Always true.</summary>
    public bool End { get; init; }
    /// <summary>How many lines there are before it.</summary>
    public long Lines { get; init; }
    /// <summary>How many rows of each table; those of agents' own files begin with <c>agent.</c></summary>
    public required IReadOnlyDictionary<string, long> Counts { get; init; }
    /// <summary>SHA-256 of all bytes before this line, hexadecimal.</summary>
    public required string Sha256 { get; init; }
}

/// <summary>How far it is.</summary>
/// <param name="Stage">What is being done: exporting, checking, importing.</param>
/// <param name="Done">Rows of an export, bytes of an import.</param>
/// <param name="Total">Of how many; null while nobody knows.</param>
public readonly record struct TransferProgress(string Stage, long Done, long? Total);

/// <summary>What was exported.</summary>
public sealed record ExportSummary
{
    /// <summary>The names of the projects.</summary>
    public required IReadOnlyList<string> Projects { get; init; }
    /// <summary>How many rows, by table.</summary>
    public required IReadOnlyDictionary<string, long> Counts { get; init; }
    /// <summary>All rows together.</summary>
    public long Rows { get; init; }
    /// <summary>The file's length.</summary>
    public long Bytes { get; init; }
    /// <summary>As the last line has it.</summary>
    public required string Sha256 { get; init; }
    /// <summary>What could not be exported, and why.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
    /// <summary>The file; null for standard output.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? File { get; init; }
}
