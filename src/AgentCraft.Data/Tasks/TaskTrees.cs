using AgentCraft.Data.Agents;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Tasks;

/// <summary>Reads a tree of tasks with its progress, at every node of everything below it, in one query.</summary>
public sealed class TaskTrees(Databases databases, AgentStore agents, TaskStore tasks)
{
    // The tree; then each task of it paired with each above it, up to the root, so that one GROUP BY counts for all nodes at once.
    private static string Sql(string top, string order) => $"""
        WITH RECURSIVE top (seq) AS ({top}),
        tree (seq, level) AS (
            SELECT seq, 0 FROM top
            UNION ALL
            SELECT k.seq, r.level + 1 FROM tree r JOIN tasks k ON k.parent_seq = r.seq),
        pairs (below, above, level) AS (
            SELECT seq, seq, level FROM tree
            UNION ALL
            SELECT x.below, k.parent_seq, x.level - 1 FROM pairs x JOIN tasks k ON k.seq = x.above WHERE x.level > 0),
        counts AS (
            SELECT x.above, count(*) AS total,
                   CAST(sum(CASE k.status WHEN 'queued' THEN 1 ELSE 0 END) AS BIGINT) AS queued,
                   CAST(sum(CASE k.status WHEN 'running' THEN 1 ELSE 0 END) AS BIGINT) AS running,
                   CAST(sum(CASE k.status WHEN 'blocked' THEN 1 ELSE 0 END) AS BIGINT) AS blocked,
                   CAST(sum(CASE k.status WHEN 'completed' THEN 1 ELSE 0 END) AS BIGINT) AS completed,
                   CAST(sum(CASE k.status WHEN 'failed' THEN 1 ELSE 0 END) AS BIGINT) AS failed,
                   CAST(sum(CASE k.status WHEN 'cancelled' THEN 1 ELSE 0 END) AS BIGINT) AS cancelled
            FROM pairs x JOIN tasks k ON k.seq = x.below WHERE x.below <> x.above GROUP BY x.above)
        SELECT {TaskSelection.Columns},
               COALESCE(n.total, 0) AS total, COALESCE(n.queued, 0) AS queued, COALESCE(n.running, 0) AS running, COALESCE(n.blocked, 0) AS blocked,
               COALESCE(n.completed, 0) AS completed, COALESCE(n.failed, 0) AS failed, COALESCE(n.cancelled, 0) AS cancelled
        FROM {TaskSelection.Tables} JOIN tree r ON r.seq = t.seq LEFT JOIN counts n ON n.above = t.seq
        {order}
        """;

    private static readonly string Below = Sql("SELECT seq FROM tasks WHERE id = @Id", "ORDER BY r.level, t.seq LIMIT @Limit");

    // The condition on status is spelled as that of the partial index.
    private static string Tops(bool open) => Sql($"""
        SELECT seq FROM tasks WHERE parent_seq IS NULL{(open ? " AND status IN ('queued', 'running', 'blocked')" : "")} AND seq < @From ORDER BY seq DESC LIMIT @Limit
        """, "WHERE r.level = 0 ORDER BY t.seq DESC");

    /// <summary>The task of that id and what is below it, at most so many, the upper levels first.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c></exception>
    public Task<TaskTree> Get(string id, int limit, CancellationToken cancellationToken = default) =>
        databases.Central.Read(c => Get(c, id, limit), cancellationToken);

    /// <summary>One page of the tasks at the top, of all projects, the newest first, each with the progress of everything below it.</summary>
    /// <param name="open">Only those that are not done.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cursor">Where the last page ended.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="AgentCraftException"><c>invalid_cursor</c>, <c>cursor_expired</c></exception>
    public async Task<TaskTopPage> ListTops(bool open, int limit, string? cursor, CancellationToken cancellationToken = default)
    {
        string epoch = await databases.Central.Epoch(cancellationToken);
        string list = Paging.ListName("tops", open);
        long from = cursor is null ? long.MaxValue : Cursor.Parse(cursor, list, epoch).Seq;
        return await databases.Central.Read(c =>
        {
            List<TaskNode> tops = c.Query<TaskNode>(Tops(open), new TaskSelection(c, agents) { From = from, Limit = limit + 1 });
            bool hasMore = Paging.CutToPage(tops, limit);
            return new TaskTopPage { Tasks = tops, HasMore = hasMore, Cursor = tops.Count == 0 ? cursor : new Cursor(list, epoch, tops[^1].Seq).ToString() };
        }, cancellationToken);
    }

    private TaskTree Get(Connection c, string id, int limit)
    {
        tasks.Get(c, id);
        List<TaskNode> nodes = c.Query<TaskNode>(Below, new TaskSelection(c, agents) { Id = id, Limit = limit });
        ILookup<long, TaskNode> parts = nodes.Skip(1).ToLookup(node => node.ParentSeq!.Value);
        List<TaskNode> ordered = [];
        Place(c, nodes[0], parts, ordered);
        long total = nodes[0].Total + 1;
        return new() { Tasks = ordered, Total = total, HasMore = total > ordered.Count };
    }

    private static void Place(Connection c, TaskNode node, ILookup<long, TaskNode> parts, List<TaskNode> ordered)
    {
        ordered.Add(node with { DependsOn = TaskGraph.Dependencies(c, node.Seq) });
        foreach (TaskNode part in parts[node.Seq].OrderByDescending(part => part.Priority).ThenBy(part => part.Seq))
            Place(c, part, parts, ordered);
    }
}
