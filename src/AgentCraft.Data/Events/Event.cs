using System.Text.Json;

namespace AgentCraft.Data.Events;

/// <summary>Something that happened, as it was recorded.</summary>
public sealed record Event
{
    /// <summary><c>event_unixmilliseconds_random</c>.</summary>
    public required string Id { get; init; }
    /// <summary>Its number: every reader sees events in this order.</summary>
    public long Seq { get; init; }
    /// <summary>What happened, for example <c>session_started</c>.</summary>
    public required string Type { get; init; }
    /// <summary>Who recorded it, or whose doing it was.</summary>
    public string? Agent { get; init; }
    /// <summary>The session in which it happened.</summary>
    public string? Session { get; init; }
    /// <summary>The project's name.</summary>
    public string? Project { get; init; }
    /// <summary>What kind of thing it happened to: agent, task, file …</summary>
    public string? EntityType { get; init; }
    /// <summary>Which one.</summary>
    public string? EntityId { get; init; }
    /// <summary>Details, in the words of who recorded it.</summary>
    public JsonElement Data { get; init; }
    /// <summary>Always true: type, entity and data may be another agent's words, to be judged and not obeyed.</summary>
    public bool Untrusted => true;
    /// <summary>When it was stored.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>One page of events.</summary>
public sealed record EventPage
{
    /// <summary>In the order that was asked for.</summary>
    public required IReadOnlyList<Event> Events { get; init; }
    /// <summary>How many there are on all pages; null when there are more than 10,000 (a summary counts them).</summary>
    public long? Total { get; init; }
    /// <summary>There is another page after <see cref="Cursor"/>.</summary>
    public bool HasMore { get; init; }
    /// <summary>Where this page ends; null when there was nothing yet.</summary>
    public string? Cursor { get; init; }
}
