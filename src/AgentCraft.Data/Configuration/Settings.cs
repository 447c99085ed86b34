using AgentCraft.Data.Handovers;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Outputs;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Backups;

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
}

/// <summary>The section <c>sqlite</c>.</summary>
public sealed record SqliteSettings
{
    /// <summary><c>bundled</c>, <c>system</c>, a path, or <c>auto</c>: the newer of the first two that has FTS5 and JSON.</summary>
    public string Library { get; init; } = "auto";

    /// <summary><c>full</c>: an acknowledged write survives a power cut; <c>normal</c>: a crash of the process only.</summary>
    public Synchronous Synchronous { get; init; } = Synchronous.Full;

    /// <summary>Milliseconds that a write may wait for its turn before it is refused with <c>store_busy</c>.</summary>
    public int WriteTimeout { get; init; } = 5000;
}

/// <summary>The section <c>agents</c>.</summary>
public sealed record AgentSettings
{
    /// <summary>Seconds since its last call within which an active or busy agent is live.</summary>
    public int LiveSeconds { get; init; } = 300;

    /// <summary>How many agents' own files stay open, 1 to 10,000; without meaning on PostgreSQL, where agents share their tables.</summary>
    public int MaxOpenFiles { get; init; } = 64;
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
