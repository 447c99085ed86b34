namespace AgentCraft.Data.Agents;

/// <summary>One page of the agents, as a tree.</summary>
public sealed record AgentBoardPage
{
    /// <summary>In the order of the tree; brothers by when they registered.</summary>
    public required IReadOnlyList<AgentLine> Agents { get; init; }
    /// <summary>There is another page after <see cref="Cursor"/>.</summary>
    public bool HasMore { get; init; }
    /// <summary>Where this page ends; null when there was nobody.</summary>
    public string? Cursor { get; init; }
}

/// <summary>An agent in one line.</summary>
public sealed record AgentLine
{
    internal long Seq { get; init; }
    internal long Cost { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }
    /// <summary>Its type.</summary>
    public required string Type { get; init; }
    /// <summary>What it says it is doing.</summary>
    public AgentStatus Status { get; init; }
    /// <summary>Active or busy, and heard from within the live window.</summary>
    public bool Live { get; init; }
    /// <summary>Its project's name.</summary>
    public required string Project { get; init; }
    /// <summary>Its distance from the top of the tree, 0 there.</summary>
    public int Level { get; init; }
    /// <summary>What it works on, in its own words; else the task that it runs.</summary>
    public string? WorksOn { get; init; }
    /// <summary>How many messages it has not acknowledged.</summary>
    public long Unread { get; init; }
    /// <summary>Tokens it has used itself.</summary>
    public long Tokens { get; init; }
    /// <summary>What it has cost itself, in dollars.</summary>
    public decimal CostUsd => Dollars.Of(Cost);
    /// <summary>When it was heard from.</summary>
    public DateTimeOffset? LastHeartbeatAt { get; init; }
}
