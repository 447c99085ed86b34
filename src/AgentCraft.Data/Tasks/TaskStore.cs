using AgentCraft.Data.Agents;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Processes;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Tasks;

/// <summary>The tables <c>tasks</c> and <c>task_dependencies</c>: what is to be done. Who does it is <see cref="TaskQueue"/>'s.</summary>
public sealed class TaskStore(Databases databases, AgentStore agents, ProjectStore projects, TaskLog log, IdempotencyKeys keys)
{
    /// <summary>What the agent has open: running first, then by priority, then the oldest.</summary>
    public Task<List<OpenTask>> ListOpen(Agent agent, CancellationToken cancellationToken = default) =>
        databases.Central.Read(c => ListOpen(c, agent.Seq), cancellationToken);

    /// <summary>Stores a task and returns when it is committed; blocked when it depends on what is not completed.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c>, <c>invalid_argument</c> for a cycle, <c>invalid_transition</c> below a task that is over</exception>
    public Task<CreatedTask> Create(NewTask task, string? idempotencyKey, CancellationToken cancellationToken = default)
    {
        task.Validated();
        return databases.Central.Write(c =>
        {
            AgentRef creator = agents.Identify(c, task.CreatedBy);
            (CreatedTask created, bool replayed) = keys.Run(c, creator.Id, idempotencyKey, task,
                DataJson.Default.NewTask, DataJson.Default.CreatedTask, () => new() { Task = Create(c, creator, task) });
            return created with { Replayed = replayed };
        }, cancellationToken);
    }

    /// <summary>Stores parts of a task, all or none.</summary>
    /// <exception cref="AgentCraftException">as <see cref="Create(NewTask, string?, CancellationToken)"/></exception>
    public Task<AddedSubtasks> Add(NewSubtasks subtasks, string? idempotencyKey, CancellationToken cancellationToken = default)
    {
        subtasks.Validated();
        return databases.Central.Write(c =>
        {
            AgentRef creator = agents.Identify(c, subtasks.CreatedBy);
            (AddedSubtasks added, bool replayed) = keys.Run(c, creator.Id, idempotencyKey, subtasks,
                DataJson.Default.NewSubtasks, DataJson.Default.AddedSubtasks, () => new() { Parent = subtasks.Parent, Tasks = Add(c, creator, subtasks) });
            return added with { Replayed = replayed };
        }, cancellationToken);
    }

    /// <summary>One page of tasks.</summary>
    public async Task<TaskPage> List(TaskFilter filter, CancellationToken cancellationToken = default)
    {
        string epoch = await databases.Central.Epoch(cancellationToken);
        long? from = filter.Cursor is { } text ? Cursor.Parse(text, filter.ListName, epoch).Seq : null;
        return await databases.Central.Read(c => List(c, filter, from, epoch), cancellationToken);
    }

    /// <summary>Stores parts of a task in the running transaction; for who makes more with them.</summary>
    internal List<WorkTask> Add(Connection c, AgentRef creator, NewSubtasks subtasks)
    {
        WorkTask parent = Get(c, subtasks.Parent);
        List<WorkTask> added = [];
        foreach (NewSubtask subtask in subtasks.Subtasks)
            added.Add(Create(c, creator, new()
            {
                CreatedBy = subtasks.CreatedBy,
                Instruction = subtask.Instruction,
                Parent = parent.Id,
                Assignee = subtask.Assignee,
                Priority = subtask.Priority ?? parent.Priority,
                DependsOn = [.. (subtask.After ?? []).Select(place => added[place].Id), .. subtask.DependsOn ?? []],
                Metadata = subtask.Metadata,
                Process = subtasks.Process ?? parent.Process,
            }));
        return added;
    }

    /// <summary>Stores a task in the running transaction.</summary>
    internal WorkTask Create(Connection c, AgentRef creator, NewTask task)
    {
        WorkTask? parent = task.Parent is { } id ? Get(c, id) : null;
        if (parent is not null)
            TaskGraph.CheckCanHavePart(parent);
        AgentRef? assignee = task.Assignee is { Length: > 0 } name ? TaskQueue.Worker(agents.Identify(c, name)) : null;
        (string newId, long seq) = Insert(c, creator, task, parent, assignee);
        TaskGraph.Depend(c, seq, [.. task.DependsOn.Distinct().Select(on => Get(c, on).Seq)]);
        TaskGraph.CheckNoCycle(c, seq);
        c.Execute("""
            UPDATE tasks SET status = 'blocked'
            WHERE seq = @Seq AND EXISTS (SELECT 1 FROM task_dependencies d JOIN tasks o ON o.seq = d.depends_on_seq
                                         WHERE d.task_seq = tasks.seq AND o.status <> 'completed')
            """, new { Seq = seq });
        WorkTask created = Get(c, newId);
        log.Append(c, "task_created", created.Id, created.ProjectSeq, creator, ("status", SnakeCase.Of(created.Status)), ("parent", created.Parent));
        return created;
    }

    /// <summary>The task of that id, with what it depends on.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c></exception>
    internal WorkTask Get(Connection c, string id)
    {
        WorkTask task = new TaskSelection(c, agents) { Id = id }.Query(c, "").FirstOrDefault() ?? throw Unknown(c, id);
        return task with { DependsOn = TaskGraph.Dependencies(c, task.Seq) };
    }

    private static List<OpenTask> ListOpen(Connection c, long agentSeq) => c.Query<OpenTask>("""
        SELECT t.id, t.instruction, b.name AS created_by, t.status, t.priority, t.created_at
        FROM tasks t LEFT JOIN agents b ON b.seq = t.created_by_seq
        WHERE t.agent_seq = @Agent AND t.status IN ('queued', 'running', 'blocked')
        ORDER BY CASE t.status WHEN 'running' THEN 0 ELSE 1 END, t.priority DESC, t.seq LIMIT 20
        """, new { Agent = agentSeq });

    private static (string Id, long Seq) Insert(Connection c, AgentRef creator, NewTask task, WorkTask? parent, AgentRef? assignee)
    {
        string id = Ids.New("task", c.Time.Now);
        long seq = c.First<long>("""
            INSERT INTO tasks (id, project_seq, parent_seq, depth, agent_seq, created_by_seq, process, priority, instruction, metadata, created_at, updated_at)
            VALUES (@Id, @Project, @Parent, @Depth, @Assignee, @Creator, @Process, @Priority, @Instruction, COALESCE(@Metadata, '{}'), @Now, @Now)
            RETURNING seq
            """,
            new
            {
                Id = id,
                Project = parent?.ProjectSeq ?? creator.ProjectSeq,
                Parent = parent?.Seq,
                Depth = parent is null ? 0 : parent.Depth + 1,
                Assignee = assignee?.Seq,
                Creator = creator.Seq,
                task.Process,
                task.Priority,
                task.Instruction,
                task.Metadata,
                c.Time.Now,
            });
        return (id, seq);
    }

    private TaskPage List(Connection c, TaskFilter filter, long? from, string epoch)
    {
        bool newestFirst = filter.Order == ListOrder.Desc;
        TaskSelection selection = Select(c, filter) with { From = from ?? (newestFirst ? long.MaxValue : 0), Limit = filter.Limit + 1 };
        List<WorkTask> tasks = selection.Query(c, $"AND t.seq {(newestFirst ? "<" : ">")} @From ORDER BY t.seq {(newestFirst ? "DESC" : "ASC")} LIMIT @Limit");
        bool hasMore = Paging.CutToPage(tasks, filter.Limit);
        return new()
        {
            Tasks = tasks,
            Total = selection.Count(c),
            HasMore = hasMore,
            Cursor = tasks.Count == 0 ? filter.Cursor : new Cursor(filter.ListName, epoch, tasks[^1].Seq).ToString(),
        };
    }

    private TaskSelection Select(Connection c, TaskFilter filter) => new(c, agents)
    {
        Status = filter.Status,
        Assignee = filter.Assignee is { } assignee ? agents.Identify(c, assignee).Seq : null,
        Creator = filter.CreatedBy is { } creator ? agents.Identify(c, creator).Seq : null,
        Parent = filter.Parent is { } parent ? Get(c, parent).Seq : null,
        Process = filter.Process is { } process ? ProcessStore.Get(c, process).Name : null,
        Project = filter.Project is { } project ? projects.FindKnown(c, project)?.Seq ?? 0 : null,
        MinPriority = filter.MinPriority,
        Claimable = filter.Claimable,
        Since = filter.Created.Since,
        Until = filter.Created.Until,
    };

    private static AgentCraftException Unknown(Connection c, string id) => new(ErrorCodes.NotFound, $"No task '{Text.Shown(id)}'.",
        Text.DidYouMean(id, c.Query<string>("SELECT id FROM tasks ORDER BY seq DESC LIMIT 200")) + "list_tasks shows all with their ids.");
}
