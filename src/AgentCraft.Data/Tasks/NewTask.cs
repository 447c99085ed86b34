using System.Text.Json;

namespace AgentCraft.Data.Tasks;

/// <summary>A task on its way into the store.</summary>
public sealed record NewTask
{
    /// <summary>Name or id of who wants it.</summary>
    public required string CreatedBy { get; init; }
    /// <summary>What is to be done.</summary>
    public required string Instruction { get; init; }
    /// <summary>The id of the task that it is part of.</summary>
    public string? Parent { get; init; }
    /// <summary>Name or id of who is to do it; null: anybody.</summary>
    public string? Assignee { get; init; }
    /// <summary>Higher is more urgent.</summary>
    public int Priority { get; init; }
    /// <summary>Ids of tasks that must be completed first.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];
    /// <summary>Free form.</summary>
    public JsonElement? Metadata { get; init; }
    /// <summary>The process that it belongs to.</summary>
    public string? Process { get; init; }

    /// <summary>Checks everything that can be checked without the store.</summary>
    /// <exception cref="AgentCraftException"><c>payload_too_large</c>, <c>invalid_text</c>, <c>invalid_argument</c>, <c>secret_refused</c></exception>
    public NewTask Validated()
    {
        TaskText.CheckInstruction(Instruction);
        TaskText.CheckDependencies(DependsOn);
        FreeForm.Check(Metadata, "metadata");
        return this;
    }
}

/// <summary>A part of a task, as it comes in a list.</summary>
public sealed record NewSubtask
{
    /// <summary>What is to be done.</summary>
    public required string Instruction { get; init; }
    /// <summary>Name or id of who is to do it.</summary>
    public string? Assignee { get; init; }
    /// <summary>Higher is more urgent; the parent's when left out.</summary>
    public int? Priority { get; init; }
    /// <summary>Places in the same list, counted from 0, of those that must be completed first; only earlier ones.</summary>
    public int[]? After { get; init; }
    /// <summary>Ids of other tasks that must be completed first.</summary>
    public string[]? DependsOn { get; init; }
    /// <summary>Free form.</summary>
    public JsonElement? Metadata { get; init; }
}

/// <summary>Parts of a task on their way into the store: all or none.</summary>
public sealed record NewSubtasks
{
    private const int Most = 100;

    /// <summary>Name or id of who wants them.</summary>
    public required string CreatedBy { get; init; }
    /// <summary>The id of the task that they are parts of.</summary>
    public required string Parent { get; init; }
    /// <summary>The parts, in order.</summary>
    public required IReadOnlyList<NewSubtask> Subtasks { get; init; }
    /// <summary>The process that they belong to.</summary>
    public string? Process { get; init; }

    /// <summary>Checks everything that can be checked without the store.</summary>
    /// <exception cref="AgentCraftException"><c>payload_too_large</c>, <c>invalid_text</c>, <c>invalid_argument</c>, <c>secret_refused</c></exception>
    public NewSubtasks Validated()
    {
        if (Subtasks.Count is 0 or > Most)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"subtasks must have 1 to {Most} entries, not {Subtasks.Count}.",
                "Pass a list such as [{\"instruction\": \"Write the parser\"}, {\"instruction\": \"Test it\", \"after\": [0]}].");
        foreach ((int place, NewSubtask subtask) in Subtasks.Index())
        {
            TaskText.CheckInstruction(subtask.Instruction);
            TaskText.CheckDependencies(subtask.DependsOn ?? []);
            FreeForm.Check(subtask.Metadata, "metadata");
            if (subtask.After?.Any(earlier => earlier < 0 || earlier >= place) == true)
                throw new AgentCraftException(ErrorCodes.InvalidArgument, $"subtasks[{place}].after must name earlier places of the list.",
                    "Places count from 0: the second subtask waits for the first with after: [0].");
        }
        return this;
    }
}

/// <summary>Parts that were stored.</summary>
public sealed record AddedSubtasks
{
    /// <summary>The id of the task that they are parts of.</summary>
    public required string Parent { get; init; }
    /// <summary>In the order of the list.</summary>
    public required IReadOnlyList<WorkTask> Tasks { get; init; }
    /// <summary>True when an earlier call with the same idempotency key stored them and this one stored nothing.</summary>
    public bool Replayed { get; init; }
}

/// <summary>A task that was stored.</summary>
public sealed record CreatedTask
{
    /// <summary>The task.</summary>
    public required WorkTask Task { get; init; }
    /// <summary>True when an earlier call with the same idempotency key stored it and this one stored nothing.</summary>
    public bool Replayed { get; init; }
}

/// <summary>Rules for what is written in tasks.</summary>
internal static class TaskText
{
    public const int LongestResult = 256 * 1024;
    private const int LongestInstruction = 64 * 1024;
    private const int MostDependencies = 100;

    public static void CheckInstruction(string? instruction)
    {
        Text.Within(instruction, "instruction", LongestInstruction, "Keep details in a file or document and name it here.");
        if (string.IsNullOrWhiteSpace(instruction))
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "instruction is empty.", "Say what is to be done and when it is done.");
    }

    public static void CheckDependencies(IReadOnlyList<string> ids)
    {
        if (ids.Count > MostDependencies)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"dependsOn can name {MostDependencies} tasks, not {ids.Count}.",
                "Put them under one parent task and depend on that.");
    }
}
