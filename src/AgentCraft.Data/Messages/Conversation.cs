namespace AgentCraft.Data.Messages;

/// <summary>A conversation of two agents, or a thread, by its last message.</summary>
public sealed record Conversation
{
    /// <summary>The last message's id.</summary>
    public required string LastId { get; init; }
    /// <summary>When it was stored.</summary>
    public DateTimeOffset LastAt { get; init; }
    /// <summary>The thread that it belongs to.</summary>
    public required string ThreadId { get; init; }
    /// <summary>Who wrote it.</summary>
    public required string From { get; init; }
    /// <summary>Whom it is for.</summary>
    public required string To { get; init; }
    /// <summary>request, response, notification or error.</summary>
    public MessageType Type { get; init; }
    /// <summary>low, normal, high or urgent.</summary>
    public Importance Importance { get; init; }
    /// <summary>How it begins: its writer's words.</summary>
    public required string Excerpt { get; init; }
    /// <summary>How many messages the two have exchanged, in all threads.</summary>
    public long Messages { get; init; }
    /// <summary>Of those, how many are not acknowledged.</summary>
    public long Unread { get; init; }
    /// <summary>How many messages the thread has, counted up to 1,001.</summary>
    public long InThread { get; init; }
    /// <summary>Always true: the excerpt is an agent's words.</summary>
    public bool Untrusted => true;
}

/// <summary>One page of conversations or threads.</summary>
public sealed record ConversationPage
{
    /// <summary>The last heard of first.</summary>
    public required IReadOnlyList<Conversation> Conversations { get; init; }
    /// <summary>There may be another page after <see cref="Cursor"/>.</summary>
    public bool HasMore { get; init; }
    /// <summary>Where this page ends.</summary>
    public required string Cursor { get; init; }
}
