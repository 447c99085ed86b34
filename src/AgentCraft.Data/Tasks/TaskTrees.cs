using AgentCraft.Data.Agents;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Tasks;

/// <summary>Reads a tree of tasks with its progress, at every node of everything below it, in one query.</summary>
public sealed class TaskTrees(Databases databases, AgentStore agents, TaskStore tasks)
{
    // The tree; then each task of it paired with each above it, up to the root, so that one GROUP BY counts for all nodes at once.
    private const string Sql = $"""
        WITH RECURSIVE tree (seq, level) AS (
            SELECT seq, 0 FROM tasks WHERE id = @Id
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
        ORDER BY r.level, t.seq LIMIT @Limit
        """;

    /// <summary>The task of that id and what is below it, at most so many, the upper levels first.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c></exception>
    public Task<TaskTree> Get(string id, int limit, CancellationToken cancellationToken = default) =>
        databases.Central.Read(c => Get(c, id, limit), cancellationToken);

    private TaskTree Get(Connection c, string id, int limit)
    {
        tasks.Get(c, id);
        List<TaskNode> nodes = c.Query<TaskNode>(Sql, new TaskSelection(c, agents) { Id = id, Limit = limit });
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
