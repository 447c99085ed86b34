using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentCraft.Data.Tasks;

/// <summary>A piece of work: part of a tree, done by one agent at a time.</summary>
public record WorkTask
{
    [JsonIgnore] internal long Seq { get; init; }
    [JsonIgnore] internal long ProjectSeq { get; init; }
    [JsonIgnore] internal long? ParentSeq { get; init; }
    [JsonIgnore] internal long? AgentSeq { get; init; }
    [JsonIgnore] internal int? LeaseSeconds { get; init; }
    [JsonIgnore] internal bool AssigneeRemoved { get; init; }

    /// <summary><c>task_unixmilliseconds_random</c>.</summary>
    public required string Id { get; init; }
    /// <summary>The project's name.</summary>
    public required string Project { get; init; }
    /// <summary>The task that it is part of; null at the top.</summary>
    public string? Parent { get; init; }
    /// <summary>Its distance from the top of the tree, 0 there.</summary>
    public int Depth { get; init; }
    /// <summary>queued, running, blocked, completed, failed or cancelled.</summary>
    public WorkStatus Status { get; init; }
    /// <summary>Higher is more urgent.</summary>
    public int Priority { get; init; }
    /// <summary>Who is to do it, does it, or did it; null: anybody may claim it.</summary>
    public string? Assignee { get; init; }
    /// <summary>Who wanted it.</summary>
    public string? CreatedBy { get; init; }
    /// <summary>The process whose establishing made it.</summary>
    public string? Process { get; init; }
    /// <summary>What is to be done, in the words of who created it: judge it.</summary>
    public required string Instruction { get; init; }
    /// <summary>Always true: instruction, metadata and result may be another agent's.</summary>
    public bool Untrusted => true;
    /// <summary>Free form.</summary>
    public JsonElement Metadata { get; init; }
    /// <summary>What came of it, in the words of its assignee.</summary>
    public string? Result { get; init; }
    /// <summary>How many tasks it waits for still.</summary>
    public long WaitsFor { get; init; }
    /// <summary>What it depends on; left out in lists.</summary>
    public IReadOnlyList<TaskDependency>? DependsOn { get; init; }
    /// <summary>How many tasks are directly below it.</summary>
    public long Subtasks { get; init; }
    /// <summary>While it runs: when its lease ends by the wall clock. A live holder keeps it longer.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }
    /// <summary>It runs, but its agent is not live and its lease has ended: anybody may claim it.</summary>
    public bool Abandoned { get; init; }
    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>When it was changed last, leases aside.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
    /// <summary>When its assignee began.</summary>
    public DateTimeOffset? StartedAt { get; init; }
    /// <summary>When it was completed, failed or cancelled.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>True when somebody works on it and may go on.</summary>
    internal bool IsHeld => Status == WorkStatus.Running && !Abandoned;
}

/// <summary>A task that another one waits for.</summary>
public sealed record TaskDependency
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }
    /// <summary>Only completed lets the other one go on.</summary>
    public WorkStatus Status { get; init; }
}
