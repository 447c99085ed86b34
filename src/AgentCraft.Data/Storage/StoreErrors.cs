using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AgentCraft.Data.Storage;

/// <summary>The one place that turns SQLite's result codes into errors that a caller can act on.</summary>
internal static class StoreErrors
{
    /// <summary>The same failure in our words; null when it is a bug of ours and should surface as one.</summary>
    public static AgentCraftException? Translate(SqliteException failure, string path) => failure.SqliteErrorCode switch
    {
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new(ErrorCodes.StoreBusy, $"Another program holds {path}.",
            "Nothing was written. Close the program that has the file open for writing, then repeat the call.", retryable: true, failure),
        raw.SQLITE_FULL => new(ErrorCodes.DiskFull, $"The disk is full; nothing was written to {path}.",
            "Free some space, then repeat the call. What was acknowledged before is safe.", retryable: true, failure),
        raw.SQLITE_READONLY => Unavailable($"{path} cannot be written.", "Check the permissions of the file and of its directory.", failure),
        raw.SQLITE_CANTOPEN or raw.SQLITE_PERM or raw.SQLITE_AUTH =>
            Unavailable($"{path} cannot be opened.", "Check the permissions of the file and of its directory.", failure),
        raw.SQLITE_IOERR => Unavailable($"Reading or writing {path} failed.", "Check the disk, then run: agentcraft doctor", failure),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB =>
            Unavailable($"{path} is damaged or not a database.", "Keep the file and run: agentcraft doctor", failure),
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

    private static AgentCraftException Unavailable(string message, string hint, Exception failure) =>
        new(ErrorCodes.StoreUnavailable, message, hint, retryable: false, failure);
}
