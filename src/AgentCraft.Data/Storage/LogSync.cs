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

    private readonly string _databasePath;
    private readonly Connection _connection;
    private readonly int _changesBefore;
    private readonly SafeFileHandle? _log;

    /// <summary>Inside the gate, for a connection that syncs each commit and has read something.</summary>
    public LogSync(string databasePath, Connection connection)
    {
        (_databasePath, _connection, _changesBefore) = (databasePath, connection, Changes(connection));
        try
        {
            // SQLite keeps no locks on its log, so that closing a handle of ours drops none.
            _log = File.OpenHandle(databasePath + "-wal", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Somebody has deleted it. SQLite goes on syncing what it has open.
        }
    }

    /// <summary>Inside the gate, after a commit.</summary>
    /// <returns>Null when SQLite has brought it to the disk itself.</returns>
    public LogDebt? Owed()
    {
        if (_log is null)
            return null;
        if (!_connection.IsSyncedLater && Changes(_connection) != _changesBefore)
        {
            // With the first commit that has something to write SQLite has synced the log's name in its directory, too.
            _connection.Script("PRAGMA synchronous = NORMAL");
            _connection.IsSyncedLater = true;
            return null;
        }
        // Also when it changed nothing: it may have found what another process has committed and not yet brought to the disk, a key for instance.
        return new(_connection.CommitTicks);
    }

    /// <summary>Outside the gate.</summary>
    /// <exception cref="AgentCraftException"><c>outcome_unknown</c></exception>
    public void Pay(LogDebt debt)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            Flush();
        }
        catch (ObjectDisposedException)
        {
            // Closed meanwhile, and flushed before that.
        }
        if (_connection.IsSyncedLater)
            _connection.Meter?.Commits.Add(debt.CommitTicks + Stopwatch.GetTimestamp() - start);
    }

    /// <summary>Inside the gate: what others have committed here is on the disk before nobody can ask for it any more.</summary>
    public void Dispose()
    {
        try
        {
            if (_log is { IsClosed: false })
                Flush();
        }
        catch (AgentCraftException)
        {
            // Who waits for it is told so by an attempt of its own; the checkpoint of this closing finds out as well.
        }
        _log?.Dispose();
    }

    private static int Changes(Connection connection) => raw.sqlite3_total_changes(((SqliteConnection)connection.Inner).Handle);

    private void Flush()
    {
        while (SyncData(_log!) != 0)
            if (Marshal.GetLastPInvokeError() is var error && error != Interrupted)
                throw StoreErrors.NotOnDisk(_databasePath, Marshal.GetPInvokeErrorMessage(error));
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int SyncData(SafeFileHandle file);
}
