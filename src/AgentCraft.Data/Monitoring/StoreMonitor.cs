using AgentCraft.Data.Configuration;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Postgres;

namespace AgentCraft.Data.Monitoring;

/// <summary>Watches the store: what it finds it shares with all other servers of the store through the store itself.</summary>
public sealed class StoreMonitor
{
    private const int MostShown = 20;

    private readonly Databases _databases;
    private readonly AlertStore _alerts;
    private readonly GaugeReadings _gauges;
    private readonly LoadWindow _window;
    private readonly Settings _settings;
    private readonly string _server = Guid.NewGuid().ToString("N");
    private readonly HashSet<string> _unstored = new(StringComparer.Ordinal);
    private ServerLoad _latest = new();
    private double _slowestMs;

    internal StoreMonitor(Databases databases, AlertStore alerts, Settings settings)
    {
        (_databases, _alerts, _settings) = (databases, alerts, settings);
        _gauges = new(databases, settings.Monitoring);
        _window = new(databases, Calls);
    }

    /// <summary>The calls of this process; whoever answers them counts them.</summary>
    public CallCounts Calls { get; } = new();

    /// <summary>What was watched, as of the last look of this process; empty before it.</summary>
    public IReadOnlyList<Gauge> LatestGauges { get; private set; } = [];

    /// <summary>How long writes of this process waited for their turn.</summary>
    public Durations WriteWaits => _databases.Meter.WriteWaits.Read();

    /// <summary>How long commits of this process took.</summary>
    public Durations Commits => _databases.Meter.Commits.Read();

    // What somebody said longer ago is not of now; longer than a pause between two looks.
    private TimeSpan Recent => TimeSpan.FromSeconds(Math.Max(_settings.Monitoring.Interval, 1) * 2.5);

    /// <summary>
    /// Looks at everything, and tells others what this process did. Returns the thresholds that this look has found crossed, or over: of all
    /// servers of the store only one is told of each. Writes nothing where there is nothing to say. Not for two at once.
    /// </summary>
    /// <exception cref="AgentCraftException">The store cannot be read, or what was to be stored could not be, and it is no news.</exception>
    public async Task<IReadOnlyList<AlertChange>> Check(CancellationToken cancellationToken = default)
    {
        _latest = _window.Take(out bool didSomething);
        List<NotedQuery> slow = await Explained(_databases.Meter.Slow.Take());
        _slowestMs = slow.Select(query => query.MaxMs).DefaultIfEmpty().Max();
        try
        {
            Seen seen = await Look(cancellationToken);
            LatestGauges = seen.Gauges;
            if (!didSomething && slow.Count == 0 && !_alerts.Concerns(seen.Alerts, seen.Gauges, seen.Now))
                return [];
            return await Store(seen.Gauges, slow, didSomething, cancellationToken);
        }
        catch (Exception)
        {
            _databases.Meter.Slow.Return(slow);
            throw;
        }
    }

    /// <summary>How everything stands. Changes nothing.</summary>
    public async Task<MonitoringStats> Get(CancellationToken cancellationToken = default)
    {
        Seen seen = await Look(cancellationToken);
        return new()
        {
            Alerts = [.. seen.Alerts.OrderByDescending(alert => alert.Raised)],
            Gauges = seen.Gauges,
            LockHolders = _databases.IsFiles ? LockHolders.OfFiles(_databases.Root, [_databases.Central.Path, .. _databases.OpenAgentFiles])
                : await _databases.Central.Read(PostgresLockHolders.Find, cancellationToken),
            Servers = [MonitorRows.Self(seen.Now, _latest), .. seen.Others.Select(other => other.Server).Take(MostShown)],
            WriteWait = DurationStats.Of(WriteWaits),
            Commit = DurationStats.Of(Commits),
            Calls = Calls.Calls,
            Errors = Calls.Errors,
            SlowQueries = await _databases.Central.Read(c => MonitorRows.SlowQueries(c, MostShown), cancellationToken),
            Note = _databases.IsFiles ? null
                : "On PostgreSQL wal_bytes and free_disk_bytes are the database server's own business, and not asked for; lock holders are its processes, from pg_stat_activity.",
        };
    }

    private async Task<Seen> Look(CancellationToken cancellationToken)
    {
        (List<Alert> alerts, List<(WatchedServer Server, ServerLoad Load)> others, long bytes, DateTimeOffset now) = await _databases.Central.Read(c =>
            (AlertStore.List(c), MonitorRows.Others(c, _server, c.Time.Now - Recent), c.First<long>(c.Dialect.CountBytes), c.Time.Now), cancellationToken);
        return new(alerts, others, _gauges.Read(new([_latest, .. others.Select(other => other.Load)]), _slowestMs, bytes), now);
    }

    private async Task<IReadOnlyList<AlertChange>> Store(IReadOnlyList<Gauge> gauges, List<NotedQuery> slow, bool didSomething, CancellationToken cancellationToken)
    {
        _window.NoteOwnWrite();
        try
        {
            List<AlertChange> changes = await _databases.Central.Write(c =>
            {
                if (didSomething)
                    MonitorRows.Publish(c, _server, _latest);
                if (slow.Count > 0)
                    MonitorRows.Keep(c, slow);
                return _alerts.Apply(c, gauges);
            }, cancellationToken);
            // What this process could not store, it has told of already.
            List<AlertChange> news = [.. changes.Where(change => !change.IsRaised || !_unstored.Contains(change.Gauge.Name))];
            _unstored.Clear();
            return news;
        }
        catch (AgentCraftException failure) when (gauges.Any(gauge => gauge.IsOver && !_unstored.Contains(gauge.Name)))
        {
            // A full disk is one of the things to tell of: each server then does so by itself, once.
            _databases.Meter.Slow.Return(slow);
            return [.. gauges.Where(gauge => gauge.IsOver && _unstored.Add(gauge.Name)).Select(gauge => new AlertChange(gauge, IsRaised: true) { Unstored = failure.Message })];
        }
    }

    /// <summary>Where a plan can only be asked for now, it is; without one the text is kept all the same.</summary>
    private async Task<List<NotedQuery>> Explained(List<NotedQuery> queries)
    {
        for (int i = 0; i < queries.Count; i++)
            if (queries[i].Plan is { Text: null, Ask: { } ask })
                queries[i] = queries[i] with { Plan = new(await TryExplain(ask)) };
        return queries;
    }

    private async Task<string?> TryExplain(Func<Connection, string?> ask)
    {
        try
        {
            return await _databases.Central.ReadLong(ask);
        }
        catch (Exception)
        {
            // Whatever the reason, the statement is what matters.
            return null;
        }
    }

    private sealed record Seen(List<Alert> Alerts, List<(WatchedServer Server, ServerLoad Load)> Others, IReadOnlyList<Gauge> Gauges, DateTimeOffset Now);
}
