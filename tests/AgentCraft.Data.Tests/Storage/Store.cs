using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using AgentCraft.Worker;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>A store in a fresh project, with the table of <see cref="Rows"/>.</summary>
internal sealed class Store : IAsyncDisposable
{
    private readonly Databases _databases;
    private readonly TimeProvider _time;

    private Store(TemporaryProject project, StoreSettings? settings, TimeProvider? time)
    {
        Project = project;
        _databases = new Databases(project.Root, settings ?? new StoreSettings(), time ?? TimeProvider.System);
        _time = time ?? TimeProvider.System;
    }

    public TemporaryProject Project { get; }

    public Database Central => _databases.Central;

    public static async Task<Store> Create(StoreSettings? settings = null, TimeProvider? time = null)
    {
        Store store = new(new TemporaryProject(), settings, time);
        await Rows.Create(store.Central);
        return store;
    }

    /// <summary>A setting with this patience.</summary>
    public static StoreSettings Patience(double seconds) => new() { WriteTimeout = TimeSpan.FromSeconds(seconds) };

    /// <summary>Another Database object on the same file, as another process would have.</summary>
    public Databases Again(StoreSettings? settings = null) => new(Project.Root, settings ?? new StoreSettings(), _time);

    /// <summary>Counts the transactions that the write connection commits from now on; it keeps counting while the delegate lives.</summary>
    public async Task<Func<int>> CountCommits()
    {
        int commits = 0;
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
        int before = commits;
        return () => commits - before;
    }

    /// <summary>Every page and index is as it should be.</summary>
    public static async Task AssertIntact(Database database) =>
        Assert.Equal("ok", await database.Read(c => c.First<string>("PRAGMA integrity_check")));

    public async ValueTask DisposeAsync()
    {
        await _databases.DisposeAsync();
        Project.Dispose();
    }
}
