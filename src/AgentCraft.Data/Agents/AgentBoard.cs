using System.Globalization;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Agents;

/// <summary>Who is there and what they work on, across all projects, for a person who watches.</summary>
public sealed class AgentBoard(Databases databases, AgentStore agents)
{
    private const string List = "board";

    // A path of numbers of equal length sorts each agent before those below it. Whoever a shown agent works for is shown too.
    private static string Tree(bool all) => $"""
        WITH RECURSIVE wanted (seq, parent_seq) AS (
            SELECT seq, parent_seq FROM agents WHERE {(all ? "status <> 'removed'" : "status IN ('active', 'busy') AND last_heartbeat_at > @LiveSince")}
            UNION
            SELECT a.seq, a.parent_seq FROM wanted w JOIN agents a ON a.seq = w.parent_seq),
        tree (seq, path, level) AS (
            SELECT w.seq, CAST(1000000000000000 + w.seq AS TEXT), 0 FROM wanted w WHERE w.parent_seq IS NULL
            UNION ALL
            SELECT w.seq, t.path || CAST(1000000000000000 + w.seq AS TEXT), t.level + 1 FROM tree t JOIN wanted w ON w.parent_seq = t.seq)
        """;

    /// <summary>One page: each agent, then those that work for it.</summary>
    /// <param name="all">Also those that are not live.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cursor">Where the last page ended.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="AgentCraftException"><c>invalid_cursor</c>, <c>cursor_expired</c></exception>
    public async Task<AgentBoardPage> Get(bool all, int limit, string? cursor, CancellationToken cancellationToken = default)
    {
        string epoch = await databases.Central.Epoch(cancellationToken);
        string list = Paging.ListName(List, all);
        long after = cursor is null ? 0 : Cursor.Parse(cursor, list, epoch).Seq;
        return await databases.Central.Read(c =>
        {
            List<AgentLine> lines = c.Query<AgentLine>($"""
                {Tree(all)}
                SELECT a.seq, a.name, a.type, a.status, p.name AS project, t.level, a.cost, a.tokens, a.last_heartbeat_at,
                       CASE WHEN a.status IN ('active', 'busy') AND a.last_heartbeat_at > @LiveSince THEN 1 ELSE 0 END AS live,
                       COALESCE(a.current_task, (SELECT k.instruction FROM tasks k WHERE k.agent_seq = a.seq AND k.status = 'running' ORDER BY k.seq DESC LIMIT 1)) AS works_on,
                       (SELECT CAST(COALESCE(sum(i.unread), 0) AS BIGINT) FROM inbox_counts i WHERE i.to_seq = a.seq) AS unread
                FROM tree t JOIN agents a ON a.seq = t.seq JOIN projects p ON p.seq = a.project_seq
                WHERE t.path > @Path ORDER BY t.path LIMIT @Limit
                """, new { LiveSince = agents.LiveSince(c), Path = PathOf(c, after), Limit = limit + 1 });
            bool hasMore = Paging.CutToPage(lines, limit);
            return new AgentBoardPage { Agents = lines, HasMore = hasMore, Cursor = lines.Count == 0 ? cursor : new Cursor(list, epoch, lines[^1].Seq).ToString() };
        }, cancellationToken);
    }

    /// <summary>Who has cost most, then used most tokens.</summary>
    public Task<List<AgentLine>> ListDearest(int limit, CancellationToken cancellationToken = default) => databases.Central.Read(c => c.Query<AgentLine>("""
        SELECT a.seq, a.name, a.type, a.status, p.name AS project, a.cost, a.tokens, a.last_heartbeat_at
        FROM agents a JOIN projects p ON p.seq = a.project_seq WHERE a.cost > 0 OR a.tokens > 0 ORDER BY a.cost DESC, a.tokens DESC, a.seq LIMIT @Limit
        """, new { Limit = limit }), cancellationToken);

    /// <summary>Also of an agent that is no longer shown, so that a page goes on where the last one ended.</summary>
    private static string PathOf(Connection c, long seq) => seq == 0 ? "" : string.Concat(c.Query<long>("""
        WITH RECURSIVE up (seq, parent_seq, height) AS (
            SELECT seq, parent_seq, 0 FROM agents WHERE seq = @Seq
            UNION ALL
            SELECT a.seq, a.parent_seq, u.height + 1 FROM up u JOIN agents a ON a.seq = u.parent_seq)
        SELECT seq FROM up ORDER BY height DESC
        """, new { Seq = seq }).Select(above => (1000000000000000 + above).ToString(CultureInfo.InvariantCulture)));
}
