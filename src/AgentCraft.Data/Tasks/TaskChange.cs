using System.Text.Json;

namespace AgentCraft.Data.Tasks;

/// <summary>What is to be different about a task; what is null stays.</summary>
public sealed record TaskChange
{
    /// <summary>Name or id of who says so.</summary>
    public required string Agent { get; init; }
    /// <summary>The task's id.</summary>
    public required string Task { get; init; }
    /// <summary>Where it is to stand.</summary>
    public WorkStatus? Status { get; init; }
    /// <summary>What came of it.</summary>
    public string? Result { get; init; }
    /// <summary>Higher is more urgent.</summary>
    public int? Priority { get; init; }
    /// <summary>What is to be done.</summary>
    public string? Instruction { get; init; }
    /// <summary>Free form; replaces what there is.</summary>
    public JsonElement? Metadata { get; init; }
    /// <summary>Name or id of who is to do it; empty for anybody.</summary>
    public string? Assignee { get; init; }
    /// <summary>The id of the task that it is part of; empty for the top.</summary>
    public string? Parent { get; init; }
    /// <summary>Ids of tasks that must be completed first; replaces what there is.</summary>
    public IReadOnlyList<string>? DependsOn { get; init; }
    /// <summary>How long its holder keeps it without a sign of life.</summary>
    public int? LeaseSeconds { get; init; }
    /// <summary>Overrules whoever holds it or is to do it.</summary>
    public bool Force { get; init; }

    /// <summary>Whoever says so may overrule only on a task of its own making.</summary>
    public bool ForceOnlyOwn { get; init; }

    /// <summary>Checks everything that can be checked without the store.</summary>
    /// <exception cref="AgentCraftException"><c>payload_too_large</c>, <c>invalid_text</c>, <c>invalid_argument</c>, <c>secret_refused</c></exception>
    public TaskChange Validated()
    {
        if (Instruction is not null)
            TaskText.CheckInstruction(Instruction);
        Text.Within(Result, "result", TaskText.LongestResult, "Write the rest to a file and name its path.");
        TaskText.CheckDependencies(DependsOn ?? []);
        FreeForm.Check(Metadata, "metadata");
        TaskQueue.CheckLease(LeaseSeconds);
        return this;
    }
}

/// <summary>What updating did.</summary>
public sealed record UpdatedTask
{
    /// <summary>The task as it is now.</summary>
    public required WorkTask Task { get; init; }
    /// <summary>False when it was so already; its holder's lease is renewed even then.</summary>
    public bool Changed { get; init; }
    /// <summary>Tasks that waited for this one and can be claimed now.</summary>
    public IReadOnlyList<string> Unblocked { get; init; } = [];
    /// <summary>Tasks that wait for this one, which did not complete: they stay blocked until it does, or until their dependsOn changes.</summary>
    public IReadOnlyList<string> StillBlocked { get; init; } = [];
    /// <summary>Tasks below that were cancelled with it.</summary>
    public IReadOnlyList<string> CancelledBelow { get; init; } = [];
}
