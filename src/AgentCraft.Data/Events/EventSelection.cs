using AgentCraft.Data.Agents;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Events;

/// <summary>
/// A filter in SQL: conditions only for what is asked for, or no index could serve it, and the values, which are the statement's
/// parameters.
/// </summary>
internal sealed record EventSelection
{
    private const long Narrow = 100_000;

    public long? Session { get; init; }
    public long? Project { get; init; }
    public long? Agent { get; init; }
    public string? Type { get; init; }
    public string? EntityType { get; init; }
    public string? EntityId { get; init; }
    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? Until { get; init; }
    public long Low { get; init; }
    public long High { get; init; } = long.MaxValue;
    public int Limit { get; init; }

    /// <summary>Looks up what is named, and turns the range of time into one of seq.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> for an event, session, project or agent that is not there</exception>
    public static EventSelection Of(Connection c, EventFilter filter, SessionStore sessions, ProjectStore projects, AgentStore agents) => new EventSelection
    {
        Session = filter.Session is { } session ? sessions.Get(c, session).Seq : null,
        Project = filter.Project is { } project ? projects.FindKnown(c, project)?.Seq ?? 0 : null,
        Agent = filter.Agent is { } agent ? agents.Identify(c, agent).Seq : null,
        Type = filter.Type,
        EntityType = filter.EntityType,
        EntityId = filter.EntityId,
        Since = filter.Range.Since,
        Until = filter.Range.Until,
    }.Bounded(c).Only(c, filter.Id);

    /// <summary>
    /// The condition for a statement on <c>session_events e</c>. Bounds that bound nothing are left out, or the index that holds all of a
    /// summary could not serve.
    /// </summary>
    internal string Where => "1 = 1"
        + (Low == 0 ? "" : " AND e.seq >= @Low")
        + (High == long.MaxValue ? "" : " AND e.seq <= @High")
        + (Session is null ? "" : " AND e.session_seq = @Session")
        + (Project is null ? "" : " AND e.project_seq = @Project")
        + (Agent is null ? "" : " AND e.agent_seq = @Agent")
        + (Type is null ? "" : " AND e.event_type = @Type")
        + (EntityType is null ? "" : " AND e.entity_type = @EntityType")
        + (EntityId is null ? "" : " AND e.entity_id = @EntityId")
        + Range.Where("e.created_at");

    /// <summary>
    /// The same for who reads all of it: a narrow range of seq is read row by row; for a wide one the index of summaries, which has no seq,
    /// costs a fifth.
    /// </summary>
    internal EventSelection ForSummary => High - Low < Narrow ? this : this with { Low = 0, High = long.MaxValue };

    private TimeRange Range => new(Since, Until);

    private EventSelection Bounded(Connection c)
    {
        if (Range.IsOpen)
            return this;
        SeqRange range = c.First<SeqRange>(
            $"SELECT COALESCE(min(seq), 1) AS low, COALESCE(max(seq), 0) AS high FROM session_events WHERE 1 = 1{Range.Where("created_at")}", this)!;
        return this with { Low = range.Low, High = range.High };
    }

    private EventSelection Only(Connection c, string? id)
    {
        if (id is null)
            return this;
        long seq = c.First<long?>("SELECT seq FROM session_events WHERE id = @Id", new { Id = id })
            ?? throw new AgentCraftException(ErrorCodes.NotFound, $"No event '{Text.Shown(id)}'.", "Use an id that list_events or log_event gave.");
        return this with { Low = Math.Max(Low, seq), High = Math.Min(High, seq) };
    }
}
