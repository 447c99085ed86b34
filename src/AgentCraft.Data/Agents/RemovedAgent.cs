namespace AgentCraft.Data.Agents;

/// <summary>What removing an agent did.</summary>
public sealed record RemovedAgent
{
    /// <summary>The agent as it is now; registering its name again brings it back.</summary>
    public required Agent Agent { get; init; }
    /// <summary>False when it had been removed before.</summary>
    public bool Changed { get; init; }
    /// <summary>How many sessions it left; one that nobody else was in has ended.</summary>
    public int LeftSessions { get; init; }
    /// <summary>How many of its claims were released.</summary>
    public int ReleasedClaims { get; init; }
    /// <summary>How many of its open tasks went back, for anybody to claim.</summary>
    public int ReturnedTasks { get; init; }
    /// <summary>With purge: how many rows of what were deleted, by table.</summary>
    public IReadOnlyDictionary<string, long>? Purged { get; init; }
}
