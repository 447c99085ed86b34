using AgentCraft.Data.Agents;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Metrics;

/// <summary>The tables <c>agent_metrics</c> and <c>metric_series</c> for those who ask.</summary>
public sealed class MetricReports(Databases databases, AgentStore agents, ProjectStore projects, SessionStore sessions)
{
    private const int MostCounted = 10_000;
    private const string Names = "metrics";

    /// <summary>Values, or buckets of them.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> for a metric, agent or session that is not there; <c>invalid_argument</c></exception>
    public async Task<MetricSeries> Query(MetricQuery query, CancellationToken cancellationToken = default)
    {
        query = query.Validated();
        string epoch = await databases.Central.Epoch(cancellationToken);
        long? after = query.Cursor is { } text ? Cursor.Parse(text, query.ListName, epoch).Seq : null;
        return await databases.Central.Read(c =>
        {
            List<MetricSelection> selections = Select(c, query);
            (MetricSeries page, long? end) = query.Bucket is { } size ? MetricBuckets.Page(c, query, size, selections, after) : Values(c, query, selections, after);
            return page with { Cursor = end is { } last ? new Cursor(query.ListName, epoch, last).ToString() : query.Cursor };
        }, cancellationToken);
    }

    /// <summary>One page of names, the earliest recorded first.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> for an agent or project that is not there</exception>
    public async Task<MetricPage> List(MetricFilter filter, CancellationToken cancellationToken = default)
    {
        string epoch = await databases.Central.Epoch(cancellationToken);
        string list = Paging.ListName(Names, filter.Agent?.ToLowerInvariant(), filter.Project);
        long after = filter.Cursor is { } text ? Cursor.Parse(text, list, epoch).Seq : 0;
        return await databases.Central.Read(c => List(c, filter, list, after, epoch), cancellationToken);
    }

    private MetricPage List(Connection c, MetricFilter filter, string list, long after, string epoch)
    {
        long? agent = filter.Agent is { } name ? agents.Identify(c, name).Seq : null;
        long? project = filter.Project is { } of ? projects.FindKnown(c, of)?.Seq ?? 0 : null;
        string where = "1 = 1" + (agent is null ? "" : " AND s.agent_seq = @Agent")
            + (project is null ? "" : " AND s.agent_seq IN (SELECT seq FROM agents WHERE project_seq = @Project)");
        List<KnownMetric> metrics = c.Query<KnownMetric>($"""
            SELECT g.seq, g.name, m.unit, g.count, g.agents, m.value AS last_value, m.recorded_at AS last_at, a.name AS last_agent
            FROM (SELECT s.name, min(s.seq) AS seq, CAST(sum(s.count) AS BIGINT) AS count, count(*) AS agents, max(s.last_seq) AS last_seq
                  FROM metric_series s WHERE {where} GROUP BY s.name HAVING min(s.seq) > @After ORDER BY min(s.seq) LIMIT @Limit) g
            JOIN agent_metrics m ON m.seq = g.last_seq JOIN agents a ON a.seq = m.agent_seq ORDER BY g.seq
            """, new { Agent = agent, Project = project, After = after, Limit = filter.Limit + 1 });
        bool hasMore = Paging.CutToPage(metrics, filter.Limit);
        return new()
        {
            Metrics = metrics,
            Total = c.First<long>($"SELECT count(DISTINCT s.name) FROM metric_series s WHERE {where}", new { Agent = agent, Project = project }),
            HasMore = hasMore,
            Cursor = metrics.Count == 0 ? filter.Cursor : new Cursor(list, epoch, metrics[^1].Seq).ToString(),
        };
    }

    private List<MetricSelection> Select(Connection c, MetricQuery query)
    {
        foreach (string name in query.Names)
            CheckKnown(c, name);
        long? session = query.Session is { } id ? sessions.Get(c, id).Seq : null;
        List<AgentRef?> who = query.Agents.Count == 0 ? [null] : [.. query.Agents.Select(agent => agents.Identify(c, agent)).DistinctBy(agent => agent.Seq)];
        return [.. query.Names.SelectMany(name => who.Select(agent => new MetricSelection
        {
            Name = name, Agent = agent?.Seq, AgentName = agent?.Name, Session = session, Since = query.Range.Since, Until = query.Range.Until,
        }))];
    }

    private static (MetricSeries, long?) Values(Connection c, MetricQuery query, List<MetricSelection> selections, long? after)
    {
        List<MetricSelection> bounded = [.. selections.Select(selection => selection.Bounded(c))];
        IEnumerable<RecordedValue> all = bounded.SelectMany(selection => Values(c, query, selection.After(after, query.NewestFirst) with { Limit = query.Limit + 1 }));
        List<RecordedValue> page = [.. (query.NewestFirst ? all.OrderByDescending(v => v.Seq) : all.OrderBy(v => v.Seq)).Take(query.Limit + 1)];
        bool hasMore = Paging.CutToPage(page, query.Limit);
        return (new() { Values = page, Total = Count(c, bounded), HasMore = hasMore }, page.Count == 0 ? null : page[^1].Seq);
    }

    private static List<RecordedValue> Values(Connection c, MetricQuery query, MetricSelection selection) => c.Query<RecordedValue>($"""
        SELECT m.seq, m.name, m.value, m.unit, a.name AS agent, s.id AS session, m.recorded_at
        FROM agent_metrics m JOIN agents a ON a.seq = m.agent_seq LEFT JOIN sessions s ON s.seq = m.session_seq
        WHERE {selection.Where} AND m.seq >= @Low AND m.seq <= @High ORDER BY m.seq {(query.NewestFirst ? "DESC" : "ASC")} LIMIT @Limit
        """, selection);

    private static long? Count(Connection c, List<MetricSelection> selections)
    {
        long counted = 0;
        foreach (MetricSelection selection in selections)
        {
            counted += c.First<long>($"""
                SELECT count(*) FROM (SELECT 1 FROM agent_metrics m WHERE {selection.Where} AND m.seq >= @Low AND m.seq <= @High LIMIT @Limit) counted
                """, selection with { Limit = MostCounted + 1 });
            if (counted > MostCounted)
                return null;
        }
        return counted;
    }

    private static void CheckKnown(Connection c, string name)
    {
        if (c.First<long>("SELECT count(*) FROM (SELECT 1 FROM metric_series WHERE name = @Name LIMIT 1) known", new { Name = name }) > 0)
            return;
        throw new AgentCraftException(ErrorCodes.NotFound, $"No metric '{Text.Shown(name)}'.",
            Text.DidYouMean(name, c.Query<string>("SELECT DISTINCT name FROM metric_series LIMIT 1000")) + "list_metrics shows all; record_metric adds one.");
    }
}
