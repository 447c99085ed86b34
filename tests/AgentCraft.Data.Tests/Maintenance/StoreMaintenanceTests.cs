using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Events;
using AgentCraft.Data.Maintenance;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AgentCraft.Data.Tests.Maintenance;

/// <summary>What maintenance does, in which steps, and who of many does it. Rows are made older than they are, since PostgreSQL has its own clock.</summary>
[OnEveryEngine]
public sealed class StoreMaintenanceTests : IAsyncLifetime
{
    private readonly TemporaryProject _project = new();
    private Stores _stores = null!;

    private Database Central => _stores.Databases.Central;

    public async Task InitializeAsync()
    {
        _stores = Open(new());
        await _stores.Sessions.Start(new() { Agent = new() { Name = AgentName.Parse("ann") } });
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task By_default_it_deletes_nothing_and_archives_what_the_setting_says()
    {
        await AddOld(days: 4000);
        await Central.Write(c => c.Execute("UPDATE sessions SET status = 'ended', ended_at = @Then", new { Then = c.Time.Now - TimeSpan.FromDays(31) }));
        long events = await Count("session_events");
        MaintenanceReport report = await _stores.Maintenance.Run(new());
        Assert.Equal((1, 0), (report.Archived, report.Pruned.Count));
        // That of archiving, and that of maintenance.
        Assert.Equal((events + 2, 1), (await Count("session_events"), await Count("agent_metrics")));
    }

    [Fact]
    public async Task What_the_settings_no_longer_keep_goes_and_what_they_keep_stays()
    {
        await AddOld(days: 11);
        await AddOld(days: 9);
        await using Stores strict = Open(new() { KeepEventDays = 10, KeepMetricDays = 10, KeepHistoryDays = 10, KeepOutputDays = 10 });
        MaintenanceReport report = await strict.Maintenance.Run(new() { By = "ann" });
        Assert.Equal(["events 1", "history 1", "metrics 1"], report.Pruned.Select(pair => $"{pair.Key} {pair.Value}"));
        Assert.Equal(1, await Central.Read(c => c.First<long>("SELECT count FROM metric_series")));
        Event done = Assert.Single((await _stores.Events.List(new() { Type = "maintenance_done" }, new())).Events);
        Assert.Equal(("ann", 1), (done.Agent, done.Data.GetProperty("pruned").GetProperty("history").GetInt32()));
        Assert.Empty((await strict.Maintenance.Run(new())).Pruned);
    }

    [Fact]
    public async Task Tending_counting_and_checking_make_no_tables_that_no_agent_asked_for()
    {
        Database keeper = _stores.Databases.Agent("keeper", "session-handover");
        List<string> made = await keeper.Read(SetsOf);
        await _stores.Maintenance.Run(new());
        await _stores.Statistics.Get();
        Assert.True((await _stores.Check.Verify(null)).Ok);
        Assert.Equal(made, await keeper.Read(SetsOf));
        Assert.DoesNotContain("agents/default", made);
    }

    [Fact]
    public async Task Keys_that_have_expired_are_forgotten_in_every_file_and_others_are_not()
    {
        foreach (Database database in new[] { Central, _stores.Databases.Agent("ann", "default") })
            await database.Write(c =>
            {
                for (int i = 0; i < 1200; i++)
                    AddKey(c, $"old {i}", hoursLeft: -1);
                return AddKey(c, "young", hoursLeft: 1);
            });
        Assert.Equal(2400, (await _stores.Maintenance.Run(new() { Tasks = [MaintenanceTask.Keys] })).ExpiredKeys);
        Assert.Equal(1, await Count("idempotency_keys"));
        Assert.Equal("young", await _stores.Databases.Agent("ann", "default").Read(c => c.First<string>("SELECT key FROM idempotency_keys")));
    }

    [Fact]
    public async Task Of_many_servers_one_does_it_when_it_is_due_and_then_nobody_for_an_hour()
    {
        Stores[] servers = [.. Enumerable.Range(0, 8).Select(_ => Open(new()))];
        MaintenanceReport?[] reports = await Task.WhenAll(servers.Select(server => Task.Run(() => server.Maintenance.RunWhenDue())));
        Assert.Single(reports, report => report is not null);
        Assert.Null(await servers[0].Maintenance.RunWhenDue());
        await LastTime("maintained_at", TimeSpan.FromMinutes(-59));
        Assert.Null(await servers[0].Maintenance.RunWhenDue());
        await LastTime("maintained_at", TimeSpan.FromMinutes(-60));
        reports = await Task.WhenAll(servers.Select(server => Task.Run(() => server.Maintenance.RunWhenDue())));
        MaintenanceReport second = Assert.Single(reports.OfType<MaintenanceReport>());
        // Only the first was thorough: that is due once a day.
        Assert.Equal(0, second.EmptiedLogs + second.Optimized);
        // A clock that was ahead stops it for no longer than it takes to correct it.
        await LastTime("maintained_at", TimeSpan.FromDays(400));
        Assert.NotNull(await servers[1].Maintenance.RunWhenDue());
        await using Stores never = Open(new() { Interval = 0 });
        await LastTime("maintained_at", TimeSpan.FromDays(-400));
        Assert.Null(await never.Maintenance.RunWhenDue());
        foreach (Stores server in servers)
            await server.DisposeAsync();
    }

    [Fact]
    [OnSqlite("autovacuum of PostgreSQL gives pages back")]
    public async Task Free_pages_are_given_back_a_few_at_a_time_and_the_log_is_emptied()
    {
        await Central.Write(c => c.Execute("CREATE TABLE ballast (seq INTEGER PRIMARY KEY, body TEXT)"));
        for (int i = 0; i < 20; i++)
            await Central.Write(c => c.Execute("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) INSERT INTO ballast (body) SELECT hex(zeroblob(2000)) FROM n"));
        await Central.Write(c => c.Execute("DROP TABLE ballast"));
        long free = await Central.Read(c => c.First<long>("PRAGMA freelist_count")), size = new FileInfo(_project.CentralFile).Length;
        Assert.True(free > 1900, $"{free} free pages");
        int commits = 0;
        await Central.Write(c =>
        {
            raw.sqlite3_commit_hook(((SqliteConnection)c.Inner).Handle, _ => { commits++; return 0; }, null);
            return 0;
        });
        MaintenanceReport report = await _stores.Maintenance.Run(new() { Tasks = [MaintenanceTask.Vacuum, MaintenanceTask.Checkpoint] });
        Assert.Equal((free, 1), (report.FreedPages, report.EmptiedLogs));
        // No transaction gave back more than the few.
        Assert.True(commits >= free / FileMaintenance.PagesAtOnce, $"{commits} commits for {free} pages");
        Assert.Equal(0, await Central.Read(c => c.First<long>("PRAGMA freelist_count")));
        Assert.True(new FileInfo(_project.CentralFile).Length <= size - (free / 2 * 4096), "The file is no shorter.");
        Assert.Equal("ok", await Central.ReadLong(c => c.First<string>("PRAGMA integrity_check")));
    }

    [Fact]
    [OnSqlite("PostgreSQL has one log for all")]
    public async Task A_log_that_somebody_reads_or_a_gate_that_somebody_holds_is_left_to_the_next_time()
    {
        using (_project.HoldWrites())
            Assert.False(await FileMaintenance.Checkpoint(Central, CancellationToken.None));
        using ManualResetEventSlim began = new(), mayEnd = new();
        Task<long> reading = Task.Run(() => Central.Read(c =>
        {
            long count = c.First<long>("SELECT count(*) FROM agents");
            began.Set();
            mayEnd.Wait(TimeSpan.FromSeconds(20));
            return count;
        }));
        Assert.True(began.Wait(TimeSpan.FromSeconds(10)));
        await Central.Write(c => c.Execute("UPDATE agents SET current_task = 'x'"));
        Assert.False(await FileMaintenance.Checkpoint(Central, CancellationToken.None));
        mayEnd.Set();
        Assert.Equal(1, await reading);
        await Central.Write(c => c.Execute("UPDATE agents SET current_task = 'y'"));
        Assert.True(await FileMaintenance.Checkpoint(Central, CancellationToken.None));
        Assert.Equal(0, new FileInfo(_project.CentralFile + "-wal").Length);
    }

    [Fact]
    [OnSqlite("PostgreSQL's autovacuum analyses")]
    public async Task Optimising_looks_at_tables_that_have_grown_and_queries_go_on_as_before()
    {
        await Central.Write(c => c.Execute("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO agent_metrics (id, agent_seq, name, value, recorded_at) SELECT 'm' || i, 1, 'n' || (i % 7), i, 'x' FROM n"));
        await Central.Write(c => c.First<long>("SELECT count(*) FROM agent_metrics WHERE agent_seq = 1 AND name = 'n1'"));
        Assert.Equal(1, (await _stores.Maintenance.Run(new() { Tasks = [MaintenanceTask.Optimize] })).Optimized);
        Assert.Equal(429, await Central.Read(c => c.First<long>("SELECT count(*) FROM agent_metrics WHERE agent_seq = 1 AND name = 'n1'")));
    }

    [Fact]
    public async Task Sessions_are_archived_by_short_steps_and_a_dry_run_only_counts()
    {
        await Central.Write(c => c.Execute("""
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
            INSERT INTO sessions (id, project_seq, status, started_at, ended_at) SELECT 'session_' || n.i, 1, 'ended', @Then, @Then FROM n
            """, new { Then = c.Time.Now - TimeSpan.FromDays(5) }));
        Assert.Equal(0, (await _stores.SessionArchive.ArchiveOlder(days: 6, isDry: false)).Archived);
        Assert.Equal(1200, (await _stores.SessionArchive.ArchiveOlder(days: 4, isDry: true)).Archived);
        Assert.Equal(1200, await Count("sessions WHERE status = 'ended'"));
        Assert.Equal(1200, (await _stores.Maintenance.Run(new() { Tasks = [MaintenanceTask.Archive], ArchiveDays = 4 })).Archived);
        Assert.Equal(3, await Count("session_events WHERE event_type = 'sessions_archived'"));
        Assert.Equal(0, (await _stores.SessionArchive.ArchiveOlder(days: 4, isDry: true)).Archived);
    }

    private Stores Open(MaintenanceSettings settings) => new(_project.Root, new Settings { Store = _project.Store ?? "", Maintenance = settings }, TimeProvider.System);

    /// <summary>An event, a metric and a line of history.</summary>
    private async Task AddOld(int days)
    {
        await _stores.Events.Append(new() { Agent = "ann", Type = "tested" }, null);
        await _stores.Metrics.Append(new() { Agent = "ann", Values = [new() { Name = "ms", Value = 1 }] }, null);
        await _stores.History.Append(new() { Agent = "ann", Entries = [new() { Role = Data.History.HistoryRole.User, Content = "x" }] }, null);
        await Central.Write(c => c.Execute("UPDATE session_events SET created_at = @Then WHERE seq = (SELECT max(seq) FROM session_events)", new { Then = c.Time.Now - TimeSpan.FromDays(days) })
            + c.Execute("UPDATE agent_metrics SET recorded_at = @Then WHERE seq = (SELECT max(seq) FROM agent_metrics)", new { Then = c.Time.Now - TimeSpan.FromDays(days) }));
        await _stores.Databases.Agent("ann", "default").Write(c =>
            c.Execute("UPDATE agent_history SET created_at = @Then WHERE seq = (SELECT max(seq) FROM agent_history)", new { Then = c.Time.Now - TimeSpan.FromDays(days) }));
    }

    private static int AddKey(Connection c, string key, double hoursLeft) => c.Execute(
        "INSERT INTO idempotency_keys (agent_id, key, arguments_hash, result, boot_id, boot_ms, expires_at) VALUES ('a', @Key, 'x', 'x', @BootId, @Until, @Expires)",
        new { Key = key, c.Time.BootId, Until = c.Time.BootMilliseconds + (long)(hoursLeft * 3_600_000), Expires = c.Time.Now + TimeSpan.FromHours(hoursLeft) });

    private Task LastTime(string key, TimeSpan from) =>
        Central.Write(c => c.Execute("UPDATE store_info SET value = @Then WHERE key = @Key", new { Key = key, Then = Times.ToText(c.Time.Now + from) }));

    private static List<string> SetsOf(Connection c) => [.. c.Query<string>("SELECT DISTINCT set_name FROM _migrations ORDER BY set_name")];

    private Task<long> Count(string table) => Central.Read(c => c.First<long>($"SELECT count(*) FROM {table}"));
}
