using System.Text.Json.Serialization;

namespace AgentCraft.Data.Messages;

/// <summary>Which messages to read: those of two agents, or of a thread.</summary>
public sealed record ConversationFilter
{
    /// <summary>One agent.</summary>
    public required string AgentA { get; init; }
    /// <summary>The other; null when <see cref="ThreadId"/> is given.</summary>
    public string? AgentB { get; init; }
    /// <summary>A thread; null when <see cref="AgentB"/> is given.</summary>
    public string? ThreadId { get; init; }
    /// <summary>desc: the newest first.</summary>
    public ListOrder Order { get; init; } = ListOrder.Desc;
    /// <summary>At most so many.</summary>
    public int Limit { get; init; } = Paging.DefaultLimit;
    /// <summary>Where the last page ended.</summary>
    public string? Cursor { get; init; }
}

/// <summary>One page of messages.</summary>
public sealed record MessagePage
{
    /// <summary>In the order that was asked for.</summary>
    public required IReadOnlyList<Message> Messages { get; init; }
    /// <summary>How many there are on all pages.</summary>
    public long Total { get; init; }
    /// <summary>There is another page after <see cref="Cursor"/>.</summary>
    public bool HasMore { get; init; }
    /// <summary>Where this page ends; null when there was nothing yet.</summary>
    public string? Cursor { get; init; }
}

/// <summary>The direction of a list.</summary>
[JsonConverter(typeof(SnakeCaseEnum<ListOrder>))]
public enum ListOrder
{
    /// <summary>The newest first.</summary>
    Desc,
    /// <summary>The oldest first.</summary>
    Asc,
}

/// <summary>Limits of messages.</summary>
public sealed record MessageSettings
{
    /// <summary>The largest content, in bytes of UTF-8.</summary>
    public int MaxContentBytes { get; init; } = 1024 * 1024;
}
