using AgentCraft.Data.Storage.Backups;
using Microsoft.Data.Sqlite;

namespace AgentCraft.Data.Storage;

/// <summary>What an open file must be before each commit, and what becomes of its log after it. See DESIGN.md in this folder.</summary>
internal sealed class GatedLog : IGatedFile
{
    private readonly string _path;
    private readonly Connection _connection;
    private readonly Synchronous _synchronous;
    private readonly FileIdentity _identity;
    private readonly RestoreGuard? _guard;
    private readonly LostNumbers _lost;
    private readonly LogMark _mark;
    private readonly LogSync? _sync;
    private volatile bool _isReplaced;

    /// <summary>Inside the gate, for the connection that will write, which has read something.</summary>
    public GatedLog(FileRecipe recipe, Connection connection, string epoch)
    {
        (_path, _connection, _synchronous, _guard) = (recipe.Path, connection, recipe.Settings.Synchronous, recipe.Guard);
        (_identity, _lost) = (FileIdentity.Of(recipe.Path), new(recipe));
        _mark = new LogMark(recipe.Path, epoch) { Boot = _lost.Boot };
        _mark.Note();
        // Elsewhere SQLite syncs each commit itself, inside the gate.
        if (OperatingSystem.IsLinux() && _synchronous == Synchronous.Full)
            _sync = new LogSync(recipe.Path, connection);
    }

    /// <summary>Another file is in its place.</summary>
    public bool IsReplaced => FileIdentity.Of(_path) != _identity;

    /// <summary>Before each write, inside the gate, and before each read: a few microseconds.</summary>
    /// <exception cref="StoreReplacedException">It was replaced, or is being.</exception>
    public void Check()
    {
        FileStatus now = FileStatus.Of(_path);
        if (now.Identity != _identity)
            _isReplaced = true;
        if (_isReplaced || _guard is { IsPending: true })
            throw new StoreReplacedException(_path);
        _mark.Saw(now.ChangedAt);
    }

    public void BeforeCommit()
    {
        Check();
        _sync?.Mend();
        if (!_lost.AreOwed)
            return;
        _lost.Skip(_connection, _synchronous);
        _mark.Boot = _lost.Boot;
    }

    public UnsyncedCommit? AfterCommit()
    {
        // The mark at this path is another file's.
        if (_isReplaced)
            return null;
        _mark.NoteSometimes();
        if (_mark.IsLogGone)
            SaveFromLog();
        // Before the first commit that SQLite does not sync, it must be on the disk which start of the machine this is.
        if (_sync?.TryTakeOver() == true)
            _mark.Note();
        return _sync?.Unsynced();
    }

    public void Sync(UnsyncedCommit commit) => _sync?.Sync(commit);

    /// <summary>Inside the gate.</summary>
    /// <param name="close">Closes the connection; who is the last takes the log away with it.</param>
    public void Close(Action close)
    {
        _sync?.Dispose();
        close();
        if (IsReplaced)
            _mark.Dispose();
        else
            _mark.Close();
    }

    private void SaveFromLog()
    {
        try
        {
            _connection.Query<long>("PRAGMA wal_checkpoint(PASSIVE)");
        }
        catch (SqliteException)
        {
            // What was committed is in the log that only this process and those before it can still read; the next commit tries again.
        }
    }
}
