using AgentCraft.Data.Agents;
using AgentCraft.Data.Processes;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Tasks;

/// <summary>Who works on which task. The write lock is store-wide, so of any number that want one task the first gets it.</summary>
public sealed class TaskQueue(Databases databases, AgentStore agents, TaskStore tasks, TaskLog log, IdempotencyKeys keys)
{
    private const int DefaultLease = 900;
    private const int LongestLease = 24 * 60 * 60;

    /// <summary>Gives the agent the task of that id, or the best that it may have: by priority, then the oldest.</summary>
    /// <exception cref="AgentCraftException"><c>already_claimed</c> naming the holder, <c>invalid_transition</c>, <c>not_allowed</c>, <c>not_found</c></exception>
    public Task<ClaimedTask> Claim(TaskWish wish, string? idempotencyKey, CancellationToken cancellationToken = default)
    {
        wish.Validated();
        return databases.Central.Write(c =>
        {
            AgentRef agent = Worker(agents.Identify(c, wish.Agent));
            (ClaimedTask claimed, bool replayed) = keys.Run(c, agent.Id, idempotencyKey, wish,
                DataJson.Default.TaskWish, DataJson.Default.ClaimedTask, () => Claim(c, agent, wish));
            return claimed with { Replayed = replayed };
        }, cancellationToken);
    }

    /// <summary>What claiming will check of a lease.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c></exception>
    internal static void CheckLease(int? seconds)
    {
        if (seconds is < 1 or > LongestLease)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"leaseSeconds must be 1 to {LongestLease}, not {seconds}.",
                $"Leave it out for {DefaultLease}; update_task renews it.");
    }

    /// <summary>The agent, when it can be given work.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> for one that was removed</exception>
    internal static AgentRef Worker(AgentRef agent) => agent.Status != AgentStatus.Removed ? agent
        : throw new AgentCraftException(ErrorCodes.NotFound, $"'{agent.Name}' was removed and does no work.", "register_agent with its name brings it back; list_agents shows who is there.");

    /// <summary>Puts the task into the agent's hands, whatever it was; with an event, unless the agent held it before.</summary>
    internal void Give(Connection c, AgentRef agent, WorkTask task, int? leaseSeconds)
    {
        bool renews = task.Status == WorkStatus.Running && task.AgentSeq == agent.Seq;
        int lease = leaseSeconds ?? (renews ? task.LeaseSeconds : null) ?? DefaultLease;
        c.Execute("""
            UPDATE tasks SET status = 'running', agent_seq = @Agent, lease_seconds = @Lease, lease_boot_id = @BootId, lease_boot_ms = @LeaseMs,
                             lease_until = @Until, ended_at = NULL, started_at = CASE WHEN @Renews = 1 THEN started_at ELSE @Now END,
                             updated_at = CASE WHEN @Renews = 1 THEN updated_at ELSE @Now END
            WHERE seq = @Seq
            """,
            new
            {
                task.Seq,
                Agent = agent.Seq,
                Lease = lease,
                c.Time.BootId,
                LeaseMs = c.Time.BootMilliseconds + (lease * 1000L),
                Until = c.Time.Now.AddSeconds(lease),
                Renews = renews,
                c.Time.Now,
            });
        if (!renews)
            log.Append(c, task.Status == WorkStatus.Running ? "task_reclaimed" : "task_claimed", task.Id, task.ProjectSeq, agent,
                ("from", task.Status == WorkStatus.Running ? task.Assignee : null), ("leaseSeconds", $"{lease}"));
    }

    /// <summary>Says why the agent may not begin this task.</summary>
    /// <exception cref="AgentCraftException"><c>already_claimed</c>, <c>invalid_transition</c>, <c>not_allowed</c></exception>
    internal static void CheckCanBegin(AgentRef agent, WorkTask task, bool force = false)
    {
        if (task.IsHeld && task.AgentSeq != agent.Seq && !force)
            throw Held(task);
        if (task.Status != WorkStatus.Running)
            WorkSteps.Check(task.Id, task.Status, WorkStatus.Running);
        if (task.WaitsFor > 0)
            throw Waits(task);
        if (task.Status == WorkStatus.Blocked)
            throw new AgentCraftException(ErrorCodes.InvalidTransition, $"Task '{task.Id}' was blocked by hand and waits for no other task.",
                "When what held it up is over, update_task with status queued frees it.");
        if (task.Status == WorkStatus.Queued && task.AgentSeq is { } assignee && assignee != agent.Seq && !task.AssigneeRemoved && !force)
            throw new AgentCraftException(ErrorCodes.NotAllowed, $"Task '{task.Id}' is assigned to '{task.Assignee}'.",
                "claim_task without task finds one that you may have; update_task with assignee gives this one to another, '' to anybody.");
    }

    internal static AgentCraftException Held(WorkTask task) => new(ErrorCodes.AlreadyClaimed,
        $"Task '{task.Id}' is being worked on by '{task.Assignee}', whose lease runs until {Times.ToText(task.LeaseUntil!.Value)} and longer while it is live.",
        $"Only '{task.Assignee}' may change how it stands. Ask it with log_message, or take another task with claim_task; update_task with force: true overrules it.");

    internal static AgentCraftException Waits(WorkTask task)
    {
        List<TaskDependency> open = [.. task.DependsOn!.Where(on => on.Status != WorkStatus.Completed)];
        string names = string.Join(", ", open.Take(3).Select(on => $"'{on.Id}' ({SnakeCase.Of(on.Status)})"));
        return new(ErrorCodes.InvalidTransition, $"Task '{task.Id}' waits for {names}{(open.Count > 3 ? $" and {open.Count - 3} more" : "")}.",
            open.Any(on => !on.Status.IsOpen())
                ? "What failed or was cancelled holds it up until it is queued again and completed; or change dependsOn with update_task."
                : "It is queued by itself once these are completed; update_task changes dependsOn.");
    }

    private ClaimedTask Claim(Connection c, AgentRef agent, TaskWish wish)
    {
        TaskSelection selection = Select(c, agent, wish);
        WorkTask? task = wish.Task is { } id ? tasks.Get(c, id)
            : selection.Query(c, "ORDER BY t.priority DESC, t.seq LIMIT 1").FirstOrDefault();
        if (task is null)
            return new();
        if (wish.Task is not null)
            CheckCanBegin(agent, task);
        Give(c, agent, task, wish.LeaseSeconds);
        bool wasRunning = task.Status == WorkStatus.Running, wasMine = task.AgentSeq == agent.Seq;
        return new()
        {
            Claimed = true,
            Task = tasks.Get(c, task.Id),
            Renewed = wasRunning && wasMine,
            TakenFrom = wasRunning && !wasMine ? task.Assignee : null,
            More = selection.Count(c),
        };
    }

    private TaskSelection Select(Connection c, AgentRef agent, TaskWish wish) => new(c, agents)
    {
        Project = agent.ProjectSeq,
        Claimable = true,
        Claimer = agent.Seq,
        Parent = wish.Parent is { } parent ? tasks.Get(c, parent).Seq : null,
        Process = wish.Process is { } process ? ProcessStore.Get(c, process).Name : null,
        MinPriority = wish.MinPriority,
    };
}
