using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Monitoring;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using Microsoft.Extensions.Logging;

namespace AgentCraft.Data.Tests.Monitoring;

/// <summary>What is measured is what happens: waits, commits, slow statements, sizes, locks.</summary>
[OnEveryEngine]
public sealed class MeasuringTests : IAsyncLifetime
{
    private const string Slow = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) SELECT count(*) FROM n WHERE i > @Least AND @Name <> ''";
    private const string Secret = "nobody-but-me";

    private readonly TemporaryProject _project = new();
    private readonly List<Stores> _opened = [];

    public async Task InitializeAsync() => await Open(new()).Agents.Register(new() { Name = AgentName.Parse("ann") });

    public async Task DisposeAsync()
    {
        foreach (Stores stores in _opened)
            await stores.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task A_slow_statement_is_kept_with_its_plan_and_without_values_for_every_server_to_see()
    {
        Stores stores = Open(new() { SlowQueryMs = 2 });
        for (int i = 0; i < 3; i++)
            await stores.Databases.Central.Read(c => c.First<long>(Slow, new { Name = Secret, Least = 4711L }));
        await stores.Monitor.Check();
        SlowQuery kept = Assert.Single((await Open(new()).Monitor.Get()).SlowQueries, query => query.Statement == Slow);
        Assert.Equal(3, kept.Calls);
        Assert.InRange(kept.MaxMs, 2, 60_000);
        Assert.InRange(kept.MeanMs, 2, kept.MaxMs);
        Assert.Contains(_project.Engine == Engine.Sqlite ? "SCAN" : "Recursive Union", kept.Plan);
        Assert.DoesNotContain(Secret, kept.Plan);
        Assert.DoesNotContain("4711", kept.Plan);
        Assert.Equal(0, await stores.Databases.Central.Read(c => c.First<long>("SELECT count(*) FROM monitor_queries WHERE statement LIKE @Secret OR query_plan LIKE @Secret", new { Secret = $"%{Secret}%" })));
        // Slow again: the same row.
        await stores.Databases.Central.Read(c => c.First<long>(Slow, new { Name = Secret, Least = 4711L }));
        await stores.Monitor.Check();
        Assert.Equal(4, Assert.Single((await stores.Monitor.Get()).SlowQueries, query => query.Statement == Slow).Calls);
    }

    [Fact]
    public async Task A_slow_statement_in_a_write_has_its_plan_too_and_the_write_is_committed()
    {
        Stores stores = Open(new() { SlowQueryMs = 2 });
        const string Sql = "UPDATE agents SET current_task = (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) SELECT 'task ' || count(*) FROM n WHERE i > @Least) WHERE name = @Name";
        await stores.Databases.Central.Write(c => c.Execute(Sql, new { Name = "ann", Least = 7L }));
        await stores.Monitor.Check();
        Assert.NotEmpty(Assert.Single((await stores.Monitor.Get()).SlowQueries, query => query.Statement == Sql).Plan!);
        Assert.Equal("task 59993", (await stores.Agents.Get("ann")).CurrentTask);
    }

    [Fact]
    public async Task A_read_that_was_interrupted_for_being_slow_is_kept()
    {
        Stores stores = Open(new() { SlowQueryMs = 20 }, queryTimeout: 60);
        string endless = Slow.Replace("60000", "2000000000", StringComparison.Ordinal);
        Assert.Equal(ErrorCodes.QueryTimeout, (await Assert.ThrowsAsync<AgentCraftException>(() => stores.Databases.Central.Read(c => c.First<long>(endless, new { Name = "x", Least = 1L })))).Code);
        await stores.Monitor.Check();
        Assert.NotEmpty(Assert.Single((await stores.Monitor.Get()).SlowQueries, query => query.Statement == endless).Plan!);
    }

    [Fact]
    public async Task Of_slow_statements_only_so_many_are_kept_and_long_ones_are_cut()
    {
        Stores stores = Open(new() { SlowQueryMs = 1 });
        await stores.Databases.Central.Write(c =>
        {
            for (int i = 0; i < 120; i++)
                MonitorRows.Keep(c, [new($"SELECT {i} -- {new string('x', 4000)}", 1, 5)]);
            return 0;
        });
        Assert.Equal(50, await stores.Databases.Central.Read(c => c.First<long>("SELECT count(*) FROM monitor_queries")));
        SlowQueries slow = new(TimeSpan.FromMilliseconds(1));
        for (int i = 0; i < 200; i++)
            slow.Note($"SELECT {i} {new string('x', 10_000)}", 1_000_000_000, () => new(null));
        List<NotedQuery> noted = slow.Take();
        Assert.Equal(50, noted.Count);
        Assert.All(noted, query => Assert.InRange(query.Sql.Length, 4000, 4001));
        // Waiting for a turn, or for the disk, is measured by itself.
        foreach (string other in new[] { "BEGIN IMMEDIATE", "COMMIT", "SELECT 1; COMMIT", "PRAGMA wal_checkpoint(TRUNCATE)", "RELEASE one; SAVEPOINT one" })
            slow.Note(other, 1_000_000_000, () => new(null));
        Assert.Empty(slow.Take());
    }

    [Fact]
    public async Task Every_write_is_counted_with_its_wait_and_its_commit()
    {
        Stores stores = Open(new());
        await stores.Databases.Central.Read(c => c.First<long>("SELECT count(*) FROM agents"));
        (long waits, long commits) = (stores.Monitor.WriteWaits.Count, stores.Monitor.Commits.Count);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => stores.Databases.Central.Write(c => c.Execute("UPDATE agents SET current_task = @Task", new { Task = $"{i}" })))));
        Assert.Equal(40, stores.Monitor.WriteWaits.Count - waits);
        // Those that came together were committed together.
        Assert.InRange(stores.Monitor.Commits.Count - commits, 1, 40);
    }

    [Fact]
    public async Task A_wait_for_the_lock_counts_also_when_it_was_in_vain_and_crosses_its_threshold()
    {
        Stores stores = Open(new() { WriteWaitP99Ms = 100 }, writeTimeout: 300);
        await stores.Databases.Central.Read(c => c.First<long>("SELECT count(*) FROM agents"));
        using (_project.HoldWrites())
        {
            Assert.Equal(ErrorCodes.StoreBusy, (await Assert.ThrowsAsync<AgentCraftException>(() => stores.Databases.Central.Write(c => c.Execute("UPDATE agents SET current_task = 'x'")))).Code);
            LockHolder holder = Assert.Single((await stores.Monitor.Get()).LockHolders);
            Assert.True(holder.Holds ?? true);
            if (_project.Engine == Engine.Sqlite)
                Assert.Equal((Path.Combine(".agentcraft", "session.db"), Environment.ProcessId), (holder.Of, holder.Pid));
            else
                Assert.True(holder.Pid > 0 && holder.HeldMs is null or >= 0);
        }
        Assert.InRange(stores.Monitor.WriteWaits.Quantile(1), 250, 1000);
        Assert.Contains(await stores.Monitor.Check(), change => change is { IsRaised: true, Gauge.Name: "write_wait_p99_ms" });
    }

    [Fact]
    public async Task Sizes_cross_their_thresholds_and_what_an_engine_does_not_have_never_does()
    {
        Stores stores = Open(new() { WalBytes = 1, CentralBytes = 1, FreeDiskBytes = long.MaxValue });
        await stores.Databases.Central.Write(c => c.Execute("UPDATE agents SET current_task = 'x'"));
        string[] raised = [.. (await stores.Monitor.Check()).Select(change => change.Gauge.Name)];
        MonitoringStats stats = await stores.Monitor.Get();
        Assert.Equal(_project.Engine == Engine.Sqlite ? ["wal_bytes", "central_bytes", "free_disk_bytes"] : ["central_bytes"], raised);
        Assert.Equal(raised, stats.Gauges.Where(gauge => gauge.Value > 0 && gauge.Name.EndsWith("_bytes", StringComparison.Ordinal)).Select(gauge => gauge.Name));
        Assert.Equal(_project.Engine == Engine.Sqlite, stats.Note is null);
    }

    [Fact]
    public async Task A_busy_server_looks_all_the_same_and_says_what_it_found_in_one_line()
    {
        Stores stores = Open(new() { Interval = 1, CentralBytes = 1 });
        Lines log = new();
        using CancellationTokenSource stopping = new();
        Task watching = MonitoringSchedule.Run(() => stores, TimeProvider.System, log, stopping.Token);
        Task[] busy = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            while (!stopping.IsCancellationRequested)
                await stores.Databases.Central.Write(c => c.Execute("UPDATE agents SET current_task = 'x'"));
        }))];
        string line = await log.First.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await stopping.CancelAsync();
        await Task.WhenAll([watching, .. busy]);
        Assert.StartsWith("Warning Alert: central_bytes is ", line);
    }

    private Stores Open(MonitoringSettings monitoring, int queryTimeout = 5000, int writeTimeout = 5000)
    {
        _opened.Add(new(_project.Root, new Settings
        {
            Store = _project.Store ?? "",
            Monitoring = monitoring,
            Performance = new() { QueryTimeout = queryTimeout },
            Sqlite = new() { WriteTimeout = writeTimeout },
        }, TimeProvider.System));
        return _opened[^1];
    }

    private sealed class Lines : ILogger
    {
        public TaskCompletionSource<string> First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel level) => true;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> format) => First.TrySetResult($"{level} {format(state, exception)}");
    }
}
