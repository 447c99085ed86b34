namespace AgentCraft.Data.Storage.Backups;

/// <summary>The section <c>backup</c>. PostgreSQL is backed up by its own tools.</summary>
public sealed record BackupSettings
{
    /// <summary>A running server makes backups by itself.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Seconds between two of them.</summary>
    public int Interval { get; init; } = 3600;

    /// <summary>How many are kept; older ones are removed when there are more.</summary>
    public int MaxBackups { get; init; } = 24;

    /// <summary>How many bytes they may take together; older ones are removed until they do. The newest stays in any case.</summary>
    public long MaxTotalBytes { get; init; } = 10L * 1024 * 1024 * 1024;
}
