namespace AgentCraft.Data.Moves;

/// <summary>How far a move is.</summary>
/// <param name="Stage">Copying or Checking.</param>
/// <param name="What">The table, and whose.</param>
/// <param name="Table">How many tables are copied.</param>
/// <param name="Tables">Of how many.</param>
/// <param name="Done">How many rows are copied.</param>
/// <param name="Total">Of how many.</param>
public readonly record struct MoveProgress(string Stage, string What, int Table, int Tables, long Done, long Total);

/// <summary>What a move did.</summary>
public sealed record MoveSummary
{
    /// <summary>What was the store.</summary>
    public required string From { get; init; }
    /// <summary>What is it now.</summary>
    public required string To { get; init; }
    /// <summary>Rows, all of them checked.</summary>
    public long Rows { get; init; }
    /// <summary>Tables, those of each agent counted by themselves.</summary>
    public int Tables { get; init; }
    /// <summary>How many agents had rows of their own.</summary>
    public int Agents { get; init; }
    /// <summary>SHA-256 over the checksums of all tables, the same on both sides; the same store gives the same whichever way it goes.</summary>
    public string Sum { get; init; } = "";
    /// <summary>How long this run took.</summary>
    public double Seconds { get; init; }
    /// <summary>It went on with a move that was cut off.</summary>
    public bool Resumed { get; init; }
    /// <summary>The store had been moved before; only the settings were looked at.</summary>
    public bool WasDone { get; init; }
    /// <summary>Where that is now which was in the target's place; null when there was nothing, or when an earlier run has put it there.</summary>
    public string? Aside { get; init; }
    /// <summary>Tables that are none of AgentCraft's: they are where they were, and only there.</summary>
    public IReadOnlyList<string> LeftBehind { get; init; } = [];
    /// <summary>What became of the setting <c>store</c>.</summary>
    public StoreSetting Setting { get; init; } = new();
}

/// <summary>What a move would do.</summary>
public sealed record MovePlan
{
    /// <summary>What is the store.</summary>
    public required string From { get; init; }
    /// <summary>What would be it.</summary>
    public required string To { get; init; }
    /// <summary>What would be copied.</summary>
    public required IReadOnlyList<PlannedTable> Tables { get; init; }
    /// <summary>Who uses the store now.</summary>
    public required IReadOnlyList<string> Users { get; init; }
    /// <summary>What would be put aside in the target; null when nothing is there.</summary>
    public string? Aside { get; init; }
    /// <summary>Tables that would stay where they are.</summary>
    public IReadOnlyList<string> LeftBehind { get; init; } = [];
    /// <summary>It was done before.</summary>
    public bool IsDone { get; init; }
    /// <summary>It was begun and cut off.</summary>
    public bool IsBegun { get; init; }
    /// <summary>Why it would be refused; null when it would not.</summary>
    public string? Obstacle { get; init; }
}

/// <summary>A table of a plan.</summary>
/// <param name="Agent">Whose; null for central.</param>
/// <param name="Table">Its name.</param>
/// <param name="Rows">How many rows it has.</param>
public sealed record PlannedTable(string? Agent, string Table, long Rows);

/// <summary>What came of giving up a move.</summary>
/// <param name="Cancelled">False when there was none.</param>
/// <param name="Left">The target, when it could not be reached: what was copied is still there; null otherwise.</param>
public sealed record CancelledMove(bool Cancelled, string? Left);
