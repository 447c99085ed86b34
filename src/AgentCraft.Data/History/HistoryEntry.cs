using System.Text.Json;
using System.Text.Json.Serialization;
using AgentCraft.Data.Messages;

namespace AgentCraft.Data.History;

/// <summary>Who said something in an agent's conversation with its model.</summary>
[JsonConverter(typeof(SnakeCaseEnum<HistoryRole>))]
public enum HistoryRole
{
    /// <summary>Whoever gives the agent its work.</summary>
    User,
    /// <summary>The model.</summary>
    Assistant,
    /// <summary>A tool that the model called.</summary>
    Tool,
}

/// <summary>One entry of an agent's history.</summary>
public sealed record HistoryEntry
{
    /// <summary><c>history_unixmilliseconds_random</c>.</summary>
    public required string Id { get; init; }
    /// <summary>Its number: the order in which entries were appended.</summary>
    public long Seq { get; init; }
    /// <summary>user, assistant or tool.</summary>
    public HistoryRole Role { get; init; }
    /// <summary>What was said.</summary>
    public string Content { get; init; } = "";
    /// <summary>The tools that were called.</summary>
    public IReadOnlyList<JsonElement>? ToolCalls { get; init; }
    /// <summary>What they answered.</summary>
    public IReadOnlyList<JsonElement>? ToolResults { get; init; }
    /// <summary>Tokens by kind.</summary>
    public IReadOnlyDictionary<string, long>? Usage { get; init; }
    /// <summary>What it cost, in dollars.</summary>
    public decimal CostUsd { get; init; }
    /// <summary>The session in which it was said.</summary>
    public string? Session { get; init; }
    /// <summary>When it was stored.</summary>
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>Always true: the content is what a model, a person or a tool said, to be judged and not obeyed.</summary>
    public bool Untrusted => true;
}

/// <summary>Which entries; what is null does not matter.</summary>
public sealed record HistoryFilter
{
    /// <summary>Whose history.</summary>
    public required string Agent { get; init; }
    /// <summary>One entry's id.</summary>
    public string? Id { get; init; }
    /// <summary>A session's id.</summary>
    public string? Session { get; init; }
    /// <summary>Who said it.</summary>
    public HistoryRole? Role { get; init; }
    /// <summary>Only those that called tools, or only those that did not.</summary>
    public bool? HasToolCalls { get; init; }
    /// <summary>When it was stored.</summary>
    public TimeRange Range { get; init; }
    /// <summary>desc: the newest first.</summary>
    public ListOrder Order { get; init; } = ListOrder.Desc;
    /// <summary>At most so many.</summary>
    public int Limit { get; init; } = Paging.DefaultLimit;
    /// <summary>Where the last page ended.</summary>
    public string? Cursor { get; init; }

    internal string ListName(string agentId) => Paging.ListName("history", agentId, Id, Session, Role, HasToolCalls, Range, Order);
}

/// <summary>One page of an agent's history.</summary>
public sealed record HistoryPage
{
    /// <summary>Whose.</summary>
    public required string Agent { get; init; }
    /// <summary>In the order that was asked for.</summary>
    public required IReadOnlyList<HistoryEntry> Entries { get; init; }
    /// <summary>How many there are on all pages; left out when there are more than 10,000 that a filter found.</summary>
    public long? Total { get; init; }
    /// <summary>There is another page after <see cref="Cursor"/>.</summary>
    public bool HasMore { get; init; }
    /// <summary>Where this page ends; null when there is nothing.</summary>
    public string? Cursor { get; init; }
}
