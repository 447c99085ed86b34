using System.Diagnostics;
using AgentCraft.Data.Storage.Backups;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AgentCraft.Data.Storage;

/// <summary>A database file that is open: its gate, its one writer, its readers.</summary>
internal sealed class OpenFile : IOpenStore
{
    private const string InMemory = ":memory:";
    internal const string EpochQuery = "SELECT value FROM store_info WHERE key = 'epoch'";
    private const int UnsureLooks = 3;
    private static readonly TimeSpan UnsureFor = TimeSpan.FromMilliseconds(20);
    private static int _rehearsed;

    private readonly WriteGate _gate;
    private readonly Connection _connection;
    private readonly GatedLog _log;
    private readonly TimeSpan _patience;
    private readonly TimeSpan _queryTimeout;
    private readonly string _epoch;

    private OpenFile(FileRecipe recipe, WriteGate gate, Connection connection)
    {
        (_gate, _connection, _patience, _queryTimeout) = (gate, connection, recipe.Settings.WriteTimeout, recipe.Settings.QueryTimeout);
        _epoch = connection.First<string>(EpochQuery)!;
        _log = new GatedLog(recipe, connection, _epoch);
        Readers = new Readers(recipe.Path, recipe.Settings, connection.Dialect, () => ConnectReader(recipe));
        Writer = new Writer(recipe.Path, gate, connection, recipe.Committed, _log);
    }

    public Writer Writer { get; }

    public Readers Readers { get; }

    public Task<T> Write<T>(Func<Connection, T> work, CancellationToken cancellationToken) => Writer.Write(work, _patience, cancellationToken);

    public Task<T> Read<T>(Func<Connection, T> read, bool isLong, CancellationToken cancellationToken)
    {
        _log.Check();
        return Readers.Read(read, isLong ? TimeSpan.Zero : _queryTimeout, cancellationToken);
    }

    public bool TryTend(Func<Connection, bool> work) => Writer.TryTend(work);

    public Task<string> Epoch(CancellationToken cancellationToken)
    {
        _log.Check();
        return Task.FromResult(_epoch);
    }

    /// <summary>Opens, creates or migrates the file; all of it inside the gate. Waits for the gate as long as it takes.</summary>
    public static OpenFile Open(FileRecipe recipe)
    {
        SqliteLibrary.Use(recipe.Settings.SqliteLibrary);
        Rehearse(recipe);
        while (true)
        {
            recipe.Guard?.Finish();
            recipe.PrepareDirectory();
            using IDisposable? birth = File.Exists(recipe.Path) ? null : recipe.Guard?.Birth();
            recipe.PrepareFile();
            WriteGate gate = new(recipe.Path);
            OpenFile? open = null;
            try
            {
                open = Open(recipe, gate);
                if (open is not null)
                    return open;
            }
            finally
            {
                if (open is null)
                    gate.Dispose();
            }
        }
    }

    /// <summary>Waits for what is queued, then closes every connection inside the gate.</summary>
    public void Close()
    {
        Writer.Stop(CloseConnections);
        _gate.Dispose();
    }

    /// <summary>The same, unless somebody holds the gate or is just using the file.</summary>
    public bool TryClose(Func<bool> retire)
    {
        if (!Writer.TryStop(retire, CloseConnections))
            return false;
        _gate.Dispose();
        return true;
    }

    public bool IsReplaced => _log.IsReplaced;

    /// <summary>Its files must be those of one moment: it finds them by their names, one after the other, outside the gate.</summary>
    private Connection ConnectReader(FileRecipe recipe)
    {
        Connection? connection = null;
        try
        {
            connection = Connect(recipe, SqliteOpenMode.ReadOnly);
            connection.First<long>("PRAGMA schema_version");
            _log.Check();
            return connection;
        }
        catch (Exception failure)
        {
            connection?.Dispose();
            if (failure is SqliteException)
                _log.Check();
            throw;
        }
    }

    private void CloseConnections()
    {
        Readers.Close();
        _log.Close(_connection.Dispose);
    }

    /// <summary>
    /// Opens the like of it in memory, once in a process. What runs for the first time has to be loaded and compiled, which takes many times
    /// as long as the opening itself, and on a busy machine seconds: in the gate, all other processes would wait for that.
    /// </summary>
    private static void Rehearse(FileRecipe recipe)
    {
        if (Interlocked.Exchange(ref _rehearsed, 1) != 0)
            return;
        using Connection connection = Connect(recipe with { Path = InMemory }, SqliteOpenMode.ReadWriteCreate);
        new Migrator(connection, InMemory).Apply(recipe.Sets);
        connection.First<string>(EpochQuery);
    }

    /// <summary>Null when a restore came in between.</summary>
    private static OpenFile? Open(FileRecipe recipe, WriteGate gate)
    {
        Enter(recipe, gate);
        Connection? connection = null;
        try
        {
            if (recipe.Guard is { IsPending: true })
                return null;
            recipe.Guard?.RefuseMoved();
            connection = Connect(recipe, SqliteOpenMode.ReadWriteCreate);
            new Migrator(connection, recipe.Path, () => BackUp(recipe, connection)).Apply(recipe.Sets);
            connection.Script($"PRAGMA synchronous = {recipe.Settings.Synchronous}");
            return new OpenFile(recipe, gate, connection);
        }
        catch (Exception failure)
        {
            // Here and now: a finalizer would close it, and so checkpoint, outside the gate.
            connection?.Dispose();
            if (recipe.Dialect.Translate(failure) is var translated && translated != failure)
                throw translated;
            throw;
        }
        finally
        {
            gate.Exit();
        }
    }

    /// <summary>A look at all of the file inside the gate would hold up everybody; whoever is about to commit tells that it needs none.</summary>
    private static void Enter(FileRecipe recipe, WriteGate gate)
    {
        gate.Enter();
        for (int i = 0; i < UnsureLooks && FileSigns.IsUnsure(recipe.Path); i++)
        {
            gate.Exit();
            Thread.Sleep(UnsureFor);
            gate.Enter();
        }
    }

    /// <summary>What a file holds is kept before it is migrated.</summary>
    internal static void BackUp(FileRecipe recipe, Connection connection) => recipe.BackUp?.Invoke(connection);

    internal static Connection Connect(FileRecipe recipe, SqliteOpenMode mode)
    {
        if (mode == SqliteOpenMode.ReadWriteCreate && recipe.Path != InMemory)
            FileSigns.Check(recipe.Path, recipe.Settings);
        Connection connection = new(new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = recipe.Path,
            Mode = mode,
            // Ours to keep: a pool's pruning would close a connection, and so checkpoint, outside the gate.
            Pooling = false,
            DefaultTimeout = 1,
        }.ToString()), recipe.Dialect)
        { Meter = recipe.Meter };
        try
        {
            connection.Inner.Open();
            // SQLite's own wait, for programs that know no gate; the provider's is a loop that sleeps 150 ms.
            connection.Script($"PRAGMA busy_timeout = {(int)recipe.Settings.WriteTimeout.TotalMilliseconds}; PRAGMA cache_size = -{recipe.CacheKiB};");
            if (mode == SqliteOpenMode.ReadWriteCreate)
                PrepareForWriting(connection, recipe);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void PrepareForWriting(Connection connection, FileRecipe recipe)
    {
        StoreSettings settings = recipe.Settings;
        bool isNew = connection.First<long>("PRAGMA page_count") == 0;
        // Only before the first table does this have an effect; on an older file it would be a write transaction for nothing.
        if (isNew)
            connection.Script("PRAGMA auto_vacuum = INCREMENTAL");
        else
            RefuseStrangers(connection, recipe.Path);
        UseWriteAheadLog(connection, settings.WriteTimeout);
        // The tables of a new file reach the disk with the first row, in the same log and before it; a sync for each migration would be for nothing.
        connection.Script($"PRAGMA synchronous = {(isNew ? Synchronous.Normal : settings.Synchronous)}; PRAGMA foreign_keys = ON");
    }

    /// <summary>A setting, or a variable that another program has a use for, may name another program's database: it is left as it is.</summary>
    private static void RefuseStrangers(Connection connection, string path)
    {
        if (connection.First<long>("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'") > 0
            && connection.First<long>(connection.Dialect.CountTables, new { Name = "_migrations" }) == 0)
            throw new AgentCraftException(ErrorCodes.InvalidConfiguration, $"{path} is the database of another program: it has tables, and none of AgentCraft's.",
                "Nothing was changed. Name another file: the setting central.path, AGENTCRAFT__CENTRAL__PATH or DB_PATH says which.");
    }

    /// <summary>The switch can answer BUSY at once, whatever the busy timeout, while a program without the gate has the file open.</summary>
    private static void UseWriteAheadLog(Connection connection, TimeSpan patience)
    {
        for (long start = Stopwatch.GetTimestamp(); ;)
            try
            {
                connection.First<string>("PRAGMA journal_mode = WAL");
                return;
            }
            catch (SqliteException busy) when (busy.SqliteErrorCode == raw.SQLITE_BUSY && Stopwatch.GetElapsedTime(start) < patience)
            {
                Thread.Sleep(20);
            }
    }
}
