namespace AgentCraft.Data.Agents;

/// <summary>Which agents to list.</summary>
public sealed record AgentFilter
{
    /// <summary>Only of this type.</summary>
    public string? Type { get; init; }
    /// <summary>Only with this status; asks for agents that are not live, too.</summary>
    public AgentStatus? Status { get; init; }
    /// <summary>Only those directly below this agent, by name or id.</summary>
    public string? Parent { get; init; }
    /// <summary>Only of this project, by name or id.</summary>
    public string? Project { get; init; }
    /// <summary>Also those that are not live.</summary>
    public bool IncludeInactive { get; init; }
    /// <summary>At most so many.</summary>
    public int Limit { get; init; } = Paging.DefaultLimit;
    /// <summary>Where the last page ended.</summary>
    public string? Cursor { get; init; }

    internal string ListName => Paging.ListName("agents", Type, Status, Parent?.ToLowerInvariant(), Project, IncludesInactive);

    internal bool IncludesInactive => IncludeInactive || Status is not null;
}

/// <summary>One page of agents.</summary>
public sealed record AgentPage
{
    /// <summary>The earliest registered first.</summary>
    public required IReadOnlyList<Agent> Agents { get; init; }
    /// <summary>How many there are on all pages.</summary>
    public long Total { get; init; }
    /// <summary>There is another page after <see cref="Cursor"/>.</summary>
    public bool HasMore { get; init; }
    /// <summary>Where this page ends.</summary>
    public required string Cursor { get; init; }
}
