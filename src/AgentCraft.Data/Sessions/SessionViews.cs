using AgentCraft.Data.Agents;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Metrics;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Sessions;

/// <summary>Reads sessions, each with what is going on in it, and lists of them.</summary>
public sealed class SessionViews(Databases databases, ProjectStore projects, AgentStore agents, SessionStore sessions)
{
    private const int MostMembers = 200;

    /// <summary>One page of sessions.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> for an unknown project or agent</exception>
    public async Task<SessionPage> List(SessionFilter filter, CancellationToken cancellationToken = default)
    {
        string epoch = await databases.Central.Epoch(cancellationToken);
        long? after = filter.Cursor is { } text ? Cursor.Parse(text, filter.ListName, epoch).Seq : null;
        return await databases.Central.Read(c => List(c, filter, after, epoch), cancellationToken);
    }

    /// <summary>A session with its agents, its newest messages and its latest metrics.</summary>
    /// <param name="session">Its id; null for the one that the agent is in, or was in last.</param>
    /// <param name="agent">Who asks; needed without <paramref name="session"/>.</param>
    /// <param name="limit">At most so many messages.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task<SessionState> Get(string? session, string? agent, int limit, CancellationToken cancellationToken = default) => databases.Central.Read(c =>
    {
        Session found = session is not null ? sessions.Get(c, session) : sessions.GetCurrentOrLast(c, agents.Identify(c, agent!));
        return new SessionState
        {
            Session = found,
            Agents = Members(c, found.Seq),
            Messages = MessageStore.ListNewest(c, found.Seq, limit),
            Metrics = MetricStore.ListLatest(c, found.Seq),
            Counts = Count(c, found.Seq),
        };
    }, cancellationToken);

    private SessionPage List(Connection c, SessionFilter filter, long? after, string epoch)
    {
        bool newestFirst = filter.Order == ListOrder.Desc;
        var selection = new
        {
            Project = filter.Project is null ? null : projects.FindKnown(c, filter.Project)?.Seq,
            filter.Status,
            Agent = filter.Agent is null ? (long?)null : agents.Identify(c, filter.Agent).Seq,
            filter.Started.Since,
            filter.Started.Until,
            From = after ?? (newestFirst ? long.MaxValue : 0),
            Limit = filter.Limit + 1,
        };
        string where = Where(filter);
        List<ListedSession> found = c.Query<ListedSession>($"""
            SELECT s.seq, s.id, p.name AS project, s.status, a.name AS main_agent, substr(s.summary, 1, 500) AS summary, s.started_at, s.ended_at,
                   (SELECT count(*) FROM session_agents m WHERE m.session_seq = s.seq AND m.left_at IS NULL) AS present
            FROM sessions s JOIN projects p ON p.seq = s.project_seq LEFT JOIN agents a ON a.seq = s.main_agent_seq
            WHERE {where} AND s.seq {(newestFirst ? "<" : ">")} @From ORDER BY s.seq {(newestFirst ? "DESC" : "ASC")} LIMIT @Limit
            """, selection);
        bool hasMore = Paging.CutToPage(found, filter.Limit);
        return new()
        {
            Sessions = found,
            Total = c.First<long>($"SELECT count(*) FROM sessions s WHERE {where}", selection),
            HasMore = hasMore,
            Cursor = found.Count == 0 ? filter.Cursor : new Cursor(filter.ListName, epoch, found[^1].Seq).ToString(),
        };
    }

    private static string Where(SessionFilter filter) => "1 = 1"
        + (filter.Project is null ? "" : " AND s.project_seq = @Project")
        + (filter.Status is null ? "" : " AND s.status = @Status")
        + (filter.Agent is null ? "" : " AND EXISTS (SELECT 1 FROM session_agents m WHERE m.session_seq = s.seq AND m.agent_seq = @Agent)")
        + filter.Started.Where("s.started_at");

    private List<SessionMember> Members(Connection c, long session) => c.Query<SessionMember>($"""
        SELECT a.name, a.type, a.status, a.current_task, m.joined_at, m.left_at,
               CASE WHEN a.status IN ('active', 'busy') AND a.last_heartbeat_at > @LiveSince THEN 1 ELSE 0 END AS live
        FROM session_agents m JOIN agents a ON a.seq = m.agent_seq WHERE m.session_seq = @Session ORDER BY m.seq DESC LIMIT {MostMembers}
        """, new { Session = session, LiveSince = agents.LiveSince(c) });

    private static SessionCounts Count(Connection c, long session) => c.First<SessionCounts>("""
        SELECT (SELECT count(*) FROM session_agents WHERE session_seq = @Session) AS agents,
               (SELECT count(*) FROM session_agents WHERE session_seq = @Session AND left_at IS NULL) AS present,
               (SELECT count(*) FROM messages WHERE session_seq = @Session) AS messages,
               (SELECT count(*) FROM agent_metrics WHERE session_seq = @Session) AS metrics,
               (SELECT count(*) FROM session_events WHERE session_seq = @Session) AS events
        """, new { Session = session })!;
}
