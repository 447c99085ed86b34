using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Tasks;

/// <summary>
/// Tasks form a tree, and wait for each other. A task is done after its parts and after what it depends on, so the two together must have
/// no cycle, or nothing in it could ever be done.
/// </summary>
internal static class TaskGraph
{
    private const int Deepest = 32;
    private const int MostShown = 6;

    /// <summary>What a task waits for, in the order in which that was said.</summary>
    public static List<TaskDependency> Dependencies(Connection c, long seq) => c.Query<TaskDependency>("""
        SELECT o.id, o.status FROM task_dependencies d JOIN tasks o ON o.seq = d.depends_on_seq WHERE d.task_seq = @Seq ORDER BY d.seq
        """, new { Seq = seq });

    /// <summary>Replaces what a task waits for.</summary>
    public static void Depend(Connection c, long seq, IReadOnlyList<long> on)
    {
        c.Execute("DELETE FROM task_dependencies WHERE task_seq = @Seq", new { Seq = seq });
        foreach (long dependency in on)
            c.Execute("INSERT INTO task_dependencies (task_seq, depends_on_seq) VALUES (@Seq, @On)", new { Seq = seq, On = dependency });
    }

    /// <exception cref="AgentCraftException"><c>invalid_transition</c> for a task that is over, <c>invalid_argument</c> for one too deep</exception>
    public static void CheckCanHavePart(WorkTask parent)
    {
        if (!parent.Status.IsOpen())
            throw new AgentCraftException(ErrorCodes.InvalidTransition, $"Task '{parent.Id}' is {SnakeCase.Of(parent.Status)} and takes no more parts.",
                parent.Status == WorkStatus.Completed ? "Create a task of its own, without parent." : "Set it to queued with update_task first.");
        if (parent.Depth >= Deepest)
            throw TooDeep();
    }

    /// <summary>Puts a task, and everything below it, under another parent or at the top.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c> when the parent is the task itself or below it</exception>
    public static void Move(Connection c, WorkTask task, WorkTask? parent)
    {
        if (parent is not null && IsAtOrBelow(c, parent.Seq, task.Seq))
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"Task '{parent.Id}' cannot be the parent of '{task.Id}': it is the same task or below it.",
                "Choose a parent that is not below the task; get_task_tree shows what is.");
        if (parent is not null && parent.ProjectSeq != task.ProjectSeq)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"Task '{parent.Id}' belongs to the project '{parent.Project}', '{task.Id}' to '{task.Project}'.",
                "A tree stays within one project; let the tasks depend on each other instead.");
        c.Execute("UPDATE tasks SET parent_seq = @Parent WHERE seq = @Seq", new { Parent = parent?.Seq, task.Seq });
        ShiftDepths(c, task.Seq, (parent is null ? 0 : parent.Depth + 1) - task.Depth);
    }

    /// <summary>Looks for a way from the task back to itself along what is not completed; what is completed holds nobody up.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c> naming the tasks of the cycle</exception>
    public static void CheckNoCycle(Connection c, long seq)
    {
        Dictionary<long, (long From, Edge Edge)> reached = [];
        Queue<long> next = new([seq]);
        while (next.TryDequeue(out long from))
            foreach (Edge edge in Edges(c, from))
            {
                if (!reached.TryAdd(edge.Seq, (from, edge)))
                    continue;
                if (edge.Seq == seq)
                    throw Cycle(seq, reached);
                next.Enqueue(edge.Seq);
            }
    }

    private static List<Edge> Edges(Connection c, long seq) => c.Query<Edge>("""
        SELECT o.seq, o.id, 0 AS contains FROM task_dependencies d JOIN tasks o ON o.seq = d.depends_on_seq
        WHERE d.task_seq = @Seq AND o.status <> 'completed'
        UNION ALL
        SELECT seq, id, 1 AS contains FROM tasks WHERE parent_seq = @Seq AND status <> 'completed'
        """, new { Seq = seq });

    private static AgentCraftException Cycle(long seq, Dictionary<long, (long From, Edge Edge)> reached)
    {
        List<string> steps = [];
        for (long at = seq; steps.Count == 0 || at != seq; at = reached[at].From)
            steps.Insert(0, $"{(reached[at].Edge.Contains ? "has the part" : "waits for")} '{reached[at].Edge.Id}'");
        string way = string.Join(", which ", steps.Count <= MostShown ? steps : [.. steps.Take(MostShown - 1), $"… after {steps.Count - MostShown} more {steps[^1]}"]);
        return new(ErrorCodes.InvalidArgument, $"Task '{reached[seq].Edge.Id}' would wait for itself: it {way}.",
            "Leave out one of these; get_task_tree shows parts and what they depend on.");
    }

    private static bool IsAtOrBelow(Connection c, long seq, long top) => c.First<long>("""
        WITH RECURSIVE up (seq) AS (
            SELECT @Seq
            UNION
            SELECT t.parent_seq FROM tasks t JOIN up ON t.seq = up.seq WHERE t.parent_seq IS NOT NULL)
        SELECT count(*) FROM up WHERE seq = @Top
        """, new { Seq = seq, Top = top }) > 0;

    private static void ShiftDepths(Connection c, long top, int by)
    {
        const string Below = """
            WITH RECURSIVE below (seq) AS (
                SELECT @Top
                UNION
                SELECT t.seq FROM tasks t JOIN below ON t.parent_seq = below.seq)
            """;
        c.Execute($"{Below} UPDATE tasks SET depth = depth + @By WHERE seq IN (SELECT seq FROM below)", new { Top = top, By = by });
        if (c.First<long>($"{Below} SELECT max(depth) FROM tasks WHERE seq IN (SELECT seq FROM below)", new { Top = top }) > Deepest)
            throw TooDeep();
    }

    private static AgentCraftException TooDeep() =>
        new(ErrorCodes.InvalidArgument, $"A tree of tasks has at most {Deepest + 1} levels.", "Put the parts beside each other, or begin a new tree.");

    private sealed record Edge
    {
        public long Seq { get; init; }
        public required string Id { get; init; }
        public bool Contains { get; init; }
    }
}
