namespace AgentCraft.Data.Diagnosis.Remedies;

/// <summary>What was put right.</summary>
public sealed record FixReport
{
    /// <summary>By which it can be taken back; null when there was nothing to do.</summary>
    public string? Id { get; init; }
    /// <summary>The directory of the journal.</summary>
    public string? Journal { get; init; }
    /// <summary>The backup that was made before.</summary>
    public string? Backup { get; init; }
    /// <summary>Why none could be made; rows were left as they are then.</summary>
    public string? NoBackup { get; init; }
    /// <summary>Each finding that could be put right.</summary>
    public required IReadOnlyList<FixedFinding> Done { get; init; }
    /// <summary>What was found afterwards.</summary>
    public required DoctorReport After { get; init; }
}

/// <summary>A finding that was to be put right.</summary>
/// <param name="Check">Whose.</param>
/// <param name="What">What was so.</param>
/// <param name="Fixed">It is put right.</param>
/// <param name="Done">What was done, or why not.</param>
public sealed record FixedFinding(string Check, string What, bool Fixed, string Done);

/// <summary>What was taken back.</summary>
public sealed record UndoReport
{
    /// <summary>Of which <see cref="FixReport"/>.</summary>
    public required string Id { get; init; }
    /// <summary>How many changes were taken back.</summary>
    public int Undone { get; init; }
    /// <summary>Changes that stay, and why.</summary>
    public required IReadOnlyList<string> Kept { get; init; }
}
