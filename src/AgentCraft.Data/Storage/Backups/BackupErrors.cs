using Microsoft.Data.Sqlite;

namespace AgentCraft.Data.Storage.Backups;

/// <summary>Failures of backups and restores in words that say what to do.</summary>
internal static class BackupErrors
{
    private const int NoSpaceLinux = 28, NoSpaceWindows = unchecked((int)0x80070070), QuotaLinux = 122, QuotaMac = 69;

    /// <summary>For example 0.1.0.</summary>
    public static string ProgramVersion { get; } = typeof(BackupErrors).Assembly.GetName().Version!.ToString(3);

    /// <summary>Null when it is a bug of ours, or in our words already.</summary>
    public static AgentCraftException? Translate(Exception failure, StorePaths paths) => failure switch
    {
        SqliteException sqlite => StoreErrors.Translate(sqlite, paths.Root) is not { } known ? null
            : known.Code == ErrorCodes.DiskFull ? DiskFull(paths, failure)
            : new(known.Code, $"The backup could not be made. {known.Message}", known.Hint, known.Retryable, failure),
        IOException { HResult: NoSpaceLinux or NoSpaceWindows or QuotaLinux or QuotaMac } => DiskFull(paths, failure),
        IOException or UnauthorizedAccessException => new(ErrorCodes.StoreUnavailable, $"The backup could not be made: {failure.Message}",
            $"Check the permissions of {paths.Backups}; nothing was left behind.", inner: failure),
        _ => null,
    };

    /// <summary>Others hold the backup lock for too long.</summary>
    public static AgentCraftException Busy(TimeSpan waited) => new(ErrorCodes.StoreBusy, $"Another process has been making or restoring a backup for {waited.TotalSeconds:0} s.",
        "Repeat the call when it is done.", retryable: true);

    /// <summary>A database server has tools of its own, and sees to the rest.</summary>
    public static AgentCraftException NotOnServer() => new(ErrorCodes.NotSupported, "This store is a PostgreSQL database: AgentCraft makes no backups of it.",
        "Use pg_dump, and pg_restore into an empty database; docs/postgresql-backup.md has the commands.");

    private static AgentCraftException DiskFull(StorePaths paths, Exception failure) => new(ErrorCodes.DiskFull, "The disk is full: no backup was made, and nothing of it was left behind.",
        $"Free some space, or set backup.maxTotalBytes lower; the backups are in {paths.Backups}.", retryable: true, failure);
}
