using AgentCraft.Data.Agents;
using AgentCraft.Data.Claims;
using AgentCraft.Data.Handovers;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Overviews;

/// <summary>How everything stands; looking changes nothing, and makes no store where there is none.</summary>
public sealed class OverviewStore(Databases databases, AgentStore agents, HandoverStore handovers)
{
    private const int Most = 50;

    /// <summary>All of it, of one moment but for the hand-over.</summary>
    public async Task<Overview> Get(CancellationToken cancellationToken = default)
    {
        StoredWhere where = StoreSize.Of(databases);
        if (!where.Exists)
            return new() { Root = databases.Root, Store = where };
        Overview overview = await databases.Central.ReadLong(c => Look(c, where), cancellationToken);
        HandoverBrief? handover = await handovers.FindNewest(caller: null, cancellationToken);
        return overview with { Handover = handover, Warnings = [.. overview.Warnings, .. handover?.Warnings.Select(warning => $"The hand-over may be out of date: {warning}") ?? []] };
    }

    /// <summary>The numbers alone, from what is cheap to count; and what somebody should look at.</summary>
    public Task<OverviewNumbers> Count(CancellationToken cancellationToken = default) => databases.Central.Read(c =>
    {
        DateTimeOffset liveSince = agents.LiveSince(c);
        return c.First<OverviewNumbers>("""
            SELECT (SELECT count(*) FROM agents WHERE status IN ('active', 'busy') AND last_heartbeat_at > @LiveSince) AS live,
                   (SELECT count(*) FROM agents WHERE status <> 'removed') AS agents,
                   (SELECT count(*) FROM sessions WHERE status = 'active') AS sessions,
                   (SELECT CAST(COALESCE(sum(unread), 0) AS BIGINT) FROM inbox_counts) AS unread,
                   (SELECT CAST(COALESCE(sum(total), 0) AS BIGINT) FROM inbox_counts) AS messages,
                   (SELECT count(*) FROM tasks WHERE status = 'queued') AS queued,
                   (SELECT count(*) FROM tasks WHERE status = 'running') AS running,
                   (SELECT count(*) FROM tasks WHERE status = 'blocked') AS blocked,
                   (SELECT CAST(COALESCE(sum(tokens), 0) AS BIGINT) FROM projects) AS tokens,
                   (SELECT CAST(COALESCE(sum(cost), 0) AS BIGINT) FROM projects) AS cost
            """, new { LiveSince = liveSince })! with
        {
            Claims = new ClaimSelection(c).Count(c),
            Warnings = [.. OverviewWarnings.Of(c, liveSince, isQuick: true)],
        };
    }, cancellationToken);

    private Overview Look(Connection c, StoredWhere where)
    {
        Dictionary<string, long> tasks = c.Query<StatusCount>("""
            SELECT status, count(*) AS count FROM tasks WHERE status IN ('queued', 'running', 'blocked') GROUP BY status ORDER BY status
            """).ToDictionary(row => row.Status, row => row.Count);
        DateTimeOffset liveSince = agents.LiveSince(c);
        return new()
        {
            Root = databases.Root,
            Store = where.Bytes > 0 ? where : where with { Bytes = c.First<long>(c.Dialect.CountBytes) },
            Projects = ListProjects(c),
            Agents = ListAgents(c, liveSince),
            Live = c.First<long>("SELECT count(*) FROM agents WHERE status IN ('active', 'busy') AND last_heartbeat_at > @LiveSince", new { LiveSince = liveSince }),
            Unread = c.First<long>("SELECT CAST(COALESCE(sum(unread), 0) AS BIGINT) FROM inbox_counts"),
            Inboxes = ListInboxes(c, liveSince),
            OpenTasks = tasks,
            Claims = new ClaimSelection(c) { Limit = Most }.Query(c),
            Warnings = [.. OverviewWarnings.Of(c, liveSince)],
        };
    }

    private static List<ProjectOverview> ListProjects(Connection c) => c.Query<ProjectOverview>("""
        SELECT p.name, p.id, p.status,
               (SELECT count(*) FROM agents a WHERE a.project_seq = p.seq AND a.status <> 'removed') AS agents,
               (SELECT count(*) FROM sessions s WHERE s.project_seq = p.seq AND s.status = 'active') AS active_sessions,
               (SELECT count(*) FROM tasks t WHERE t.project_seq = p.seq AND t.status IN ('queued', 'running', 'blocked')) AS open_tasks
        FROM projects p ORDER BY p.seq LIMIT @Most
        """, new { Most });

    private static List<AgentOverview> ListAgents(Connection c, DateTimeOffset liveSince) => c.Query<AgentOverview>("""
        SELECT a.name, a.type, a.status, p.name AS project,
               COALESCE(a.current_task, (SELECT t.instruction FROM tasks t WHERE t.agent_seq = a.seq AND t.status = 'running' ORDER BY t.seq DESC LIMIT 1)) AS works_on,
               (SELECT CAST(COALESCE(sum(i.unread), 0) AS BIGINT) FROM inbox_counts i WHERE i.to_seq = a.seq) AS unread, a.last_heartbeat_at
        FROM agents a JOIN projects p ON p.seq = a.project_seq
        WHERE a.status IN ('active', 'busy') AND a.last_heartbeat_at > @LiveSince ORDER BY a.seq LIMIT @Most
        """, new { LiveSince = liveSince, Most });

    private static List<UnreadMail> ListInboxes(Connection c, DateTimeOffset liveSince) => c.Query<UnreadMail>("""
        SELECT a.name AS agent, CAST(sum(i.unread) AS BIGINT) AS unread,
               max(CASE WHEN a.status IN ('active', 'busy') AND a.last_heartbeat_at > @LiveSince THEN 1 ELSE 0 END) AS live
        FROM inbox_counts i JOIN agents a ON a.seq = i.to_seq WHERE i.unread > 0 GROUP BY a.seq, a.name ORDER BY 2 DESC, a.name LIMIT @Most
        """, new { LiveSince = liveSince, Most });

    private sealed class StatusCount
    {
        public string Status { get; init; } = "";
        public long Count { get; init; }
    }
}
