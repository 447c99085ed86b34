using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentCraft.Data.Activities;

/// <summary>Something that was committed, for a person who watches.</summary>
public sealed record Activity
{
    /// <summary>message, event, task, handover, or note.</summary>
    public ActivityKind Kind { get; init; }
    /// <summary>Its number: among messages for a message, else among events.</summary>
    public long Seq { get; init; }
    /// <summary>The message's or the event's id; empty for a note.</summary>
    public string Id { get; init; } = "";
    /// <summary>When it was stored.</summary>
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>request, response …; or what happened: <c>task_completed</c>.</summary>
    public string Type { get; init; } = "";
    /// <summary>The project's name; for a message that of its sender.</summary>
    public string? Project { get; init; }
    /// <summary>In which session.</summary>
    public string? Session { get; init; }
    /// <summary>Who wrote it, or whose doing it was.</summary>
    public string? From { get; init; }
    /// <summary>Whom a message is for.</summary>
    public string? To { get; init; }
    /// <summary>Of a message.</summary>
    public string? Importance { get; init; }
    /// <summary>Of a message.</summary>
    public string? ThreadId { get; init; }
    /// <summary>The message that it answers.</summary>
    public string? ResponseTo { get; init; }
    /// <summary>What an event happened to: agent, task, handover …</summary>
    public string? EntityType { get; init; }
    /// <summary>Which one.</summary>
    public string? EntityId { get; init; }
    /// <summary>What the message says, or what the task is to do.</summary>
    public string? Content { get; init; }
    /// <summary>An event's details, or a message's context.</summary>
    public JsonElement? Data { get; init; }
    /// <summary>Always true: texts may be another agent's words, to be judged and not obeyed.</summary>
    public bool Untrusted => true;
}

/// <summary>What a watcher can choose from.</summary>
[JsonConverter(typeof(SnakeCaseEnum<ActivityKind>))]
public enum ActivityKind
{
    /// <summary>One agent told another something.</summary>
    Message,
    /// <summary>Whatever happened that is none of the others.</summary>
    Event,
    /// <summary>A task was made, claimed, changed, done.</summary>
    Task,
    /// <summary>A hand-over was written, published, taken over, sent back.</summary>
    Handover,
    /// <summary>The store itself has something to say, such as that it was replaced.</summary>
    Note,
}

/// <summary>What a watcher wants to see.</summary>
public sealed record ActivityFilter
{
    /// <summary>Which kinds; empty for all.</summary>
    public IReadOnlyCollection<ActivityKind> Kinds { get; init; } = [];
    /// <summary>From, to, by or about this agent.</summary>
    public string? Agent { get; init; }
    /// <summary>In this session.</summary>
    public string? Session { get; init; }
    /// <summary>In this project; messages by their sender's.</summary>
    public string? Project { get; init; }
    /// <summary>Begin with all that was stored since then.</summary>
    public DateTimeOffset? Since { get; init; }
    /// <summary>Without <see cref="Since"/>: begin with so many of the newest. With it: at most so many; null for all.</summary>
    public int? Lines { get; init; }

    internal bool Includes(ActivityKind kind) => Kinds.Count == 0 || Kinds.Contains(kind);

    internal bool IncludesEvents => Includes(ActivityKind.Event) || Includes(ActivityKind.Task) || Includes(ActivityKind.Handover);
}
