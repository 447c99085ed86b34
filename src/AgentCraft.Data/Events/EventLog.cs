using AgentCraft.Data.Agents;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Events;

/// <summary>
/// The table <c>session_events</c> for those who ask: what agents report themselves, lists and summaries. <see cref="EventStore"/> adds
/// what happens with another change.
/// </summary>
public sealed class EventLog(Databases databases, EventStore events, AgentStore agents, ProjectStore projects, SessionStore sessions, IdempotencyKeys keys)
{
    private const int MostCounted = 10_000;
    private const int MostGroups = 200;

    private const string Columns = """
        e.id, e.seq, e.event_type AS type, a.name AS agent, s.id AS session, p.name AS project, e.entity_type, e.entity_id,
        e.event_data AS data, e.created_at
        """;

    private const string Tables = """
        session_events e LEFT JOIN agents a ON a.seq = e.agent_seq LEFT JOIN sessions s ON s.seq = e.session_seq
        LEFT JOIN projects p ON p.seq = e.project_seq
        """;

    /// <summary>Stores what an agent reports.</summary>
    public Task<LoggedEvent> Append(ReportedEvent report, string? idempotencyKey, CancellationToken cancellationToken = default)
    {
        report.Validated();
        return databases.Central.Write(c =>
        {
            AgentRef agent = agents.Identify(c, report.Agent);
            (LoggedEvent logged, bool replayed) = keys.Run(c, agent.Id, idempotencyKey, report,
                DataJson.Default.ReportedEvent, DataJson.Default.LoggedEvent, () => Append(c, agent, report));
            return logged with { Replayed = replayed };
        }, cancellationToken);
    }

    /// <summary>One page of events.</summary>
    public async Task<EventPage> List(EventFilter filter, EventPaging page, CancellationToken cancellationToken = default)
    {
        string epoch = await databases.Central.Epoch(cancellationToken);
        string list = Paging.ListName("events", filter, page.Order);
        long? after = page.Cursor is { } text ? Cursor.Parse(text, list, epoch).Seq : null;
        return await databases.Central.Read(c =>
        {
            EventSelection all = EventSelection.Of(c, filter, sessions, projects, agents);
            List<Event> found = List(c, all, page, after);
            bool hasMore = Paging.CutToPage(found, page.Limit);
            return new EventPage
            {
                Events = found,
                Total = Count(c, all),
                HasMore = hasMore,
                Cursor = found.Count == 0 ? page.Cursor : new Cursor(list, epoch, found[^1].Seq).ToString(),
            };
        }, cancellationToken);
    }

    /// <summary>Counts of the same events, by type and by agent.</summary>
    public Task<EventSummary> Summarize(EventFilter filter, CancellationToken cancellationToken = default) => databases.Central.Read(c =>
    {
        EventSelection all = EventSelection.Of(c, filter, sessions, projects, agents).ForSummary;
        List<Group> groups = c.Query<Group>($"""
            SELECT g.event_type AS type, a.name AS agent, g.count, g.first_at, g.last_at
            FROM (SELECT e.project_seq, e.event_type, e.agent_seq, count(*) AS count, min(e.created_at) AS first_at, max(e.created_at) AS last_at
                  FROM session_events e WHERE {all.Where} GROUP BY e.project_seq, e.event_type, e.agent_seq) g
            LEFT JOIN agents a ON a.seq = g.agent_seq
            """, all);
        return Summarize(groups);
    }, cancellationToken);

    private LoggedEvent Append(Connection c, AgentRef agent, ReportedEvent report)
    {
        Session? session = report.Session is { } id ? sessions.Get(c, id) : sessions.FindCurrent(c, agent.Seq);
        Project? project = report.Project is { } name ? projects.Resolve(c, name) : null;
        Identity stored = events.Append(c, new(report.Type)
        {
            SessionSeq = session?.Seq,
            ProjectSeq = project?.Seq ?? session?.ProjectSeq ?? agent.ProjectSeq,
            AgentSeq = agent.Seq,
            EntityType = report.EntityType,
            EntityId = report.EntityId,
            Data = report.Data?.GetRawText() ?? "{}",
        });
        return new()
        {
            Id = stored.Id,
            Seq = stored.Seq,
            Agent = agent.Name,
            Session = session?.Id,
            Project = project?.Name ?? session?.Project ?? projects.Get(c, agent.ProjectSeq).Name,
            CreatedAt = c.Time.Now,
        };
    }

    private static List<Event> List(Connection c, EventSelection all, EventPaging page, long? after)
    {
        bool newestFirst = page.Order == ListOrder.Desc;
        EventSelection rest = after is not { } seq ? all : newestFirst ? all with { High = Math.Min(all.High, seq - 1) } : all with { Low = Math.Max(all.Low, seq + 1) };
        return c.Query<Event>($"SELECT {Columns} FROM {Tables} WHERE {rest.Where} ORDER BY e.seq {(newestFirst ? "DESC" : "ASC")} LIMIT @Limit",
            rest with { Limit = page.Limit + 1 });
    }

    private static long? Count(Connection c, EventSelection all)
    {
        long counted = c.First<long>($"SELECT count(*) FROM (SELECT 1 FROM session_events e WHERE {all.Where} LIMIT @Limit) counted", all with { Limit = MostCounted + 1 });
        return counted > MostCounted ? null : counted;
    }

    private static EventSummary Summarize(List<Group> groups)
    {
        List<TypeCount> types = [.. groups.GroupBy(g => g.Type).Select(g => new TypeCount(g.Key, g.Sum(x => x.Count), g.Min(x => x.FirstAt), g.Max(x => x.LastAt)))
            .OrderByDescending(t => t.Count).ThenBy(t => t.Type, StringComparer.Ordinal)];
        List<AgentCount> byAgent = [.. groups.Where(g => g.Agent is not null).GroupBy(g => g.Agent!)
            .Select(g => new AgentCount(g.Key, g.Sum(x => x.Count), g.Min(x => x.FirstAt), g.Max(x => x.LastAt)))
            .OrderByDescending(a => a.Count).ThenBy(a => a.Agent, StringComparer.Ordinal)];
        return new()
        {
            Total = groups.Sum(g => g.Count),
            FirstAt = groups.Count == 0 ? null : groups.Min(g => g.FirstAt),
            LastAt = groups.Count == 0 ? null : groups.Max(g => g.LastAt),
            Types = types.Count,
            ByType = [.. types.Take(MostGroups)],
            Agents = byAgent.Count,
            ByAgent = [.. byAgent.Take(MostGroups)],
        };
    }

    private sealed class Group
    {
        public string Type { get; init; } = "";
        public string? Agent { get; init; }
        public long Count { get; init; }
        public DateTimeOffset FirstAt { get; init; }
        public DateTimeOffset LastAt { get; init; }
    }
}
