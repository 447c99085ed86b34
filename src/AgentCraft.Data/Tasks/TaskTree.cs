using System.Text.Json.Serialization;

namespace AgentCraft.Data.Tasks;

/// <summary>A task in its tree.</summary>
public sealed record TaskNode : WorkTask
{
    [JsonIgnore] internal long Total { get; init; }
    [JsonIgnore] internal long Queued { get; init; }
    [JsonIgnore] internal long Running { get; init; }
    [JsonIgnore] internal long Blocked { get; init; }
    [JsonIgnore] internal long Completed { get; init; }
    [JsonIgnore] internal long Failed { get; init; }
    [JsonIgnore] internal long Cancelled { get; init; }

    /// <summary>How far it is, with everything below it.</summary>
    public TaskProgress Progress => new()
    {
        Total = Total,
        Queued = Queued,
        Running = Running,
        Blocked = Blocked,
        Completed = Completed,
        Failed = Failed,
        Cancelled = Cancelled,
        Percent = TaskProgress.PercentOf(Completed, Total - Cancelled, Status),
    };
}

/// <summary>How many tasks below one stand how.</summary>
public sealed record TaskProgress
{
    /// <summary>All below it, at any depth.</summary>
    public long Total { get; init; }
    /// <summary>Of those, waiting to be claimed.</summary>
    public long Queued { get; init; }
    /// <summary>Of those, being worked on.</summary>
    public long Running { get; init; }
    /// <summary>Of those, waiting for others.</summary>
    public long Blocked { get; init; }
    /// <summary>Of those, done.</summary>
    public long Completed { get; init; }
    /// <summary>Of those, given up.</summary>
    public long Failed { get; init; }
    /// <summary>Of those, not wanted any more.</summary>
    public long Cancelled { get; init; }
    /// <summary>Completed of what is not cancelled, in percent, rounded down; of the task itself when nothing is below it.</summary>
    public int Percent { get; init; }

    internal static int PercentOf(long completed, long wanted, WorkStatus own) =>
        wanted > 0 ? (int)(completed * 100 / wanted) : own == WorkStatus.Completed ? 100 : 0;
}

/// <summary>A task and what is below it.</summary>
public sealed record TaskTree
{
    /// <summary>Each task before its parts, parts by priority, then the oldest first; depth and parent say where each belongs.</summary>
    public required IReadOnlyList<TaskNode> Tasks { get; init; }
    /// <summary>How many there are; more than listed when the tree is larger than limit: then the deepest are left out.</summary>
    public long Total { get; init; }
    /// <summary>Some are left out: list_tasks with parent pages through the parts of one, get_task_tree begins at it.</summary>
    public bool HasMore { get; init; }
}

/// <summary>One page of tasks at the top of their trees.</summary>
public sealed record TaskTopPage
{
    /// <summary>The newest first.</summary>
    public required IReadOnlyList<TaskNode> Tasks { get; init; }
    /// <summary>There is another page after <see cref="Cursor"/>.</summary>
    public bool HasMore { get; init; }
    /// <summary>Where this page ends; null when there was nothing yet.</summary>
    public string? Cursor { get; init; }
}
