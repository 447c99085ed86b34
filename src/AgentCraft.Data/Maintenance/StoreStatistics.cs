using AgentCraft.Data.Agents;
using AgentCraft.Data.Monitoring;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Maintenance;

/// <summary>How large a store is and what it stands on, from what is cheap to ask: no table is read through that grows for ever.</summary>
public sealed class StoreStatistics(Databases databases, StoreMonitor monitor)
{
    private const int MostAgents = 10;

    /// <summary>The numbers.</summary>
    public async Task<StoreStats> Get(CancellationToken cancellationToken = default)
    {
        StoreRows rows = await databases.Central.Read(Rows, cancellationToken);
        (string version, string? lastRun) = await databases.Central.Read(c => (Version(c), c.First<string>("SELECT value FROM store_info WHERE key = 'maintained_at'")), cancellationToken);
        StoreStats stats = new()
        {
            Engine = databases.IsFiles ? "sqlite" : "postgres",
            EngineVersion = version,
            Rows = rows,
            LastMaintenanceAt = lastRun is null ? null : Times.Parse(lastRun),
            Schemas = await databases.Central.Read(Schemas, cancellationToken),
            Central = databases.IsFiles ? await OfFile(cancellationToken) : new() { Bytes = await databases.Central.Read(OfSchema, cancellationToken) },
            Agents = new(),
            Monitoring = await monitor.Get(cancellationToken),
        };
        return databases.IsFiles ? stats with { Agents = OfAgents() }
            : await databases.FindSharedAgents(cancellationToken) is { } agents ? stats with { Agents = new() { Bytes = await agents.Read(OfSchema, cancellationToken) } } : stats;
    }

    private string Version(Connection c) => c.First<string>(databases.IsFiles ? "SELECT sqlite_version()" : "SELECT current_setting('server_version')")!;

    private static Dictionary<string, int> Schemas(Connection c) => new()
    {
        ["central"] = c.Query<string>("SELECT name FROM _migrations WHERE set_name = 'central'").Select(MigrationSet.NumberOf).Max(),
        ["newestKnown"] = MigrationSet.Get("central").Newest,
    };

    /// <summary>Counts that are kept, and of small tables those that are counted.</summary>
    private static StoreRows Rows(Connection c) => c.First<StoreRows>("""
        SELECT (SELECT count(*) FROM projects) AS projects, (SELECT count(*) FROM agents) AS agents, (SELECT count(*) FROM sessions) AS sessions,
               (SELECT CAST(COALESCE(sum(total), 0) AS BIGINT) FROM inbox_counts) AS messages,
               (SELECT CAST(COALESCE(sum(count), 0) AS BIGINT) FROM metric_series) AS metrics,
               (SELECT COALESCE(max(seq), 0) FROM session_events) AS newest_event,
               (SELECT count(*) FROM tasks) AS tasks, (SELECT count(*) FROM documents) AS documents
        """)!;

    private async Task<FileStats> OfFile(CancellationToken cancellationToken)
    {
        string path = databases.Central.Path;
        return await databases.Central.Read(c => new FileStats
        {
            Path = Path.GetRelativePath(databases.Root, path),
            Bytes = SizeOf(path) ?? 0,
            LogBytes = SizeOf(path + "-wal") ?? 0,
            PageSize = c.First<long>("PRAGMA page_size"),
            Pages = c.First<long>("PRAGMA page_count"),
            FreePages = c.First<long>("PRAGMA freelist_count"),
        }, cancellationToken);
    }

    /// <summary>Of their files only what the file system knows: opening a thousand would take long.</summary>
    private AgentFileStats OfAgents()
    {
        List<AgentFileSize> files = [.. databases.AgentFiles().Select(file => new AgentFileSize(file.Agent, SizeOf(file.Path) ?? 0, SizeOf(file.Path + "-wal") ?? 0))];
        return new()
        {
            Files = files.Count,
            Bytes = files.Sum(file => file.Bytes),
            LogBytes = files.Sum(file => file.LogBytes),
            Largest = [.. files.OrderByDescending(file => file.Bytes).ThenBy(file => file.Agent, StringComparer.Ordinal).Take(MostAgents)],
        };
    }

    private static long OfSchema(Connection c) => c.First<long>("""
        SELECT CAST(COALESCE(sum(pg_total_relation_size(oid)), 0) AS BIGINT) FROM pg_class
        WHERE relnamespace = CAST(current_schema() AS regnamespace) AND relkind = 'r'
        """);

    private static long? SizeOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : null;
}

/// <summary>The numbers of a store.</summary>
public sealed record StoreStats
{
    /// <summary><c>sqlite</c> or <c>postgres</c>.</summary>
    public required string Engine { get; init; }
    /// <summary>Its version.</summary>
    public required string EngineVersion { get; init; }
    /// <summary>The number of the newest migration of the central schema, and of the newest that this program knows.</summary>
    public required IReadOnlyDictionary<string, int> Schemas { get; init; }
    /// <summary>Coordination.</summary>
    public required FileStats Central { get; init; }
    /// <summary>What agents have of their own.</summary>
    public required AgentFileStats Agents { get; init; }
    /// <summary>How many there are.</summary>
    public required StoreRows Rows { get; init; }
    /// <summary>How it fares: alerts, waits, slow statements, errors.</summary>
    public required MonitoringStats Monitoring { get; init; }
    /// <summary>When maintenance ran last by itself; null for never.</summary>
    public DateTimeOffset? LastMaintenanceAt { get; init; }
}

/// <summary>A file; of a database server only its size is known.</summary>
public sealed record FileStats
{
    /// <summary>Relative to the root.</summary>
    public string? Path { get; init; }
    /// <summary>Its size, of a database server that of the tables with their indexes.</summary>
    public long Bytes { get; init; }
    /// <summary>That of its log.</summary>
    public long? LogBytes { get; init; }
    /// <summary>Bytes of a page.</summary>
    public long? PageSize { get; init; }
    /// <summary>How many pages it has.</summary>
    public long? Pages { get; init; }
    /// <summary>How many of them are free; maintenance gives them back.</summary>
    public long? FreePages { get; init; }
}

/// <summary>The files of agents.</summary>
public sealed record AgentFileStats
{
    /// <summary>How many; null where agents share their tables.</summary>
    public int? Files { get; init; }
    /// <summary>All together.</summary>
    public long Bytes { get; init; }
    /// <summary>Their logs.</summary>
    public long? LogBytes { get; init; }
    /// <summary>The ten largest.</summary>
    public IReadOnlyList<AgentFileSize>? Largest { get; init; }
}

/// <summary>One agent's file.</summary>
/// <param name="Agent">Whose.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="LogBytes">That of its log.</param>
public sealed record AgentFileSize(string Agent, long Bytes, long LogBytes);

/// <summary>How many rows there are.</summary>
public sealed record StoreRows
{
    /// <summary>Projects.</summary>
    public long Projects { get; init; }
    /// <summary>Agents, removed ones included.</summary>
    public long Agents { get; init; }
    /// <summary>Sessions.</summary>
    public long Sessions { get; init; }
    /// <summary>Messages.</summary>
    public long Messages { get; init; }
    /// <summary>Values of metrics.</summary>
    public long Metrics { get; init; }
    /// <summary>The number of the newest event: as many there have been at most.</summary>
    public long NewestEvent { get; init; }
    /// <summary>Tasks.</summary>
    public long Tasks { get; init; }
    /// <summary>Documents.</summary>
    public long Documents { get; init; }
}
