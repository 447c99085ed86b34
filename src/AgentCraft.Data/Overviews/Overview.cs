using AgentCraft.Data.Agents;
using AgentCraft.Data.Claims;
using AgentCraft.Data.Handovers;
using AgentCraft.Data.Projects;

namespace AgentCraft.Data.Overviews;

/// <summary>How a root stands, for the person whose it is.</summary>
public sealed record Overview
{
    /// <summary>The directory.</summary>
    public required string Root { get; init; }
    /// <summary>Where its rows are.</summary>
    public required StoredWhere Store { get; init; }
    /// <summary>The projects, the earliest made first; at most 50.</summary>
    public IReadOnlyList<ProjectOverview> Projects { get; init; } = [];
    /// <summary>The live agents, the earliest registered first; at most 50.</summary>
    public IReadOnlyList<AgentOverview> Agents { get; init; } = [];
    /// <summary>How many agents are live.</summary>
    public long Live { get; init; }
    /// <summary>How many messages nobody has acknowledged yet.</summary>
    public long Unread { get; init; }
    /// <summary>Who has unread mail, most first; at most 50.</summary>
    public IReadOnlyList<UnreadMail> Inboxes { get; init; } = [];
    /// <summary>Tasks that are not done, by status.</summary>
    public IReadOnlyDictionary<string, long> OpenTasks { get; init; } = new Dictionary<string, long>();
    /// <summary>Live claims, the oldest first; at most 50.</summary>
    public IReadOnlyList<Claim> Claims { get; init; } = [];
    /// <summary>The newest published hand-over; null when there is none.</summary>
    public HandoverBrief? Handover { get; init; }
    /// <summary>What somebody should look at.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>Where the rows are, and how much there is.</summary>
public sealed record StoredWhere
{
    /// <summary>sqlite or postgres.</summary>
    public required string Engine { get; init; }
    /// <summary>The central file, or the database without how to get in.</summary>
    public required string Path { get; init; }
    /// <summary>False before the first agent.</summary>
    public bool Exists { get; init; }
    /// <summary>Bytes of everything: files with their logs, or tables with their indexes.</summary>
    public long Bytes { get; init; }
    /// <summary>Of those, the agents' own files; null on a database server.</summary>
    public long? AgentBytes { get; init; }
    /// <summary>How many agents have a file; null on a database server.</summary>
    public int? AgentFiles { get; init; }
}

/// <summary>A project in numbers.</summary>
public sealed record ProjectOverview
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }
    /// <summary>Its id.</summary>
    public required string Id { get; init; }
    /// <summary>Where it stands.</summary>
    public ProjectStatus Status { get; init; }
    /// <summary>Agents that were not removed.</summary>
    public long Agents { get; init; }
    /// <summary>Sessions that have not ended.</summary>
    public long ActiveSessions { get; init; }
    /// <summary>Tasks that are not done.</summary>
    public long OpenTasks { get; init; }
}

/// <summary>A live agent.</summary>
public sealed record AgentOverview
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }
    /// <summary>Its type.</summary>
    public required string Type { get; init; }
    /// <summary>active or busy.</summary>
    public AgentStatus Status { get; init; }
    /// <summary>Its project's name.</summary>
    public required string Project { get; init; }
    /// <summary>What it works on, in its own words; else the task that it runs.</summary>
    public string? WorksOn { get; init; }
    /// <summary>How many messages it has not acknowledged.</summary>
    public long Unread { get; init; }
    /// <summary>When it was heard from.</summary>
    public DateTimeOffset LastHeartbeatAt { get; init; }
    /// <summary>Always true: what it works on is an agent's words.</summary>
    public bool Untrusted => true;
}

/// <summary>An inbox with mail in it.</summary>
public sealed record UnreadMail
{
    /// <summary>Whose.</summary>
    public required string Agent { get; init; }
    /// <summary>How many messages it has not acknowledged.</summary>
    public long Unread { get; init; }
    /// <summary>It is there to read them.</summary>
    public bool Live { get; init; }
}
