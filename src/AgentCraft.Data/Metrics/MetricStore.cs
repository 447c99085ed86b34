using AgentCraft.Data.Agents;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Metrics;

/// <summary>The table <c>agent_metrics</c>.</summary>
public sealed class MetricStore(Databases databases, AgentStore agents, SessionStore sessions, IdempotencyKeys keys)
{
    /// <summary>Stores all values or none.</summary>
    public Task<RecordedMetrics> Append(NewMetrics metrics, string? idempotencyKey, CancellationToken cancellationToken = default)
    {
        metrics.Validated();
        return databases.Central.Write(c =>
        {
            AgentRef agent = agents.Identify(c, metrics.Agent);
            (RecordedMetrics recorded, bool replayed) = keys.Run(c, agent.Id, idempotencyKey, metrics,
                DataJson.Default.NewMetrics, DataJson.Default.RecordedMetrics, () => Append(c, agent, metrics));
            return recorded with { Replayed = replayed };
        }, cancellationToken);
    }

    /// <summary>The latest value of each of the session's metrics, by agent and name.</summary>
    internal static List<LatestMetric> ListLatest(Connection c, string sessionId, int limit) => c.Query<LatestMetric>("""
        SELECT a.name AS agent, m.name, m.value, m.unit, l.count
        FROM (SELECT max(v.seq) AS seq, count(*) AS count FROM agent_metrics v JOIN sessions s ON s.seq = v.session_seq
              WHERE s.id = @Session GROUP BY v.agent_seq, v.name) l
        JOIN agent_metrics m ON m.seq = l.seq JOIN agents a ON a.seq = m.agent_seq
        ORDER BY a.name, m.name LIMIT @Limit
        """, new { Session = sessionId, Limit = limit });

    /// <summary>The latest value of each metric of each agent, among the newest thousand of a session: the whole may be long.</summary>
    internal static List<SessionMetric> ListLatest(Connection c, long sessionSeq) => c.Query<SessionMetric>("""
        SELECT a.name AS agent, m.name, m.value, m.unit, m.recorded_at
        FROM (SELECT max(v.seq) AS seq
              FROM (SELECT seq, agent_seq, name FROM agent_metrics WHERE session_seq = @Session ORDER BY seq DESC LIMIT 1000) v
              GROUP BY v.agent_seq, v.name) l
        JOIN agent_metrics m ON m.seq = l.seq JOIN agents a ON a.seq = m.agent_seq
        ORDER BY a.name, m.name
        """, new { Session = sessionSeq });

    private RecordedMetrics Append(Connection c, AgentRef agent, NewMetrics metrics)
    {
        Session? session = metrics.Session is { } id ? sessions.Get(c, id) : sessions.FindCurrent(c, agent.Seq);
        DateTimeOffset now = c.Time.Now;
        return new()
        {
            Agent = agent.Name,
            Ids = [.. metrics.Values.Select(value => Insert(c, agent, session, value, now))],
            Session = session?.Id,
            RecordedAt = now,
        };
    }

    private static string Insert(Connection c, AgentRef agent, Session? session, MetricValue value, DateTimeOffset now)
    {
        string id = Ids.New("metric", now);
        long seq = c.First<long>("""
            INSERT INTO agent_metrics (id, agent_seq, session_seq, name, value, unit, recorded_at)
            VALUES (@Id, @Agent, @Session, @Name, @Value, @Unit, @Now) RETURNING seq
            """, new { Id = id, Agent = agent.Seq, Session = session?.Seq, value.Name, value.Value, value.Unit, Now = now });
        c.Execute("""
            INSERT INTO metric_series (agent_seq, name, count, last_seq) VALUES (@Agent, @Name, 1, @Seq)
            ON CONFLICT (agent_seq, name) DO UPDATE SET count = metric_series.count + 1, last_seq = excluded.last_seq
            """, new { Agent = agent.Seq, value.Name, Seq = seq });
        return id;
    }
}

/// <summary>The newest value of a metric, and how often it was recorded.</summary>
internal sealed record LatestMetric
{
    public required string Agent { get; init; }
    public required string Name { get; init; }
    public double Value { get; init; }
    public string? Unit { get; init; }
    public long Count { get; init; }
}
