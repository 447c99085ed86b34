namespace AgentCraft.Data.Monitoring;

/// <summary>The section <c>monitoring</c>: what is looked at, and from when on it is told. A threshold of 0 tells never.</summary>
public sealed record MonitoringSettings
{
    /// <summary>Seconds between two looks by a server; 0 for none.</summary>
    public int Interval { get; init; } = 60;

    /// <summary>The agent that gets a message when a threshold is crossed; empty for nobody. The event and the line in the log come in any case.</summary>
    public string Notify { get; init; } = "";

    /// <summary>Bytes of the largest log of a file (<c>-wal</c>). Not on PostgreSQL.</summary>
    public long WalBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Bytes of the central file; on PostgreSQL of all tables with their indexes.</summary>
    public long CentralBytes { get; init; } = 10L * 1024 * 1024 * 1024;

    /// <summary>Milliseconds: of a hundred writes, 99 waited no longer than that for their turn.</summary>
    public int WriteWaitP99Ms { get; init; } = 2000;

    /// <summary>Calls a minute that fail, in all servers of the store together.</summary>
    public int ErrorsPerMinute { get; init; } = 120;

    /// <summary>Milliseconds from which on a statement is kept as a slow one, with its plan, and told.</summary>
    public int SlowQueryMs { get; init; } = 1000;

    /// <summary>Bytes that are free on the disk of the central file. Not on PostgreSQL.</summary>
    public long FreeDiskBytes { get; init; } = 256L * 1024 * 1024;
}
