using AgentCraft.Data.Messages;

namespace AgentCraft.Data.Events;

/// <summary>Which events; what is null does not matter.</summary>
public sealed record EventFilter
{
    /// <summary>Just one, by its id.</summary>
    public string? Id { get; init; }
    /// <summary>A session's id.</summary>
    public string? Session { get; init; }
    /// <summary>A project's name or id.</summary>
    public string? Project { get; init; }
    /// <summary>An agent's name or id.</summary>
    public string? Agent { get; init; }
    /// <summary>A type.</summary>
    public string? Type { get; init; }
    /// <summary>A kind of thing.</summary>
    public string? EntityType { get; init; }
    /// <summary>A thing.</summary>
    public string? EntityId { get; init; }
    /// <summary>When they were stored.</summary>
    public TimeRange Range { get; init; }
}

/// <summary>Which page of them.</summary>
public sealed record EventPaging
{
    /// <summary>desc: the newest first.</summary>
    public ListOrder Order { get; init; } = ListOrder.Desc;
    /// <summary>At most so many.</summary>
    public int Limit { get; init; } = Paging.DefaultLimit;
    /// <summary>Where the last page ended.</summary>
    public string? Cursor { get; init; }
}
