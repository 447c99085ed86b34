using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Tasks;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>What is to be done, and who does it.</summary>
internal sealed partial class TaskTools(Stores stores)
{
    private const int DefaultTree = 100;

    /// <summary>Puts a piece of work on the list for whoever claims it. It is blocked until what it depends on is completed.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="instruction">What to do, and when it is done</param>
    /// <param name="parent">Task it is part of</param>
    /// <param name="assignee">Who alone may claim it</param>
    /// <param name="priority">Default 0; higher first</param>
    /// <param name="dependsOn">Tasks to complete first</param>
    /// <param name="metadata">Free-form</param>
    /// <param name="idempotencyKey">Same key: once</param>
    [McpServerTool(Name = "create_task", Title = "Create task", Destructive = false, Idempotent = false, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Tasks)]
    public partial Task<CreatedTask> CreateTask(
        ToolCall call, string instruction, string? agent = null, string? parent = null, string? assignee = null, int? priority = null,
        string[]? dependsOn = null, JsonElement? metadata = null, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        stores.Tasks.Create(new()
        {
            CreatedBy = call.Me(agent),
            Instruction = instruction,
            Parent = parent,
            Assignee = assignee,
            Priority = priority ?? 0,
            DependsOn = dependsOn ?? [],
            Metadata = metadata,
        }, idempotencyKey, cancellationToken);

    /// <summary>Lists tasks, newest first. get_task_tree shows one with all below it.</summary>
    /// <param name="status">This status</param>
    /// <param name="assignee">This agent's</param>
    /// <param name="createdBy">Wanted by this agent</param>
    /// <param name="parent">Below this task</param>
    /// <param name="process">Of this process</param>
    /// <param name="project">Of this project</param>
    /// <param name="minPriority">At least</param>
    /// <param name="claimable">true: what claim_task could give</param>
    /// <param name="since">ISO 8601</param>
    /// <param name="until">Made before</param>
    /// <param name="order">Default desc</param>
    /// <param name="limit">Default 20</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "list_tasks", Title = "List tasks", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Tasks)]
    public partial Task<TaskPage> ListTasks(
        WorkStatus? status = null, string? assignee = null, string? createdBy = null, string? parent = null, string? process = null,
        string? project = null, int? minPriority = null, bool? claimable = null, string? since = null, string? until = null,
        ListOrder? order = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.Tasks.List(new()
        {
            Status = status,
            Assignee = assignee,
            CreatedBy = createdBy,
            Parent = parent,
            Process = process,
            Project = project,
            MinPriority = minPriority,
            Claimable = claimable ?? false,
            Created = TimeRange.Parse(since, until),
            Order = order ?? ListOrder.Desc,
            Limit = Paging.Limit(limit),
            Cursor = cursor,
        }, cancellationToken);

    /// <summary>Takes a task for you alone: the one named, or the best free one by priority, then age. claimed: false means nothing is free. Once
    /// you are not live and its lease has ended, others may claim it.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="task">Default: best free one</param>
    /// <param name="parent">Below this task</param>
    /// <param name="process">Of this process</param>
    /// <param name="minPriority">At least</param>
    /// <param name="leaseSeconds">Default 900; update_task renews</param>
    /// <param name="idempotencyKey">Same key: once</param>
    [McpServerTool(Name = "claim_task", Title = "Claim task", Destructive = false, Idempotent = false, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Tasks)]
    public partial Task<ClaimedTask> ClaimTask(
        ToolCall call, string? agent = null, string? task = null, string? parent = null, string? process = null, int? minPriority = null,
        int? leaseSeconds = null, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        stores.TaskQueue.Claim(new()
        {
            Agent = call.Me(agent),
            Task = task,
            Parent = parent,
            Process = process,
            MinPriority = minPriority,
            LeaseSeconds = leaseSeconds,
        }, idempotencyKey, cancellationToken);

    /// <summary>Changes a task, or only renews your lease. Completing it queues what waited for it; cancelling cancels all below; queued hands it
    /// back.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="task">Its id</param>
    /// <param name="status">The new status</param>
    /// <param name="result">What came of it</param>
    /// <param name="priority">Higher first</param>
    /// <param name="instruction">What to do</param>
    /// <param name="metadata">Replaces</param>
    /// <param name="assignee">Who alone may claim it; '' anybody</param>
    /// <param name="parent">'' for the top</param>
    /// <param name="dependsOn">Replaces</param>
    /// <param name="leaseSeconds">From now</param>
    /// <param name="force">Overrule its holder</param>
    [McpServerTool(Name = "update_task", Title = "Update task", Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Tasks)]
    public partial Task<UpdatedTask> UpdateTask(
        ToolCall call, string task, string? agent = null, WorkStatus? status = null, string? result = null, int? priority = null,
        string? instruction = null, JsonElement? metadata = null, string? assignee = null, string? parent = null, string[]? dependsOn = null,
        int? leaseSeconds = null, bool? force = null, CancellationToken cancellationToken = default) =>
        stores.TaskChanges.Update(new()
        {
            Agent = call.Me(agent),
            Task = task,
            Status = status,
            Result = result,
            Priority = priority,
            Instruction = instruction,
            Metadata = metadata,
            Assignee = assignee,
            Parent = parent,
            DependsOn = dependsOn,
            LeaseSeconds = leaseSeconds,
            Force = force ?? false,
            ForceOnlyOwn = !call.MayOverrule,
        }, cancellationToken);

    /// <summary>Shows a task with everything below it, and at each counts by status and percent completed.</summary>
    /// <param name="task">Its id</param>
    /// <param name="limit">Default 100</param>
    [McpServerTool(Name = "get_task_tree", Title = "Get task tree", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Tasks)]
    public partial Task<TaskTree> GetTaskTree(string task, int? limit = null, CancellationToken cancellationToken = default) =>
        stores.TaskTrees.Get(task, Paging.Limit(limit ?? DefaultTree), cancellationToken);

    /// <summary>Splits a task into parts, all or none.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="task">The task to split</param>
    /// <param name="subtasks">after: places in this list, from 0, to complete first</param>
    /// <param name="idempotencyKey">Same key: once</param>
    [McpServerTool(Name = "add_subtasks", Title = "Add subtasks", Destructive = false, Idempotent = false, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Tasks)]
    public partial Task<AddedSubtasks> AddSubtasks(
        ToolCall call, string task, NewSubtask[] subtasks, string? agent = null, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        stores.Tasks.Add(new() { CreatedBy = call.Me(agent), Parent = task, Subtasks = subtasks }, idempotencyKey, cancellationToken);
}
