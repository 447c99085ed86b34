using AgentCraft.Data.Handovers;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Monitoring;
using AgentCraft.Data.Outputs;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Backups;
using AgentCraft.Data.Storage.FileSystems;

namespace AgentCraft.Data.Configuration;

/// <summary>Everything that can be set, with its default. The sections are those of <c>.agentcraft/config.json</c>.</summary>
public sealed record Settings
{
    /// <summary>
    /// Where everything is kept: empty for SQLite files below the root, or the connection string of a PostgreSQL database
    /// (<c>Host=…;Database=…</c> or <c>postgres://…</c>), without a password.
    /// </summary>
    public string Store { get; init; } = "";

    /// <summary>Which toolsets are on: names with commas between, or <c>all</c>.</summary>
    public string Toolsets { get; init; } = "core";

    /// <summary>True offers only the tools that read.</summary>
    public bool ReadOnly { get; init; }
    /// <summary>The project that is this server's default, by name; made on first use. Null for the one named after the root's directory.</summary>
    public string? Project { get; init; }
    /// <summary>The project that the root's own file names, whatever this server was told: the root's files are that one's.</summary>
    internal string? RootProject { get; init; }

    /// <summary>Which SQLite, and how durable.</summary>
    public SqliteSettings Sqlite { get; init; } = new();

    /// <summary>Where the central file is.</summary>
    public CentralSettings Central { get; init; } = new();

    /// <summary>How much of the machine may be used.</summary>
    public PerformanceSettings Performance { get; init; } = new();

    /// <summary>What is done by itself, and how often.</summary>
    public MaintenanceSettings Maintenance { get; init; } = new();

    /// <summary>What is watched, and who is told.</summary>
    public MonitoringSettings Monitoring { get; init; } = new();

    /// <summary>What others may read of it.</summary>
    public TelemetrySettings Telemetry { get; init; } = new();

    /// <summary>What goes to standard error.</summary>
    public LogSettings Log { get; init; } = new();

    /// <summary>When an agent counts as live, and how many of their files stay open.</summary>
    public AgentSettings Agents { get; init; } = new();

    /// <summary>How long sessions are at hand.</summary>
    public SessionSettings Sessions { get; init; } = new();

    /// <summary>Limits of messages.</summary>
    public MessageSettings Messages { get; init; } = new();

    /// <summary>Limits of outputs.</summary>
    public OutputSettings Outputs { get; init; } = new();

    /// <summary>Who keeps the hand-overs, and where the published one lies.</summary>
    public HandoverSettings Handover { get; init; } = new();

    /// <summary>When backups are made, and how many are kept.</summary>
    public BackupSettings Backup { get; init; } = new();

    /// <summary>The stdio server.</summary>
    public StdioSettings Stdio { get; init; } = new();

    /// <summary>The HTTP server.</summary>
    public HttpSettings Http { get; init; } = new();

    /// <summary>Whose tokens are taken over HTTP besides our own.</summary>
    public AuthSettings Auth { get; init; } = new();

    /// <summary>What of them is about where and how rows are kept.</summary>
    internal StoreSettings OfStore() => new()
    {
        Postgres = string.IsNullOrWhiteSpace(Store) ? null : Store,
        SqliteLibrary = Sqlite.Library,
        Synchronous = Sqlite.Synchronous,
        WriteTimeout = TimeSpan.FromMilliseconds(Sqlite.WriteTimeout),
        MaxOpenAgentFiles = Agents.MaxOpenFiles,
        Central = Central.Path,
        MaxConnections = Performance.MaxConnections,
        QueryTimeout = TimeSpan.FromMilliseconds(Performance.QueryTimeout),
        CentralCacheKiB = Performance.CacheSize,
        AgentCacheKiB = Math.Max(64, Performance.CacheSize / 8),
        DefaultSchema = Agents.DefaultSchema,
        Schemas = Agents.Schemas,
        FileSystem = Sqlite.FileSystem,
        SlowQuery = TimeSpan.FromMilliseconds(Monitoring.SlowQueryMs),
    };
}

/// <summary>The section <c>sqlite</c>.</summary>
public sealed record SqliteSettings
{
    /// <summary><c>bundled</c>, <c>system</c>, a path, or <c>auto</c>: the newer of the first two that has FTS5 and JSON.</summary>
    public string Library { get; init; } = "auto";

    /// <summary><c>full</c>: an acknowledged write survives a power cut; <c>normal</c>: a crash of the process only.</summary>
    public Synchronous Synchronous { get; init; } = Synchronous.Full;

    /// <summary>
    /// <c>local</c>: files on a network file system, or on a directory that two operating systems share, are refused; <c>any</c>: they are not.
    /// From the environment and the command line only.
    /// </summary>
    public FileSystemRule FileSystem { get; init; }

    /// <summary>Milliseconds that a write may wait for its turn before it is refused with <c>store_busy</c>.</summary>
    public int WriteTimeout { get; init; } = 5000;
}

/// <summary>The section <c>central</c>.</summary>
public sealed record CentralSettings
{
    /// <summary>
    /// The file of coordination, relative to the root: inside it where a project's own file says so; the environment and the command line may name any other place.
    /// </summary>
    public string Path { get; init; } = StoreSettings.DefaultCentral;
}

/// <summary>The section <c>performance</c>.</summary>
public sealed record PerformanceSettings
{
    /// <summary>
    /// How many reads of one file run at once; more wait. On PostgreSQL: how many connections this process may have to each of the two
    /// schemas, unless the connection string says it (<c>Maximum Pool Size</c>).
    /// </summary>
    public int MaxConnections { get; init; } = 20;

    /// <summary>Milliseconds after which a read is interrupted with <c>query_timeout</c>; 0 for never. Writes never are.</summary>
    public int QueryTimeout { get; init; } = 5000;

    /// <summary>KiB of page cache for a connection to the central file; one to an agent's file has an eighth. Not on PostgreSQL.</summary>
    public int CacheSize { get; init; } = 16 * 1024;
}

/// <summary>The section <c>maintenance</c>.</summary>
public sealed record MaintenanceSettings
{
    /// <summary>Seconds between two runs by a server; 0 for none but those that somebody asks for.</summary>
    public int Interval { get; init; } = 3600;

    /// <summary>Seconds between two runs that also optimise, give free pages back and empty the logs.</summary>
    public int VacuumInterval { get; init; } = 86_400;

    /// <summary>Days after which events are deleted; 0 keeps them for ever.</summary>
    public int KeepEventDays { get; init; }

    /// <summary>Days after which metrics are deleted; 0 keeps them for ever.</summary>
    public int KeepMetricDays { get; init; }

    /// <summary>Days after which agents' histories are deleted; 0 keeps them for ever.</summary>
    public int KeepHistoryDays { get; init; }

    /// <summary>Days after which recorded outputs are deleted; 0 keeps them for ever.</summary>
    public int KeepOutputDays { get; init; }
}

/// <summary>The section <c>agents</c>.</summary>
public sealed record AgentSettings
{
    /// <summary>Seconds since its last call within which an active or busy agent is live.</summary>
    public int LiveSeconds { get; init; } = 300;

    /// <summary>How many agents' own files stay open, 1 to 10,000; without meaning on PostgreSQL, where agents share their tables.</summary>
    public int MaxOpenFiles { get; init; } = 64;

    /// <summary>The schema of agents whose type has none of its own: a type that ships, or a folder of <c>.agentcraft/schemas/agents</c>.</summary>
    public string DefaultSchema { get; init; } = "default";

    /// <summary>Agent types that use the schema of another one: type to schema.</summary>
    public IReadOnlyDictionary<string, string> Schemas { get; init; } = NoSchemas;

    private static readonly IReadOnlyDictionary<string, string> NoSchemas = new Dictionary<string, string>();
}

/// <summary>The section <c>sessions</c>.</summary>
public sealed record SessionSettings
{
    /// <summary>Days after its end that a session becomes archived.</summary>
    public int ArchiveDays { get; init; } = 30;
}

/// <summary>The section <c>stdio</c>.</summary>
public sealed record StdioSettings
{
    /// <summary>The longest line that is read, in bytes; a longer one is refused and the server goes on.</summary>
    public int MaxLineBytes { get; init; } = 8 * 1024 * 1024;
}
