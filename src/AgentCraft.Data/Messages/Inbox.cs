namespace AgentCraft.Data.Messages;

/// <summary>What an agent has not acknowledged. Reading it changes nothing.</summary>
public sealed record Inbox
{
    /// <summary>Whose it is.</summary>
    public required string Agent { get; init; }
    /// <summary>Unacknowledged, the oldest first.</summary>
    public required IReadOnlyList<Message> Messages { get; init; }
    /// <summary>How many are unacknowledged on all pages: 0 says that the inbox is really empty.</summary>
    public long Unread { get; init; }
    /// <summary>How many messages the agent has ever been sent.</summary>
    public long Total { get; init; }
    /// <summary>Where this page ends; pass it to wait for what comes after, or to acknowledge everything up to here.</summary>
    public required string Cursor { get; init; }
    /// <summary>There is another page after <see cref="Cursor"/>.</summary>
    public bool HasMore { get; init; }
    /// <summary>Of a wait: nothing came in time. Null when it was only read.</summary>
    public bool? TimedOut { get; init; }
}

/// <summary>What an acknowledgement did.</summary>
public sealed record Acknowledged
{
    /// <summary>Whose inbox.</summary>
    public required string Agent { get; init; }
    /// <summary>How many messages changed; those acknowledged before do not count.</summary>
    public long Changed { get; init; }
    /// <summary>How many are still unacknowledged.</summary>
    public long Unread { get; init; }
}

/// <summary>Tells a busy agent that mail is waiting.</summary>
public sealed record UnreadHint
{
    /// <summary>How many messages.</summary>
    public long Count { get; init; }
    /// <summary>Who wrote them.</summary>
    public required IReadOnlyList<string> From { get; init; }
}
