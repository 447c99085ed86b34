using System.Text.Json.Serialization;

namespace AgentCraft.Data.Storage.Backups;

/// <summary>What making a backup did.</summary>
public sealed record CreatedBackup
{
    /// <summary>The set.</summary>
    public required BackupSet Backup { get; init; }
    /// <summary>Older sets that were removed for it, by the settings backup.maxBackups and backup.maxTotalBytes.</summary>
    public IReadOnlyList<string> Removed { get; init; } = [];
    /// <summary>True when a call with the same idempotency key made it before.</summary>
    public bool Replayed { get; init; }
}

/// <summary>One page of backups.</summary>
public sealed record BackupPage
{
    /// <summary>The newest first.</summary>
    public required IReadOnlyList<BackupSet> Backups { get; init; }
    /// <summary>How many there are on all pages.</summary>
    public int Total { get; init; }
    /// <summary>Bytes of all of them.</summary>
    public long TotalSize { get; init; }
    /// <summary>There is another page after <see cref="Cursor"/>.</summary>
    public bool HasMore { get; init; }
    /// <summary>Where this page ends; null when there is nothing.</summary>
    public string? Cursor { get; init; }
}

/// <summary>What a look at a whole set found.</summary>
public sealed record VerifiedBackup
{
    /// <summary>The set.</summary>
    public required BackupSet Backup { get; init; }
    /// <summary>It can be restored.</summary>
    public bool Sound { get; init; }
    /// <summary>What is wrong.</summary>
    public required IReadOnlyList<BackupDamageReport> Damages { get; init; }
}

/// <summary>What the key of a call stands for.</summary>
internal sealed record BackupWish
{
    [JsonInclude]
    public BackupReason Reason { get; init; }
}
