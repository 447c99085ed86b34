using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AgentCraft.Data.Storage;

/// <summary>The one place that turns SQLite's result codes into errors that a caller can act on.</summary>
internal static class StoreErrors
{
    /// <summary>The error of a write that was not begun, since the disk did not take what was written before it.</summary>
    public static AgentCraftException DiskFails(string path, string reason) => new(ErrorCodes.StoreUnavailable,
        $"The disk of {path} did not take what was written last ({reason}), nor does it now.", "Nothing of this call was written. Look at the disk, then repeat the call.", retryable: true);

    /// <summary>The error of a write that is committed, and that the disk does not say to have.</summary>
    public static AgentCraftException NotOnDisk(string path, string reason) => new(ErrorCodes.OutcomeUnknown,
        $"What was written to {path} is committed, but the disk did not confirm that it has it ({reason}): a power cut could lose it.",
        "Look at the disk. Then repeat the call with the same idempotencyKey: it is stored once. Without a key, look first whether it is there.", retryable: true);

    /// <summary>No database is shorter.</summary>
    public const int SmallestPage = 512;
    private const int CorruptIndex = 779;
    private const long LeastSpace = 64 * 1024;

    /// <summary>The same failure in our words; null when it is a bug of ours and should surface as one.</summary>
    public static AgentCraftException? Translate(SqliteException failure, string path) => failure.SqliteErrorCode switch
    {
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new(ErrorCodes.StoreBusy, $"Another program holds {path}.",
            "Nothing was written. Close the program that has the file open for writing, then repeat the call.", retryable: true, failure),
        raw.SQLITE_FULL => Full(path, failure),
        raw.SQLITE_CANTOPEN or raw.SQLITE_IOERR when IsFull(path) => Full(path, failure),
        raw.SQLITE_READONLY => ReadOnly(path, failure),
        raw.SQLITE_CANTOPEN or raw.SQLITE_PERM or raw.SQLITE_AUTH => Forbidden(path, "cannot be opened", failure),
        raw.SQLITE_IOERR => Unavailable($"Reading or writing {path} failed.", "Check the disk, then run: agentcraft doctor", failure),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => Damaged(path, FoundBy(failure, path), inner: failure),
        _ => null,
    };

    /// <summary>The error of a caller whose write waited in the queue for too long.</summary>
    public static AgentCraftException Busy(string path, int? holder, TimeSpan waited) =>
        new(ErrorCodes.StoreBusy,
            $"{path} has been busy for {waited.TotalSeconds:0.#} s" + (holder is { } pid ? $"; process {pid} holds it." : "."),
            holder == Environment.ProcessId
                ? "Nothing was written. That is this server itself, with earlier writes; repeat the call."
                : "Nothing was written. Repeat the call; if it stays so, look at that process: it may be stopped or hang.", retryable: true);

    /// <summary>The error of a read that took too long.</summary>
    public static AgentCraftException QueryTimeout(string path, TimeSpan limit, Exception failure) => new(ErrorCodes.QueryTimeout,
        $"Reading {path} took longer than {limit.TotalMilliseconds:0} ms and was interrupted; nothing was changed.",
        "Ask for less (a filter, a shorter time, a smaller limit), or raise the setting performance.queryTimeout.", retryable: true, failure);

    /// <summary>The error of a read for which no connection became free.</summary>
    public static AgentCraftException Exhausted(string path, int connections, TimeSpan waited) => new(ErrorCodes.StoreBusy,
        $"All {connections} connections that may read {path} have been in use for {waited.TotalSeconds:0.#} s.",
        "Nothing was read or written. Repeat the call; the setting performance.maxConnections allows more connections.", retryable: true);

    /// <summary>The error of a call that came after the store was closed.</summary>
    public static AgentCraftException Stopping() => new(ErrorCodes.Stopping, "The server is stopping; nothing was read or written.",
        "Connect again, then repeat the call.", retryable: true);

    /// <summary>The error of a file that is not what it was. Whoever reports it has changed nothing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="found">What was found.</param>
    /// <param name="first">What to try before a restore.</param>
    /// <param name="inner">How it showed.</param>
    public static AgentCraftException Damaged(string path, string found, string first = "", Exception? inner = null) => new(ErrorCodes.StoreDamaged, $"{path} is damaged: {found}.",
        $"It was left as it is. {first}Run: agentcraft backup verify, which says whether the newest backup is sound; then: agentcraft backup restore, which puts it in place and keeps this file "
        + "below .agentcraft/replaced. Without a backup, move the file and what lies beside it under its name to another place.", inner: inner);

    /// <summary>The error of a write to a store that can only be read.</summary>
    public static AgentCraftException ReadOnly(string path, Exception? inner = null) => new(ErrorCodes.ReadOnly,
        $"{path} cannot be written: the file or its directory is read-only for this process.{FileStatus.OwnerPhrase(path)}",
        "Nothing was written; reading works. Give this user the right to write the file and its directory, then repeat the call.", inner: inner);

    /// <summary>The error of a file that permissions keep this process from.</summary>
    public static AgentCraftException Forbidden(string path, string what, Exception? inner = null) =>
        Unavailable($"{path} {what}.{FileStatus.OwnerPhrase(path)}", FileStatus.Self is { } self && FileStatus.OwnerPhrase(path).Length > 0
            ? $"Nothing was changed. Run the server as that user, or run: sudo chown -R {self} '{Path.GetDirectoryName(path)}'" : "Check the permissions of the file and of its directory.", inner);

    /// <summary>The error of a disk without room.</summary>
    public static AgentCraftException Full(string path, Exception? inner = null) => new(ErrorCodes.DiskFull, $"The disk is full; nothing was written to {path}.",
        "Free some space, then repeat the call. What was acknowledged before is safe.", retryable: true, inner);

    /// <summary>SQLite has no code of its own for a log, or an index of the log, that finds no room.</summary>
    public static bool IsFull(string path)
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace < LeastSpace;
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    private static string FoundBy(SqliteException failure, string path) =>
        new FileInfo(path) is { Exists: true, Length: var length } && (failure.SqliteErrorCode == raw.SQLITE_NOTADB || length < SmallestPage)
        ? $"it is no SQLite database ({length} bytes)"
        : failure.SqliteExtendedErrorCode switch
        {
            raw.SQLITE_CORRUPT => "a page of it is not what it should be, or is missing",
            CorruptIndex => "an index does not agree with its table",
            var code => $"a page of it is not what it should be (SQLite's code {code})",
        };

    private static AgentCraftException Unavailable(string message, string hint, Exception? failure) =>
        new(ErrorCodes.StoreUnavailable, message, hint, retryable: false, failure);
}
