using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;
using SQLitePCL;

namespace AgentCraft.Data.Storage;

/// <summary>
/// FULL without holding the gate while the disk writes: SQLite commits as with NORMAL, the gate is let go, and the log is brought to the disk before
/// anybody is told. Processes that commit one after the other wait for the disk together. On Linux only. See DESIGN.md in this folder.
/// </summary>
internal sealed partial class LogSync : IDisposable
{
    private const int Interrupted = 4;
    private const int MostAttempts = 2;

    private readonly string _databasePath;
    private readonly Connection _connection;
    private readonly int _changesBefore;
    // Of two syncs at once the system tells a failure to one only.
    private readonly Lock _turn = new();
    private SafeFileHandle? _log;
    private volatile string? _failure;

    /// <summary>Inside the gate, for a connection that syncs each commit and has read something.</summary>
    public LogSync(string databasePath, Connection connection) =>
        (_databasePath, _connection, _changesBefore, _log) = (databasePath, connection, Changes(connection), OpenLog(databasePath));

    /// <summary>Inside the gate, after commits: from the first on that had something to write, and that SQLite has synced, it leaves that to us.</summary>
    /// <returns>It does so from now on.</returns>
    public bool TryTakeOver()
    {
        _log ??= OpenLog(_databasePath);
        if (_log is null || _connection.IsSyncedLater || _connection.InTransaction || Changes(_connection) == _changesBefore)
            return false;
        try
        {
            _connection.Script("PRAGMA synchronous = NORMAL");
            return _connection.IsSyncedLater = true;
        }
        catch (SqliteException)
        {
            // SQLite goes on syncing, and so do we.
            return false;
        }
    }

    /// <summary>Inside the gate, after commits.</summary>
    /// <returns>What <see cref="Sync"/> wants to know, also when nothing was changed: what was found may be another process's commit that is not on the disk yet, a key
    /// for instance. Null where there is no log to bring there.</returns>
    public UnsyncedCommit? Unsynced() => _log is null ? null : new(_connection.CommitTicks);

    /// <summary>Outside the gate.</summary>
    /// <exception cref="AgentCraftException"><c>outcome_unknown</c>, also to all that come after, until it is mended</exception>
    public void Sync(UnsyncedCommit commit)
    {
        long start = Stopwatch.GetTimestamp();
        lock (_turn)
            Flush();
        if (_connection.IsSyncedLater)
            _connection.Meter?.Commits.Add(commit.CommitTicks + Stopwatch.GetTimestamp() - start);
    }

    /// <summary>
    /// Inside the gate, before anything is written. The system tells of a page that it could not write only once, and calls it written from then on; so
    /// after a sync that failed all that the log has is brought into the file itself, while it can still be read.
    /// </summary>
    /// <exception cref="AgentCraftException"><c>store_unavailable</c></exception>
    public void Mend()
    {
        if (_failure is null)
            return;
        lock (_turn)
        {
            if (!TryEmptyLog())
                throw StoreErrors.DiskFails(_databasePath, _failure!);
            _failure = null;
        }
    }

    /// <summary>Inside the gate: what is committed here is on the disk before nobody can ask for it any more.</summary>
    public void Dispose()
    {
        lock (_turn)
        {
            try
            {
                Flush();
            }
            catch (AgentCraftException)
            {
                // Who waits for it is told so; the checkpoint of this closing may yet save it.
            }
            _log?.Dispose();
        }
    }

    private static int Changes(Connection connection) => raw.sqlite3_total_changes(((SqliteConnection)connection.Inner).Handle);

    /// <summary>SQLite keeps no locks on its log, so that closing a handle of ours drops none.</summary>
    private static SafeFileHandle? OpenLog(string databasePath)
    {
        try
        {
            return File.OpenHandle(databasePath + "-wal", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Somebody has deleted it. SQLite goes on syncing what it has open.
            return null;
        }
    }

    private bool TryEmptyLog()
    {
        for (int attempt = 1; attempt <= MostAttempts; attempt++)
            try
            {
                return _connection.First<long>("PRAGMA wal_checkpoint(TRUNCATE)") == 0;
            }
            catch (SqliteException)
            {
                // Of its own handle SQLite is told the same failure, once.
            }
        return false;
    }

    private void Flush()
    {
        if (_failure is { } failure)
            throw StoreErrors.NotOnDisk(_databasePath, failure);
        // Closed meanwhile, and flushed before that.
        if (_log is not { IsClosed: false } log)
            return;
        while (SyncData(log) != 0)
            if (Marshal.GetLastPInvokeError() is var error && error != Interrupted)
                throw StoreErrors.NotOnDisk(_databasePath, _failure = Marshal.GetPInvokeErrorMessage(error));
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int SyncData(SafeFileHandle file);
}
