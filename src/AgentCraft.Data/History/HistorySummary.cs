namespace AgentCraft.Data.History;

/// <summary>How much an agent's history holds, exactly.</summary>
public sealed record HistorySummary
{
    /// <summary>Whose.</summary>
    public required string Agent { get; init; }
    /// <summary>The session, when one was asked for.</summary>
    public string? Session { get; init; }
    /// <summary>How many entries.</summary>
    public long Entries { get; init; }
    /// <summary>What they cost, in dollars.</summary>
    public decimal CostUsd { get; init; }
    /// <summary>Tokens by kind, as they were given.</summary>
    public required IReadOnlyDictionary<string, long> Usage { get; init; }
    /// <summary>When the first was stored; null when there is none.</summary>
    public DateTimeOffset? FirstAt { get; init; }
    /// <summary>When the last was.</summary>
    public DateTimeOffset? LastAt { get; init; }
    /// <summary>By role, those that there are.</summary>
    public required IReadOnlyList<RoleSum> Roles { get; init; }
    /// <summary>By session, the latest to begin first; empty when one was asked for.</summary>
    public required IReadOnlyList<HistorySessionSum> Sessions { get; init; }
    /// <summary>There are more sessions after <see cref="Cursor"/>.</summary>
    public bool HasMore { get; init; }
    /// <summary>Where these sessions end.</summary>
    public string? Cursor { get; init; }
}

/// <summary>The entries of one role.</summary>
public sealed record RoleSum
{
    /// <summary>user, assistant or tool.</summary>
    public HistoryRole Role { get; init; }
    /// <summary>How many.</summary>
    public long Entries { get; init; }
    /// <summary>What they cost, in dollars.</summary>
    public decimal CostUsd { get; init; }
}

/// <summary>The entries of one session.</summary>
public sealed record HistorySessionSum
{
    /// <summary>Its id; left out for entries of no session.</summary>
    public string? Session { get; init; }
    /// <summary>How many entries.</summary>
    public long Entries { get; init; }
    /// <summary>What they cost, in dollars.</summary>
    public decimal CostUsd { get; init; }
    /// <summary>Tokens by kind.</summary>
    public required IReadOnlyDictionary<string, long> Usage { get; init; }
    /// <summary>When the first was stored.</summary>
    public DateTimeOffset FirstAt { get; init; }
    /// <summary>When the last was.</summary>
    public DateTimeOffset LastAt { get; init; }
}
