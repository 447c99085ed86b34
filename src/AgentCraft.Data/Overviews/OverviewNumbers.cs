namespace AgentCraft.Data.Overviews;

/// <summary>A root in numbers.</summary>
public sealed record OverviewNumbers
{
    internal long Cost { get; init; }

    /// <summary>Live agents.</summary>
    public long Live { get; init; }
    /// <summary>Agents that were not removed.</summary>
    public long Agents { get; init; }
    /// <summary>Sessions that have not ended.</summary>
    public long Sessions { get; init; }
    /// <summary>Messages that nobody has acknowledged yet.</summary>
    public long Unread { get; init; }
    /// <summary>All messages that were ever sent.</summary>
    public long Messages { get; init; }
    /// <summary>Tasks that wait for somebody.</summary>
    public long Queued { get; init; }
    /// <summary>Tasks that somebody works on.</summary>
    public long Running { get; init; }
    /// <summary>Tasks that wait for something else.</summary>
    public long Blocked { get; init; }
    /// <summary>Live claims.</summary>
    public long Claims { get; init; }
    /// <summary>Tokens that all projects have used.</summary>
    public long Tokens { get; init; }
    /// <summary>What all projects have cost, in dollars.</summary>
    public decimal CostUsd => Dollars.Of(Cost);
    /// <summary>What somebody should look at.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
