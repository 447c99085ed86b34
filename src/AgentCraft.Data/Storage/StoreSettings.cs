using AgentCraft.Data.Storage.FileSystems;

namespace AgentCraft.Data.Storage;

/// <summary>How durable, how patient and how large the store is. Defaults suit one machine with dozens of agents.</summary>
public sealed record StoreSettings
{
    /// <summary>Where the central file is unless something else is said.</summary>
    public const string DefaultCentral = ".agentcraft/session.db";

    /// <summary>The central file, relative to the root or absolute.</summary>
    public string Central { get; init; } = DefaultCentral;

    /// <summary>How many reads of one file run at once, and how many connections there are to a schema of a database server.</summary>
    public int MaxConnections { get; init; } = 20;

    /// <summary>How long a read may take; zero for any time.</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The schema of agents whose type has none.</summary>
    public string DefaultSchema { get; init; } = "default";

    /// <summary>Agent types that use another one's schema.</summary>
    public IReadOnlyDictionary<string, string> Schemas { get; init; } = new Dictionary<string, string>();

    /// <summary>A connection string: the store is that PostgreSQL database. Null: files below the root.</summary>
    public string? Postgres { get; init; }

    /// <summary><c>bundled</c>, <c>system</c> or a path; null chooses the newer of the first two that has FTS5 and JSON.</summary>
    public string? SqliteLibrary { get; init; }

    /// <summary>FULL: an acknowledged write survives a power cut. NORMAL: it survives a crash of the process only, at about a third of the cost.</summary>
    public Synchronous Synchronous { get; init; } = Synchronous.Full;

    /// <summary>Where files may lie.</summary>
    public FileSystemRule FileSystem { get; init; }

    /// <summary>How it is found out what a path is on.</summary>
    internal Func<string, Mount?> FileSystemOf { get; init; } = FileSystems.FileSystem.Of;

    /// <summary>How long a write may wait for its turn before it is refused with <c>store_busy</c>.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From when on a statement is kept as a slow one; zero for never.</summary>
    public TimeSpan SlowQuery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Page cache of a connection to the central file, in KiB.</summary>
    public int CentralCacheKiB { get; init; } = 16 * 1024;

    /// <summary>Page cache of a connection to an agent's file, in KiB.</summary>
    public int AgentCacheKiB { get; init; } = 2 * 1024;

    /// <summary>How many agents' files stay open; more only while more are used at once. On a database server it has no meaning.</summary>
    public int MaxOpenAgentFiles { get; init; } = 64;

    /// <summary>The central file of a root.</summary>
    public string CentralFile(string root) => Path.GetFullPath(Path.Combine(root, Central));
}

/// <summary>SQLite's <c>synchronous</c>.</summary>
public enum Synchronous
{
    /// <summary>The disk has it before the call answers.</summary>
    Full,

    /// <summary>The operating system has it before the call answers.</summary>
    Normal,
}
