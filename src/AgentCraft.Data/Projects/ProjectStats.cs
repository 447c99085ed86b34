namespace AgentCraft.Data.Projects;

/// <summary>Numbers of one project, or of all.</summary>
public sealed record ProjectStats
{
    /// <summary>Which; null for all.</summary>
    public string? Project { get; init; }
    /// <summary>Projects by status, those that there are.</summary>
    public required IReadOnlyDictionary<string, long> Projects { get; init; }
    /// <summary>Agents by status.</summary>
    public required IReadOnlyDictionary<string, long> Agents { get; init; }
    /// <summary>How many of the agents are live.</summary>
    public long LiveAgents { get; init; }
    /// <summary>Sessions by status.</summary>
    public required IReadOnlyDictionary<string, long> Sessions { get; init; }
    /// <summary>Tasks by status.</summary>
    public required IReadOnlyDictionary<string, long> Tasks { get; init; }
    /// <summary>Messages that the agents were sent.</summary>
    public long Messages { get; init; }
    /// <summary>How many of those are not acknowledged.</summary>
    public long UnreadMessages { get; init; }
    /// <summary>Tokens used.</summary>
    public long Tokens { get; init; }
    /// <summary>Cost in dollars.</summary>
    public decimal CostUsd { get; init; }
    /// <summary>Iterations run.</summary>
    public long IterationCount { get; init; }
    /// <summary>What it may cost, in dollars; null without a budget.</summary>
    public decimal? BudgetUsd { get; init; }
    /// <summary>What is left of that; negative when it was overrun.</summary>
    public decimal? BudgetLeftUsd { get; init; }
    /// <summary>How many iterations it may run; null without a limit.</summary>
    public long? MaxIterations { get; init; }
    /// <summary>When something happened last.</summary>
    public DateTimeOffset? LastEventAt { get; init; }
}
