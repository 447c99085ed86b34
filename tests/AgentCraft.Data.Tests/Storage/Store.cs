using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Postgres;
using AgentCraft.Testing;
using AgentCraft.Worker;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>A store in a fresh project, on the engine of the running test, with the table of <see cref="Rows"/>.</summary>
internal sealed class Store : IAsyncDisposable
{
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;

    private Store(TemporaryProject project, StoreSettings? settings, TimeProvider? time)
    {
        (Project, _time) = (project, time ?? TimeProvider.System);
        Databases = Again(settings);
    }

    public TemporaryProject Project { get; }

    public Databases Databases { get; }

    public Database Central => Databases.Central;

    public static async Task<Store> Create(StoreSettings? settings = null, TimeProvider? time = null)
    {
        Store store = new(new TemporaryProject(), settings, time);
        await Rows.Create(store.Central);
        return store;
    }

    /// <summary>A setting with this patience.</summary>
    public static StoreSettings Patience(double seconds) => new() { WriteTimeout = TimeSpan.FromSeconds(seconds) };

    /// <summary>Another Databases object on the same store, as another process would have.</summary>
    public Databases Again(StoreSettings? settings = null) =>
        new(Project.Root, (settings ?? new StoreSettings()) with { Postgres = Project.Store }, _time);

    /// <summary>Keeps everybody from writing, as another process in the middle of a write does, until disposed: so writes queue up.</summary>
    public IDisposable HoldWrites() => Project.Store is { } store ? TestStore.HoldWrites(store) : new Gate(Project.CentralFile);

    /// <summary>The central rows again, in a database that tells of the names to wake.</summary>
    public Database Announcing(Action<IReadOnlyList<string>> committed) => Project.Store is { } store
        ? new("announcing", Patient, () => new PostgresStore(Connections(store), "", Patient, committed), StoreErrors.Stopping)
        : new(Project.CentralFile, Patient, () => OpenFile.Open(new(
            Project.CentralFile, [MigrationSet.Get("central")], new(), 1000, committed, new LeaseClock(_time))), StoreErrors.Stopping);

    /// <summary>Counts the transactions that commit rows from now on; it keeps counting while the delegate lives.</summary>
    public async Task<Func<Task<long>>> CountCommits()
    {
        if (Project.Store is not null)
            return await CountRecorded();
        long commits = 0;
        await Central.Write(c =>
        {
            raw.sqlite3_commit_hook(((SqliteConnection)c.Inner).Handle, _ =>
            {
                Interlocked.Increment(ref commits);
                return 0;
            }, null);
            return 0;
        });
        // The hook also saw the commit of the transaction that set it.
        long before = commits;
        return () => Task.FromResult(commits - before);
    }

    /// <summary>A file's every page and index is as it should be; PostgreSQL sees to that by itself.</summary>
    public static async Task AssertIntact(Database database)
    {
        if (Engines.Current == Engine.Sqlite)
            Assert.Equal("ok", await database.Read(c => c.First<string>("PRAGMA integrity_check")));
    }

    public async ValueTask DisposeAsync()
    {
        await Databases.DisposeAsync();
        Project.Dispose();
    }

    // A trigger writes down the transaction of each row; that of a savepoint is the one that it is in.
    private async Task<Func<Task<long>>> CountRecorded()
    {
        await Central.Write(c => c.Execute("""
            CREATE TABLE test_commits (id TEXT PRIMARY KEY);
            CREATE FUNCTION note_commit() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN INSERT INTO test_commits VALUES (CAST(pg_current_xact_id() AS TEXT)) ON CONFLICT DO NOTHING; RETURN NULL; END $$;
            CREATE TRIGGER note_commit AFTER INSERT ON test_rows FOR EACH ROW EXECUTE FUNCTION note_commit()
            """));
        return () => Central.Read(c => c.First<long>("SELECT count(*) FROM test_commits"));
    }

    private static PostgresConnections Connections(string store)
    {
        PostgresAddress address = PostgresAddress.Parse(store);
        return new(address, address.Schema, new PostgresDialect(address.Shown, new(address, address.Schema, Patient), new(address.Schema)), Patient, TimeSpan.Zero);
    }

    private sealed class Gate : IDisposable
    {
        private readonly WriteGate _gate;

        public Gate(string file)
        {
            _gate = new(file);
            _gate.Enter();
        }

        public void Dispose()
        {
            _gate.Exit();
            _gate.Dispose();
        }
    }
}
