using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Activities;

/// <summary>What the SQL of a look selects; its properties are the parameters of the statements.</summary>
internal sealed record ActivitySelection
{
    private const string Messages = """
        SELECT 'message' AS kind, m.seq, m.id, m.created_at, m.message_type AS type, p.name AS project, s.id AS session, f.name AS "from", t.name AS "to",
               m.importance, m.thread_id, r.id AS response_to, m.content, m.context AS data
        FROM messages m JOIN agents f ON f.seq = m.from_seq JOIN agents t ON t.seq = m.to_seq JOIN projects p ON p.seq = f.project_seq
             LEFT JOIN messages r ON r.seq = m.response_to_seq LEFT JOIN sessions s ON s.seq = m.session_seq
        """;

    private const string Kind = "CASE WHEN e.entity_type IN ('task', 'handover') THEN e.entity_type ELSE 'event' END";

    private const string Events = $"""
        SELECT {Kind} AS kind, e.seq, e.id, e.created_at, e.event_type AS type, p.name AS project, s.id AS session, a.name AS "from",
               e.entity_type, e.entity_id, t.instruction AS content, e.event_data AS data
        FROM session_events e LEFT JOIN agents a ON a.seq = e.agent_seq LEFT JOIN projects p ON p.seq = e.project_seq
             LEFT JOIN sessions s ON s.seq = e.session_seq LEFT JOIN tasks t ON e.entity_type = 'task' AND t.id = e.entity_id
        """;

    public long? Agent { get; init; }
    public string? AgentId { get; init; }
    public long? Session { get; init; }
    public long? Project { get; init; }
    public DateTimeOffset? Since { get; init; }
    public bool Messaged { get; init; }
    public bool Happened { get; init; }
    public bool Tasks { get; init; }
    public bool Handovers { get; init; }
    public long After { get; init; }
    public long UpTo { get; init; }
    public int Limit { get; init; }

    /// <summary>Messages by their order.</summary>
    public List<ActivityRow> ListMessages(Connection c, bool newestFirst) => !Messaged ? [] : c.Query<ActivityRow>($"""
        {Messages} WHERE m.seq > @After AND m.seq <= @UpTo
        {(Agent is null ? "" : "AND (m.from_seq = @Agent OR m.to_seq = @Agent)")} {(Session is null ? "" : "AND m.session_seq = @Session")}
        {(Project is null ? "" : "AND f.project_seq = @Project")} {(Since is null ? "" : "AND m.created_at >= @Since")}
        ORDER BY m.seq {(newestFirst ? "DESC" : "ASC")} LIMIT @Limit
        """, this);

    /// <summary>Events by theirs.</summary>
    public List<ActivityRow> ListEvents(Connection c, bool newestFirst) => !(Happened || Tasks || Handovers) ? [] : c.Query<ActivityRow>($"""
        {Events} WHERE e.seq > @After AND e.seq <= @UpTo
        AND ((@Tasks = 1 AND e.entity_type = 'task') OR (@Handovers = 1 AND e.entity_type = 'handover')
             OR (@Happened = 1 AND (e.entity_type IS NULL OR e.entity_type NOT IN ('task', 'handover'))))
        {(Agent is null ? "" : "AND (e.agent_seq = @Agent OR e.entity_id = @AgentId)")} {(Session is null ? "" : "AND e.session_seq = @Session")}
        {(Project is null ? "" : "AND e.project_seq = @Project")} {(Since is null ? "" : "AND e.created_at >= @Since")}
        ORDER BY e.seq {(newestFirst ? "DESC" : "ASC")} LIMIT @Limit
        """, this);
}

/// <summary>As the engine returns it.</summary>
internal sealed record ActivityRow
{
    public string Kind { get; init; } = "";
    public long Seq { get; init; }
    public string Id { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public string Type { get; init; } = "";
    public string? Project { get; init; }
    public string? Session { get; init; }
    public string? From { get; init; }
    public string? To { get; init; }
    public string? Importance { get; init; }
    public string? ThreadId { get; init; }
    public string? ResponseTo { get; init; }
    public string? EntityType { get; init; }
    public string? EntityId { get; init; }
    public string? Content { get; init; }
    public string? Data { get; init; }

    public Activity ToActivity() => new()
    {
        Kind = SnakeCase.Parse<ActivityKind>(Kind),
        Seq = Seq,
        Id = Id,
        CreatedAt = CreatedAt,
        Type = Type,
        Project = Project,
        Session = Session,
        From = From,
        To = To,
        Importance = Importance,
        ThreadId = ThreadId,
        ResponseTo = ResponseTo,
        EntityType = EntityType,
        EntityId = EntityId,
        Content = Content,
        Data = Data is null or "{}" ? null : System.Text.Json.JsonElement.Parse(Data),
    };
}
