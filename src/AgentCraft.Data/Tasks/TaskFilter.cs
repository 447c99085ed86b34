using AgentCraft.Data.Messages;

namespace AgentCraft.Data.Tasks;

/// <summary>Which tasks; what is null does not matter.</summary>
public sealed record TaskFilter
{
    /// <summary>Where they stand.</summary>
    public WorkStatus? Status { get; init; }
    /// <summary>Name or id of who is to do them, does them or did them.</summary>
    public string? Assignee { get; init; }
    /// <summary>Name or id of who wanted them.</summary>
    public string? CreatedBy { get; init; }
    /// <summary>The id of the task that they are directly below.</summary>
    public string? Parent { get; init; }
    /// <summary>The process that they belong to.</summary>
    public string? Process { get; init; }
    /// <summary>A project's name or id.</summary>
    public string? Project { get; init; }
    /// <summary>Only those with at least this priority.</summary>
    public int? MinPriority { get; init; }
    /// <summary>Only those that can be claimed now.</summary>
    public bool Claimable { get; init; }
    /// <summary>When they were made.</summary>
    public TimeRange Created { get; init; }
    /// <summary>desc: the newest first.</summary>
    public ListOrder Order { get; init; } = ListOrder.Desc;
    /// <summary>At most so many.</summary>
    public int Limit { get; init; } = Paging.DefaultLimit;
    /// <summary>Where the last page ended.</summary>
    public string? Cursor { get; init; }

    internal string ListName => Paging.ListName("tasks", Status, Assignee?.ToLowerInvariant(), CreatedBy?.ToLowerInvariant(), Parent, Process?.ToLowerInvariant(), Project,
        MinPriority, Claimable, Created, Order);
}

/// <summary>One page of tasks.</summary>
public sealed record TaskPage
{
    /// <summary>In the order that was asked for.</summary>
    public required IReadOnlyList<WorkTask> Tasks { get; init; }
    /// <summary>How many there are on all pages.</summary>
    public long Total { get; init; }
    /// <summary>There is another page after <see cref="Cursor"/>.</summary>
    public bool HasMore { get; init; }
    /// <summary>Where this page ends; null when there was nothing yet.</summary>
    public string? Cursor { get; init; }
}
