namespace AgentCraft.Data.Transfer;

/// <summary>How to import.</summary>
public sealed record ImportOptions
{
    /// <summary>Check all of it and change nothing.</summary>
    public bool DryRun { get; init; }
    /// <summary>Where the store has something else under an id or a name, keep that and import the rest; else import nothing.</summary>
    public bool SkipConflicts { get; init; }
}

/// <summary>What an import did, or would do.</summary>
public sealed record ImportSummary
{
    /// <summary>The names of the projects in the file.</summary>
    public required IReadOnlyList<string> Projects { get; init; }
    /// <summary>It was, or would be, done. False when conflicts prevent it: then nothing was written.</summary>
    public bool Done { get; init; }
    /// <summary>Nothing was written because nothing was to be.</summary>
    public bool DryRun { get; init; }
    /// <summary>An import of this file had been cut off, and was finished.</summary>
    public bool Resumed { get; init; }
    /// <summary>How many rows of the file are there now that were not before, by table; on a dry run, would be.</summary>
    public required IReadOnlyDictionary<string, long> Imported { get; init; }
    /// <summary>How many were there already, just so.</summary>
    public long Same { get; init; }
    /// <summary>How many were left out because of a conflict, or because they belong to what was.</summary>
    public long Skipped { get; init; }
    /// <summary>How many rows differ from what the store has under their ids or names.</summary>
    public long ConflictCount { get; init; }
    /// <summary>The first thousand of them.</summary>
    public IReadOnlyList<ImportConflict> Conflicts { get; init; } = [];
}

/// <summary>A row of the file that contradicts the store.</summary>
/// <param name="Line">Where in the file.</param>
/// <param name="Table">Of which table.</param>
/// <param name="Key">What it is known by.</param>
/// <param name="Why">What contradicts it.</param>
public sealed record ImportConflict(long Line, string Table, string Key, string Why);
