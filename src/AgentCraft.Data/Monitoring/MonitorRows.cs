using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Monitoring;

/// <summary>The tables <c>monitor_servers</c> and <c>monitor_queries</c>.</summary>
internal static class MonitorRows
{
    private const int MostQueries = 50, MostPlan = 8000;
    private static readonly DateTimeOffset StartedAt = TimeProvider.System.GetUtcNow();

    /// <summary>Says what a server did.</summary>
    public static void Publish(Connection c, string server, ServerLoad load)
    {
        c.Execute("""
            INSERT INTO monitor_servers (server, pid, machine, started_at, measured_at, load) VALUES (@Server, @Pid, @Machine, @StartedAt, @Now, @Load)
            ON CONFLICT (server) DO UPDATE SET measured_at = excluded.measured_at, load = excluded.load
            """, new { Server = server, Pid = Environment.ProcessId, Machine = Environment.MachineName, StartedAt, c.Time.Now, Load = JsonSerializer.Serialize(load, DataJson.Default.ServerLoad) });
        c.Execute("DELETE FROM monitor_servers WHERE measured_at < @Old", new { Old = c.Time.Now - TimeSpan.FromHours(1) });
    }

    /// <summary>What others than this one have said since then.</summary>
    public static List<(WatchedServer Server, ServerLoad Load)> Others(Connection c, string server, DateTimeOffset since) => [.. c.Query<Row>("""
        SELECT pid, machine, started_at, measured_at, load FROM monitor_servers WHERE measured_at > @Since AND server <> @Server ORDER BY seq LIMIT 1000
        """, new { Since = since, Server = server }).Select(row => (row, load: JsonSerializer.Deserialize(row.Load, DataJson.Default.ServerLoad)!)).Select(one => (Watched(one.row, one.load), one.load))];

    /// <summary>This process, as others see it.</summary>
    public static WatchedServer Self(DateTimeOffset now, ServerLoad load) =>
        Watched(new() { Pid = Environment.ProcessId, Machine = Environment.MachineName, StartedAt = StartedAt, MeasuredAt = now }, load);

    /// <summary>Adds to what is known of slow statements, and keeps the fifty that were slow last.</summary>
    public static void Keep(Connection c, IEnumerable<NotedQuery> queries)
    {
        foreach (NotedQuery query in queries)
            c.Execute("""
                INSERT INTO monitor_queries (fingerprint, statement, query_plan, calls, total_ms, max_ms, first_at, last_at)
                VALUES (@Fingerprint, @Sql, @Plan, @Calls, @TotalMs, @MaxMs, @Now, @Now)
                ON CONFLICT (fingerprint) DO UPDATE SET query_plan = COALESCE(excluded.query_plan, monitor_queries.query_plan), calls = monitor_queries.calls + excluded.calls,
                    total_ms = monitor_queries.total_ms + excluded.total_ms, last_at = excluded.last_at,
                    max_ms = CASE WHEN excluded.max_ms > monitor_queries.max_ms THEN excluded.max_ms ELSE monitor_queries.max_ms END
                """,
                new
                {
                    Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(query.Sql))),
                    query.Sql,
                    Plan = query.Plan?.Text is { } plan ? Text.Shown(plan, MostPlan) : null,
                    query.Calls,
                    query.TotalMs,
                    query.MaxMs,
                    c.Time.Now,
                });
        c.Execute("""
            DELETE FROM monitor_queries WHERE seq NOT IN (SELECT seq FROM monitor_queries ORDER BY last_at DESC, seq DESC LIMIT @Most)
            """, new { Most = MostQueries });
    }

    /// <summary>The slow statements, those that were slow last first.</summary>
    public static List<SlowQuery> SlowQueries(Connection c, int limit) => c.Query<SlowQuery>("""
        SELECT statement, query_plan AS plan, calls, total_ms / calls AS mean_ms, max_ms, first_at, last_at FROM monitor_queries ORDER BY last_at DESC, seq DESC LIMIT @Limit
        """, new { Limit = limit });

    private static WatchedServer Watched(Row row, ServerLoad load) => new()
    {
        Pid = row.Pid,
        Machine = row.Machine,
        StartedAt = row.StartedAt,
        MeasuredAt = row.MeasuredAt,
        CallsPerMinute = Math.Round(load.Calls * 60 / Math.Max(load.Seconds, 1), 2),
        ErrorsPerMinute = Math.Round(load.ErrorsPerMinute, 2),
        WriteWaitP99Ms = Math.Round(load.WriteWaits.Quantile(0.99), 3),
    };

    private sealed class Row
    {
        public int Pid { get; init; }
        public string Machine { get; init; } = "";
        public DateTimeOffset StartedAt { get; init; }
        public DateTimeOffset MeasuredAt { get; init; }
        public string Load { get; init; } = "{}";
    }
}
