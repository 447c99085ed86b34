using System.Text.Json;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Tasks;

/// <summary>
/// Changing tasks. Who holds a task, or is to do it, decides how it stands; others may overrule with force. A task that depends on what is
/// not completed is blocked, and queued by itself when the last of that completes.
/// </summary>
public sealed class TaskChanges(Databases databases, AgentStore agents, TaskStore tasks, TaskQueue queue, TaskLog log)
{
    /// <summary>Changes what is given; what is so already stays untouched.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_transition</c> naming the allowed steps, <c>already_claimed</c>, <c>not_allowed</c>,
    /// <c>not_found</c>, <c>invalid_argument</c> for a cycle</exception>
    public Task<UpdatedTask> Update(TaskChange change, CancellationToken cancellationToken = default)
    {
        change.Validated();
        return databases.Central.Write(c => Update(c, TaskQueue.Worker(agents.Identify(c, change.Agent)), change), cancellationToken);
    }

    private UpdatedTask Update(Connection c, AgentRef agent, TaskChange change)
    {
        WorkTask task = tasks.Get(c, change.Task);
        AgentRef? assignee = change.Assignee is { Length: > 0 } name ? TaskQueue.Worker(agents.Identify(c, name)) : null;
        bool reassigns = change.Assignee is not null && assignee?.Seq != task.AgentSeq;
        bool depends = change.DependsOn is { } on && !on.ToHashSet().SetEquals(task.DependsOn!.Select(d => d.Id));
        bool takesOver = change.Status == WorkStatus.Running && task.Status == WorkStatus.Running && task.AgentSeq != agent.Seq;
        bool steps = takesOver || (change.Status is { } wish && wish != task.Status);
        bool results = change.Result is not null && change.Result != task.Result;
        if (steps || results || reassigns || depends)
            CheckMayDecide(agent, task, change);

        List<string> fields = SetFields(c, task, change, depends);
        WorkTask before = tasks.Get(c, task.Id);
        WorkStatus target = Target(before, change, reassigns, depends);
        if (reassigns && (target == WorkStatus.Running || (!target.IsOpen() && target == task.Status)))
            throw new AgentCraftException(ErrorCodes.InvalidTransition, $"Task '{task.Id}' is {SnakeCase.Of(target)}; whoever runs or ran it is its assignee.",
                "Set status to queued together with assignee to give it to another.");
        if (reassigns)
            fields.Add("assignee");
        UpdatedTask made = takesOver || target != task.Status ? Step(c, agent, before, target, change, assignee)
            : Stay(c, agent, before, change, reassigns, assignee);
        if (fields.Count > 0)
            log.Append(c, "task_updated", task.Id, task.ProjectSeq, agent, ("fields", string.Join(", ", fields)), ("forced", change.Force ? "true" : null));
        return made with { Task = tasks.Get(c, task.Id), Changed = made.Changed || fields.Count > 0 };
    }

    /// <summary>How a task stands is its holder's to say; that of one that is assigned or over, its assignee's.</summary>
    private static void CheckMayDecide(AgentRef agent, WorkTask task, TaskChange change)
    {
        if (task.AgentSeq == agent.Seq)
            return;
        if (change.Force && change.ForceOnlyOwn && task.CreatedBy != agent.Name)
            throw new AgentCraftException(ErrorCodes.NotAllowed, $"With a token of scope agent you can overrule only on tasks that you made, and '{task.Id}' is {(task.CreatedBy is { } maker ? $"'{maker}''s" : "nobody's")}.",
                task.CreatedBy is { } creator ? $"Ask '{creator}' with log_message, or your user for a token of scope admin." : "Ask your user for a token of scope admin.");
        if (change.Force)
            return;
        if (task.IsHeld)
            throw TaskQueue.Held(task);
        bool isOthers = task.AgentSeq is not null && !task.AssigneeRemoved;
        bool finishes = change.Status is (WorkStatus.Completed or WorkStatus.Failed) && change.Status != task.Status;
        bool rewrites = change.Result is not null && !task.Status.IsOpen();
        if (isOthers && !task.Abandoned && (finishes || rewrites))
            throw new AgentCraftException(ErrorCodes.NotAllowed,
                rewrites ? $"Only '{task.Assignee}', who did task '{task.Id}', may change its result." : $"Task '{task.Id}' is assigned to '{task.Assignee}', who alone may finish it.",
                $"Ask '{task.Assignee}' with log_message, or pass force: true to overrule it.");
    }

    private List<string> SetFields(Connection c, WorkTask task, TaskChange change, bool depends)
    {
        List<string> fields = [];
        if (change.Parent is { } parent && parent != (task.Parent ?? ""))
        {
            WorkTask? above = parent.Length > 0 ? tasks.Get(c, parent) : null;
            if (above is not null)
                TaskGraph.CheckCanHavePart(above);
            TaskGraph.Move(c, task, above);
            fields.Add("parent");
        }
        if (depends)
        {
            TaskGraph.Depend(c, task.Seq, [.. change.DependsOn!.Distinct().Select(on => tasks.Get(c, on).Seq)]);
            fields.Add("dependsOn");
        }
        if (fields.Count > 0)
            TaskGraph.CheckNoCycle(c, task.Seq);
        Note(fields, "priority", change.Priority is { } priority && priority != task.Priority);
        Note(fields, "instruction", change.Instruction is { } instruction && instruction != task.Instruction);
        Note(fields, "metadata", change.Metadata is { } metadata && !JsonElement.DeepEquals(metadata, task.Metadata));
        Note(fields, "result", change.Result is { } result && result != task.Result);
        if (fields.Count > 0)
            c.Execute("""
                UPDATE tasks SET priority = COALESCE(@Priority, priority), instruction = COALESCE(@Instruction, instruction),
                                 metadata = COALESCE(@Metadata, metadata), result = COALESCE(@Result, result), updated_at = @Now
                WHERE seq = @Seq
                """, new { task.Seq, change.Priority, change.Instruction, change.Metadata, change.Result, c.Time.Now });
        return fields;
    }

    private static void Note(List<string> fields, string field, bool changes)
    {
        if (changes)
            fields.Add(field);
    }

    /// <summary>Where the task is to stand: as wished, but for what it still waits for.</summary>
    private static WorkStatus Target(WorkTask task, TaskChange change, bool reassigns, bool depends)
    {
        bool waits = task.WaitsFor > 0;
        WorkStatus wish = change.Status ?? (reassigns && task.Status == WorkStatus.Running ? WorkStatus.Queued : task.Status);
        if (change.Status is (WorkStatus.Queued or WorkStatus.Running) && task.Status == WorkStatus.Blocked && waits)
            throw TaskQueue.Waits(task);
        return waits && wish is (WorkStatus.Queued or WorkStatus.Running) ? WorkStatus.Blocked
            : !waits && depends && change.Status is null && wish == WorkStatus.Blocked ? WorkStatus.Queued
            : wish;
    }

    private UpdatedTask Step(Connection c, AgentRef agent, WorkTask task, WorkStatus to, TaskChange change, AgentRef? assignee)
    {
        if (to == WorkStatus.Running)
        {
            TaskQueue.CheckCanBegin(agent, task, change.Force);
            queue.Give(c, agent, task, change.LeaseSeconds);
            return new() { Task = task, Changed = true };
        }
        WorkSteps.Check(task.Id, task.Status, to);
        if (to == WorkStatus.Completed)
            CheckPartsAreOver(c, task);
        if (to == WorkStatus.Queued)
            CheckParentIsOpen(c, task);
        List<string> below = to == WorkStatus.Cancelled ? CancelBelow(c, agent, task, change.Force) : [];
        Put(c, agent, task, to, NextAssignee(agent, task, to, change, assignee), change.Force);
        return new()
        {
            Task = task,
            Changed = true,
            CancelledBelow = below,
            Unblocked = to == WorkStatus.Completed ? Unblock(c, agent, task) : [],
            StillBlocked = to is WorkStatus.Failed or WorkStatus.Cancelled ? Waiting(c, task) : [],
        };
    }

    private UpdatedTask Stay(Connection c, AgentRef agent, WorkTask task, TaskChange change, bool reassigns, AgentRef? assignee)
    {
        if (reassigns)
            c.Execute("UPDATE tasks SET agent_seq = @Assignee, updated_at = @Now WHERE seq = @Seq", new { task.Seq, Assignee = assignee?.Seq, c.Time.Now });
        if (task.Status == WorkStatus.Running && task.AgentSeq == agent.Seq)
            queue.Give(c, agent, task, change.LeaseSeconds);
        return new() { Task = task };
    }

    /// <summary>Handing a task back frees it; finishing what nobody held makes it one's own.</summary>
    private static long? NextAssignee(AgentRef agent, WorkTask task, WorkStatus to, TaskChange change, AgentRef? assignee) =>
        change.Assignee is not null ? assignee?.Seq
        : to.IsOpen() ? (task.Status is WorkStatus.Queued or WorkStatus.Blocked ? task.AgentSeq : null)
        : to == WorkStatus.Cancelled || (task.AgentSeq is not null && !task.Abandoned) ? task.AgentSeq
        : agent.Seq;

    private void Put(Connection c, AgentRef agent, WorkTask task, WorkStatus to, long? assignee, bool forced)
    {
        c.Execute("""
            UPDATE tasks SET status = @To, agent_seq = @Assignee, lease_boot_id = NULL, lease_boot_ms = NULL, lease_until = NULL, updated_at = @Now,
                             started_at = CASE WHEN @IsOpen = 1 THEN NULL ELSE started_at END, ended_at = CASE WHEN @IsOpen = 1 THEN NULL ELSE @Now END
            WHERE seq = @Seq
            """, new { task.Seq, To = to, Assignee = assignee, IsOpen = to.IsOpen(), c.Time.Now });
        log.Append(c, $"task_{SnakeCase.Of(to)}", task.Id, task.ProjectSeq, agent, ("from", SnakeCase.Of(task.Status)), ("forced", forced ? "true" : null));
    }

    private List<string> Unblock(Connection c, AgentRef agent, WorkTask done)
    {
        List<string> freed = c.Query<string>("""
            UPDATE tasks SET status = 'queued', updated_at = @Now
            WHERE status = 'blocked' AND seq IN (SELECT task_seq FROM task_dependencies WHERE depends_on_seq = @Seq)
              AND NOT EXISTS (SELECT 1 FROM task_dependencies d JOIN tasks o ON o.seq = d.depends_on_seq
                              WHERE d.task_seq = tasks.seq AND o.status <> 'completed')
            RETURNING id
            """, new { done.Seq, c.Time.Now });
        foreach (string id in freed)
            log.Append(c, "task_queued", id, done.ProjectSeq, agent, ("from", "blocked"), ("completed", done.Id));
        return freed;
    }

    private static List<string> Waiting(Connection c, WorkTask task) => c.Query<string>("""
        SELECT w.id FROM task_dependencies d JOIN tasks w ON w.seq = d.task_seq WHERE d.depends_on_seq = @Seq AND w.status = 'blocked' ORDER BY w.seq LIMIT 100
        """, new { task.Seq });

    private List<string> CancelBelow(Connection c, AgentRef agent, WorkTask top, bool force)
    {
        List<string> ids = c.Query<string>("""
            WITH RECURSIVE below (seq) AS (
                SELECT seq FROM tasks WHERE parent_seq = @Seq
                UNION
                SELECT t.seq FROM tasks t JOIN below ON t.parent_seq = below.seq)
            SELECT id FROM tasks WHERE seq IN (SELECT seq FROM below) AND status IN ('queued', 'running', 'blocked') ORDER BY seq
            """, new { top.Seq });
        foreach (string id in ids)
        {
            WorkTask task = tasks.Get(c, id);
            if (task.IsHeld && task.AgentSeq != agent.Seq && !force)
                throw TaskQueue.Held(task);
            Put(c, agent, task, WorkStatus.Cancelled, task.AgentSeq, force);
        }
        return ids;
    }

    private static void CheckPartsAreOver(Connection c, WorkTask task)
    {
        List<string> open = c.Query<string>("""
            SELECT id FROM tasks WHERE parent_seq = @Seq AND status IN ('queued', 'running', 'blocked') ORDER BY seq LIMIT 4
            """, new { task.Seq });
        if (open.Count > 0)
            throw new AgentCraftException(ErrorCodes.InvalidTransition,
                $"Task '{task.Id}' has parts that are open: {string.Join(", ", open.Take(3).Select(id => $"'{id}'"))}{(open.Count > 3 ? " and more" : "")}.",
                "Complete or cancel them first; get_task_tree shows them.");
    }

    private void CheckParentIsOpen(Connection c, WorkTask task)
    {
        if (task.Parent is { } parent && tasks.Get(c, parent) is { } above && !above.Status.IsOpen())
            throw new AgentCraftException(ErrorCodes.InvalidTransition, $"Task '{task.Id}' is part of '{above.Id}', which is {SnakeCase.Of(above.Status)}.",
                above.Status == WorkStatus.Completed ? "Pass parent: '' to take it out of that tree." : "Set that one to queued first, or pass parent: ''.");
    }
}
