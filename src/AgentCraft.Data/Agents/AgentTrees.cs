using AgentCraft.Data.Projects;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Agents;

/// <summary>Reads who works for whom: the tree that <see cref="AgentTree"/> keeps.</summary>
public sealed class AgentTrees(Databases databases, AgentStore agents, ProjectStore projects)
{
    // A path of numbers of equal length sorts each agent before those below it. Who was removed and has nobody below is left out.
    private const string Tree = """
        WITH RECURSIVE tree (seq, path, level) AS (
            SELECT a.seq, CAST(1000000000000000 + a.seq AS TEXT), 0
            FROM agents a LEFT JOIN agents above ON above.seq = a.parent_seq
            WHERE a.seq = @Top OR (@Top IS NULL AND a.project_seq = @Project AND (above.seq IS NULL OR above.project_seq <> a.project_seq))
            UNION ALL
            SELECT k.seq, t.path || CAST(1000000000000000 + k.seq AS TEXT), t.level + 1
            FROM tree t JOIN agents k ON k.parent_seq = t.seq
            WHERE (@Levels IS NULL OR t.level < @Levels) AND (@Project IS NULL OR k.project_seq = @Project)),
        shown (seq, path) AS (
            SELECT t.seq, t.path FROM tree t JOIN agents a ON a.seq = t.seq
            WHERE (t.level = 0 AND @Top IS NOT NULL) OR a.status <> 'removed' OR EXISTS (SELECT 1 FROM agents k WHERE k.parent_seq = a.seq))
        """;

    /// <summary>One page of a tree.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c>, <c>invalid_argument</c>, <c>invalid_cursor</c></exception>
    public async Task<AgentTreePage> Get(AgentTreeFilter filter, CancellationToken cancellationToken = default)
    {
        if (filter is { Agent: not null, Project: not null })
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "Pass either name or project.", "name: the tree below an agent; project: all trees of a project.");
        if (filter.Levels is < 0)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "levels cannot be negative.", "0 shows the top only; leave levels out for all.");
        string epoch = await databases.Central.Epoch(cancellationToken);
        return await databases.Central.Read(c => Get(c, filter, epoch), cancellationToken);
    }

    private AgentTreePage Get(Connection c, AgentTreeFilter filter, string epoch)
    {
        long? top = filter.Agent is null ? null : agents.Identify(c, filter.Agent).Seq;
        long? project = top is not null ? null : projects.FindKnown(c, filter.Project)?.Seq ?? 0;
        string list = $"tree/{top}/{project}/{filter.Levels}";
        long after = filter.Cursor is { } text ? Cursor.Parse(text, list, epoch).Seq : 0;
        List<AgentNode> nodes = c.Query<AgentNode>($"""
            {Tree}
            SELECT a.seq, a.cost, a.id, a.name, a.type, a.status, b.name AS parent, a.depth, a.current_task, a.tokens, a.iteration_count
            FROM shown s JOIN agents a ON a.seq = s.seq LEFT JOIN agents b ON b.seq = a.parent_seq
            WHERE @After = 0 OR s.path > (SELECT t.path FROM tree t WHERE t.seq = @After) ORDER BY s.path LIMIT @Limit
            """, new { Top = top, Project = project, filter.Levels, After = after, Limit = filter.Limit + 1 });
        Sums sums = c.First<Sums>($"""
            {Tree}
            SELECT count(*) AS total, CAST(COALESCE(sum(a.tokens), 0) AS BIGINT) AS tokens, CAST(COALESCE(sum(a.cost), 0) AS BIGINT) AS cost,
                   CAST(COALESCE(sum(a.iteration_count), 0) AS BIGINT) AS iteration_count,
                   COALESCE(max(CASE WHEN a.seq = @After THEN 1 ELSE 0 END), 0) AS has_after
            FROM tree s JOIN agents a ON a.seq = s.seq
            """, new { Top = top, Project = project, filter.Levels, After = after })!;
        if (after > 0 && !sums.HasAfter)
            throw new AgentCraftException(ErrorCodes.InvalidCursor, "The agent at which the last page ended is no longer part of this tree.", "Call again without a cursor.");
        bool hasMore = Paging.CutToPage(nodes, filter.Limit);
        return new()
        {
            Agents = nodes,
            Total = c.First<long>($"{Tree} SELECT count(*) FROM shown", new { Top = top, Project = project, filter.Levels }),
            Tokens = sums.Tokens,
            CostUsd = Dollars.Of(sums.Cost),
            IterationCount = sums.IterationCount,
            HasMore = hasMore,
            Cursor = new Cursor(list, epoch, nodes.Count > 0 ? nodes[^1].Seq : after).ToString(),
        };
    }

    private sealed class Sums
    {
        public long Tokens { get; init; }
        public long Cost { get; init; }
        public long IterationCount { get; init; }
        public bool HasAfter { get; init; }
    }
}
