using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Events;
using AgentCraft.Data.Pruning;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Maintenance;

/// <summary>Keeps a store fit: what is old goes, what is free is given back. By short steps, so that it may run beside everything else.</summary>
public sealed class StoreMaintenance
{
    private const string LastRun = "maintained_at", LastVacuum = "vacuumed_at";
    private const int MostProblems = 20;

    private static readonly MaintenanceTask[] Often = [MaintenanceTask.Archive, MaintenanceTask.Prune, MaintenanceTask.Keys];
    private static readonly MaintenanceTask[] OfFiles = [MaintenanceTask.Keys, MaintenanceTask.Optimize, MaintenanceTask.Vacuum, MaintenanceTask.Checkpoint];

    private readonly Databases _databases;
    private readonly AgentStore _agents;
    private readonly SessionArchive _sessions;
    private readonly RecordPruning _pruning;
    private readonly EventStore _events;
    private readonly MaintenanceSettings _settings;

    internal StoreMaintenance(Databases databases, AgentStore agents, SessionArchive sessions, RecordPruning pruning, EventStore events, MaintenanceSettings settings) =>
        (_databases, _agents, _sessions, _pruning, _events, _settings) = (databases, agents, sessions, pruning, events, settings);

    /// <summary>Does it now; what it changed is an event.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c>; <c>not_found</c> for an agent that is not there</exception>
    public async Task<MaintenanceReport> Run(MaintenanceWish wish, CancellationToken cancellationToken = default)
    {
        wish.Validated();
        AgentRef? by = wish.By is null ? null : await _databases.Central.Read(c => _agents.Identify(c, wish.By), cancellationToken);
        MaintenanceReport report = new();
        if (wish.Has(MaintenanceTask.Archive))
            report = report with { Archived = await _sessions.ArchiveAll(by, wish.ArchiveDays, cancellationToken) };
        if (wish.Has(MaintenanceTask.Prune))
            report = await Prune(report, wish.By, cancellationToken);
        report = _databases.IsFiles ? await TendFiles(report, wish, cancellationToken) : await TendServer(report, wish, cancellationToken);
        if (report.ChangedRows)
            await _databases.Central.Write(c => Log(c, by, report), cancellationToken);
        return report;
    }

    /// <summary>
    /// Does it if it is due, and then in one process of the many: the time of the last run is looked at and set in one transaction, so that
    /// the store's own write lock elects who goes. Whoever dies on the way has done some of it; the next run does the rest. Null when it was not due.
    /// </summary>
    public async Task<MaintenanceReport?> RunWhenDue(CancellationToken cancellationToken = default)
    {
        if (_settings.Interval == 0 || !await _databases.Central.Read(c => IsDue(c, LastRun, _settings.Interval), cancellationToken))
            return null;
        (bool isMine, bool isThorough) = await _databases.Central.Write(c =>
            Take(c, LastRun, _settings.Interval) ? (true, Take(c, LastVacuum, _settings.VacuumInterval)) : (false, false), cancellationToken);
        return isMine ? await Run(new() { Tasks = isThorough ? null : Often }, cancellationToken) : null;
    }

    /// <summary>A last time that is still to come is of a clock that was wrong.</summary>
    private static bool IsDue(Connection c, string key, int seconds) =>
        c.First<string>("SELECT value FROM store_info WHERE key = @Key", new { Key = key }) is not { } last
        || c.Time.Now - Times.Parse(last) is var since && (since >= TimeSpan.FromSeconds(seconds) || since < TimeSpan.Zero);

    private static bool Take(Connection c, string key, int seconds) => IsDue(c, key, seconds) && c.Execute(
        "INSERT INTO store_info (key, value) VALUES (@Key, @Now) ON CONFLICT (key) DO UPDATE SET value = excluded.value", new { Key = key, Now = Times.ToText(c.Time.Now) }) > 0;

    private async Task<MaintenanceReport> Prune(MaintenanceReport report, string? by, CancellationToken cancellationToken)
    {
        SortedDictionary<string, long> pruned = [];
        List<string> problems = [];
        foreach ((RecordKind kind, int days) in new[]
        {
            (RecordKind.Events, _settings.KeepEventDays), (RecordKind.History, _settings.KeepHistoryDays),
            (RecordKind.Metrics, _settings.KeepMetricDays), (RecordKind.Outputs, _settings.KeepOutputDays),
        })
        {
            if (days == 0)
                continue;
            DateTimeOffset before = await _databases.Central.Read(c => c.Time.Now, cancellationToken) - TimeSpan.FromDays(days);
            PrunedRecords gone = await _pruning.PruneAll(new() { Kind = kind, By = by, Before = before }, problems, cancellationToken);
            if (gone.Rows > 0)
                pruned[SnakeCase.Of(kind)] = gone.Rows;
        }
        return report with { Pruned = pruned, Problems = [.. problems.Distinct().Take(MostProblems)] };
    }

    private async Task<MaintenanceReport> TendFiles(MaintenanceReport report, MaintenanceWish wish, CancellationToken cancellationToken)
    {
        if (!OfFiles.Any(wish.Has))
            return report;
        List<string> problems = [.. report.Problems];
        report = await Tend(report, wish, _databases.Central, problems, cancellationToken);
        foreach (AgentRef agent in await Owners(cancellationToken))
            if (_databases.HasAgent(agent.Name))
                report = await Tend(report, wish, _databases.Agent(agent.Name, agent.Type), problems, cancellationToken);
        return report with { Problems = [.. problems.Distinct()] };
    }

    private static async Task<MaintenanceReport> Tend(
        MaintenanceReport report, MaintenanceWish wish, Database file, List<string> problems, CancellationToken cancellationToken)
    {
        try
        {
            return report with
            {
                Files = report.Files + 1,
                ExpiredKeys = report.ExpiredKeys + (wish.Has(MaintenanceTask.Keys) ? await FileMaintenance.ForgetKeys(file, cancellationToken) : 0),
                FreedPages = report.FreedPages + (wish.Has(MaintenanceTask.Vacuum) ? await FileMaintenance.Vacuum(file, cancellationToken) : 0),
                Optimized = report.Optimized + (wish.Has(MaintenanceTask.Optimize) ? await FileMaintenance.Optimize(file, cancellationToken) : 0),
                EmptiedLogs = report.EmptiedLogs + (wish.Has(MaintenanceTask.Checkpoint) && await FileMaintenance.Checkpoint(file, cancellationToken) ? 1 : 0),
            };
        }
        catch (AgentCraftException failure) when (failure.Code != ErrorCodes.Stopping)
        {
            // One damaged file must not keep the others from being tended.
            if (problems.Count < MostProblems)
                problems.Add(failure.Message);
            return report;
        }
    }

    private async Task<MaintenanceReport> TendServer(MaintenanceReport report, MaintenanceWish wish, CancellationToken cancellationToken)
    {
        long forgotten = wish.Has(MaintenanceTask.Keys) ? await FileMaintenance.ForgetKeys(_databases.Central, cancellationToken) : 0;
        // All agents share one table of keys, and what has expired is nobody's; it is not made for that.
        if (wish.Has(MaintenanceTask.Keys) && await _databases.FindSharedAgents(cancellationToken) is { } agents)
            forgotten += await FileMaintenance.ForgetKeys(agents, cancellationToken);
        return report with
        {
            ExpiredKeys = forgotten,
            Note = wish.Has(MaintenanceTask.Optimize) || wish.Has(MaintenanceTask.Vacuum) || wish.Has(MaintenanceTask.Checkpoint)
                ? "PostgreSQL does ANALYZE, VACUUM and checkpoints by itself (autovacuum, checkpointer)." : null,
        };
    }

    private Task<List<AgentRef>> Owners(CancellationToken cancellationToken) =>
        _databases.Central.Read(c => c.Query<AgentRef>("SELECT seq, project_seq, status, id, name, type FROM agents ORDER BY seq"), cancellationToken);

    private Identity Log(Connection c, AgentRef? by, MaintenanceReport report)
    {
        JsonObject pruned = [];
        foreach ((string kind, long rows) in report.Pruned)
            pruned[kind] = rows;
        return _events.Append(c, new("maintenance_done")
        {
            AgentSeq = by?.Seq,
            ProjectSeq = by?.ProjectSeq,
            Data = new JsonObject
            {
                ["archived"] = report.Archived, ["pruned"] = pruned, ["expiredKeys"] = report.ExpiredKeys, ["freedPages"] = report.FreedPages,
                ["files"] = report.Files,
            }.ToJsonString(JsonSerializerOptions.Default),
        });
    }
}
