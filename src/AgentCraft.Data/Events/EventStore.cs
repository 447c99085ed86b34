using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Events;

/// <summary>The table <c>session_events</c>: what happened, in the transaction in which it happened.</summary>
public sealed class EventStore
{
    internal Identity Append(Connection c, NewEvent happened)
    {
        string id = Ids.New("event", c.Time.Now);
        long seq = c.First<long>("""
            INSERT INTO session_events (id, session_seq, project_seq, agent_seq, event_type, entity_type, entity_id, event_data, created_at)
            VALUES (@Id, @SessionSeq, @ProjectSeq, @AgentSeq, @Type, @EntityType, @EntityId, @Data, @Now) RETURNING seq
            """, Row(c, id, happened));
        return new(id, seq);
    }

    /// <summary>The same under an id that was given before; once, however often it is told.</summary>
    internal void AppendOnce(Connection c, string id, NewEvent happened) => c.Execute("""
        INSERT INTO session_events (id, session_seq, project_seq, agent_seq, event_type, entity_type, entity_id, event_data, created_at)
        VALUES (@Id, @SessionSeq, @ProjectSeq, @AgentSeq, @Type, @EntityType, @EntityId, @Data, @Now) ON CONFLICT (id) DO NOTHING
        """, Row(c, id, happened));

    private static object Row(Connection c, string id, NewEvent happened) => new
    {
        Id = id,
        happened.SessionSeq,
        happened.ProjectSeq,
        happened.AgentSeq,
        happened.Type,
        happened.EntityType,
        happened.EntityId,
        happened.Data,
        Now = c.Time.Now,
    };

    /// <summary>True when the agent has an event of this entity.</summary>
    internal bool Has(Connection c, long agentSeq, string entityType, string entityId) => c.First<long>("""
        SELECT count(*) FROM (SELECT 1 FROM session_events
                              WHERE agent_seq = @Agent AND entity_type = @Type AND entity_id = @Id LIMIT 1) found
        """, new { Agent = agentSeq, Type = entityType, Id = entityId }) > 0;

    /// <summary>The newest events of a session, the newest first, as "time type entity".</summary>
    internal List<SessionEvent> ListRecent(Connection c, string sessionId, int limit) => c.Query<SessionEvent>("""
        SELECT e.event_type AS type, a.name AS agent, e.entity_id, e.created_at
        FROM session_events e JOIN sessions s ON s.seq = e.session_seq LEFT JOIN agents a ON a.seq = e.agent_seq
        WHERE s.id = @Session ORDER BY e.seq DESC LIMIT @Limit
        """, new { Session = sessionId, Limit = limit });
}

/// <summary>What a stored row is called outside and inside.</summary>
internal readonly record struct Identity(string Id, long Seq);

/// <summary>An event in a list.</summary>
internal sealed record SessionEvent
{
    public required string Type { get; init; }
    public string? Agent { get; init; }
    public string? EntityId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
