using System.Text.Json.Serialization;

namespace AgentCraft.Data.Storage.Migrations;

/// <summary>One schema set in one store: what has been applied to it, and what this program has.</summary>
public sealed record SchemaState
{
    /// <summary><c>central</c>, <c>agents/common</c>, <c>agents/code-reviewer</c> …</summary>
    public required string Set { get; init; }
    /// <summary>The file, or how a person knows the database.</summary>
    public required string Store { get; init; }
    /// <summary>Whose file; null for the central one, and where agents share their tables.</summary>
    public string? Agent { get; init; }
    /// <summary>The number of the newest migration that was applied; 0 for none.</summary>
    public int Version { get; init; }
    /// <summary>The number of this program's newest.</summary>
    public int Newest { get; init; }
    /// <summary>What was applied, in order.</summary>
    public required IReadOnlyList<AppliedMigration> Applied { get; init; }
    /// <summary>What <c>migrate up</c> would apply.</summary>
    public required IReadOnlyList<string> Pending { get; init; }
    /// <summary>Applied migrations whose file has changed since.</summary>
    public required IReadOnlyList<Drift> Drift { get; init; }
    /// <summary>Applied migrations that this program does not know: a newer one made them, or the project's file is gone.</summary>
    public required IReadOnlyList<string> Unknown { get; init; }
    /// <summary>The version of the program that migrated the store last, where that was written down.</summary>
    public string? MigratedBy { get; init; }
    /// <summary>True when this program can work with it as it is.</summary>
    public bool IsUpToDate => Pending.Count + Drift.Count + Unknown.Count == 0;

    [JsonIgnore]
    internal MigrationSet Known { get; init; } = null!;

    /// <summary>Why it cannot be migrated by this program; null when it can. A set of which nothing is known here is left alone.</summary>
    [JsonIgnore]
    internal AgentCraftException? Fault => Known.Migrations.Count == 0 ? null
        : Unknown.Count > 0 ? MigrationErrors.TooNew(Store, Known, Unknown[^1], MigratedBy)
        : Drift.Count > 0 ? MigrationErrors.Mismatch(Store, Drift[0]) : null;
}

/// <summary>A migration that was applied.</summary>
public sealed record AppliedMigration
{
    /// <summary>The file's name without its extension.</summary>
    public required string Name { get; init; }
    /// <summary>SHA-256 of its up part, as it was applied.</summary>
    public required string Checksum { get; init; }
    /// <summary>When.</summary>
    public required string AppliedAt { get; init; }
}

/// <summary>A migration whose file is another one than that which was applied.</summary>
public sealed record Drift
{
    /// <summary><c>central/0003-projects-and-toolbox</c>.</summary>
    public required string File { get; init; }
    /// <summary>SHA-256 of this program's.</summary>
    public required string Expected { get; init; }
    /// <summary>SHA-256 of what was applied.</summary>
    public required string Found { get; init; }

    [JsonIgnore]
    internal bool IsProjects { get; init; }
}

/// <summary>What a step back would delete.</summary>
public sealed record LostData
{
    /// <summary>The table.</summary>
    public required string Table { get; init; }
    /// <summary>The column; null when the whole table goes.</summary>
    public string? Column { get; init; }
    /// <summary>Rows of the table; of a column those in which it has a value other than its default.</summary>
    public long Rows { get; init; }
}
