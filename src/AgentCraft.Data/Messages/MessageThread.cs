namespace AgentCraft.Data.Messages;

/// <summary>A thread: who takes part in it, and one page of what was said.</summary>
public sealed record MessageThread
{
    /// <summary>Its id.</summary>
    public required string ThreadId { get; init; }
    /// <summary>Who wrote or received messages of it, the first to take part first; at most 200.</summary>
    public required IReadOnlyList<ThreadParticipant> Participants { get; init; }
    /// <summary>When it began.</summary>
    public DateTimeOffset StartedAt { get; init; }
    /// <summary>When its newest message was stored.</summary>
    public DateTimeOffset LastAt { get; init; }
    /// <summary>In the order that was asked for.</summary>
    public required IReadOnlyList<Message> Messages { get; init; }
    /// <summary>How many there are on all pages; a message to several agents counts once for each.</summary>
    public long Total { get; init; }
    /// <summary>There is another page after <see cref="Cursor"/>.</summary>
    public bool HasMore { get; init; }
    /// <summary>Where this page ends.</summary>
    public required string Cursor { get; init; }
}

/// <summary>An agent's part in a thread.</summary>
public sealed record ThreadParticipant
{
    /// <summary>Its name.</summary>
    public required string Agent { get; init; }
    /// <summary>How many messages it sent.</summary>
    public long Sent { get; init; }
    /// <summary>How many it was sent.</summary>
    public long Received { get; init; }
    /// <summary>How many of those it has not acknowledged.</summary>
    public long Unread { get; init; }
}
