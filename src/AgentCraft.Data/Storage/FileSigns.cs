using System.Diagnostics;
using AgentCraft.Data.Storage.Backups;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AgentCraft.Data.Storage;

/// <summary>
/// What shows, before SQLite touches it, that a file is not what it was: SQLite would take an empty file for a new one and delete its log, and
/// play any log into any file. A file that may be healthy is never refused. See DESIGN.md in this folder.
/// </summary>
internal static class FileSigns
{
    // Each new life of a log adds one, and is written down before the next begins.
    private const uint Near = 1;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);

    // All that a file has whose every table still lies in its log.
    private const int FirstPage = 4096;

    /// <summary>Something of it is there, be it in any state.</summary>
    public static bool IsThere(string path) => Path.Exists(path) || HasLog(path);

    /// <summary>Its log holds something.</summary>
    public static bool HasLog(string path) => Size(path + "-wal") > LogMark.EmptyLog;

    /// <summary>Inside the gate, before a connection that may write.</summary>
    /// <exception cref="AgentCraftException"><c>store_damaged</c></exception>
    public static void Check(string path, StoreSettings settings)
    {
        CheckPlace(path);
        // What is shorter than any database, SQLite itself calls by its name.
        if (Size(path) >= StoreErrors.SmallestPage)
            CheckLog(path, settings, LogMark.Read(path));
        else if (Size(path) == 0 && LogMark.Read(path) is not null)
            throw StoreErrors.Damaged(path, "it is empty (0 bytes), and was a store before");
    }

    /// <summary>The same outside the gate: what looks damaged may be a change that is under way, unless nobody is at it.</summary>
    /// <exception cref="AgentCraftException"><c>store_damaged</c></exception>
    public static void CheckOutside(string path, StoreSettings settings)
    {
        CheckPlace(path);
        try
        {
            Check(path, settings);
        }
        catch (AgentCraftException damaged) when (damaged.Code == ErrorCodes.StoreDamaged)
        {
            using WriteGate gate = new(path);
            // Whoever holds it for a moment only may be looking too, and about to refuse it.
            for (long start = Stopwatch.GetTimestamp(); !gate.TryEnter(); Thread.Sleep(Moment))
                if (Stopwatch.GetElapsedTime(start) > settings.WriteTimeout)
                    return;
            try
            {
                Check(path, settings);
            }
            finally
            {
                gate.Exit();
            }
        }
    }

    /// <summary>Inside the gate: somebody has just brought the log into the file and not noted it yet, or was killed before, or has changed the file by other means.</summary>
    public static bool IsUnsure(string path) =>
        LogMark.Read(path) is { } mark && HasLog(path) && IsNext(path, mark) && Size(path) > FirstPage && mark.FileChangedAt != FileStatus.Of(path).ChangedAt;

    /// <summary>The part of it that holds outside the gate too: SQLite must not so much as read such a file.</summary>
    public static void CheckPlace(string path)
    {
        if (Directory.Exists(path))
            throw StoreErrors.Damaged(path, "a directory is in its place");
        if (Size(path) <= 0 && Size(path + "-wal") is > LogMark.EmptyLog and var log)
            throw StoreErrors.Damaged(path, $"{(File.Exists(path) ? "it is empty (0 bytes)" : "it is missing")}, but its log {Path.GetFileName(path)}-wal has {log} bytes of what was written to it");
    }

    private static void CheckLog(string path, StoreSettings settings, LogMark.Marked? mark)
    {
        string logPath = path + "-wal";
        long log = Size(logPath);
        bool isOrphan = log < 0 && File.Exists(path + "-shm");
        if (mark is null && !isOrphan)
            return;
        bool isAlone = Size(path) <= FirstPage, isAsNoted = mark?.FileChangedAt == FileStatus.Of(path).ChangedAt;
        // What was committed last lies in the log, or lay: nothing has been written to the file itself since.
        bool isInLog = isAlone || isAsNoted && mark is { Log: not 0, IsAfterFile: true };
        if (isOrphan || log <= LogMark.EmptyLog && isInLog)
            throw StoreErrors.Damaged(path, $"its log {Path.GetFileName(logPath)} is {(log < 0 ? "missing" : "empty")}, and with it what was committed last",
                $"Put {logPath} back if it is anywhere. ");
        if (log <= LogMark.EmptyLog)
            return;
        bool isItsLog = IsNext(path, mark!);
        if (isItsLog ? !isAsNoted && !isAlone && !Belongs(path, settings, mark!) : isInLog || !Belongs(path, settings, mark!))
            throw StoreErrors.Damaged(path, $"{Path.GetFileName(logPath)} is damaged or the log of another file, or the file was put in place without its log: they do not fit",
                $"Put back the file's own {logPath}, or the log's own {path}, if it is anywhere. ");
    }

    /// <summary>Somebody may have written to it without our gate, and rightly; so everything is looked at, by a connection that writes nothing.</summary>
    private static bool Belongs(string path, StoreSettings settings, LogMark.Marked mark)
    {
        try
        {
            using Connection c = CopyConnections.OfOpened(path, settings);
            return c.First<string>("PRAGMA integrity_check(1)") == "ok" && c.First<string>(OpenFile.EpochQuery) == mark.Epoch;
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_ERROR)
        {
            return false;
        }
    }

    private static bool IsNext(string path, LogMark.Marked mark) => mark.Log != 0 && LogMark.NumberOf(path + "-wal") - mark.Log <= Near;

    private static long Size(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : -1;
}
