using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Events;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Monitoring;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Tests.Storage;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Monitoring;

/// <summary>A crossing is told once, whoever looks and however often; and so is its end.</summary>
[OnEveryEngine]
public sealed class AlertTests : IAsyncLifetime
{
    private static readonly MonitoringSettings Off = new() { WalBytes = 0, CentralBytes = 0, WriteWaitP99Ms = 0, ErrorsPerMinute = 0, SlowQueryMs = 0, FreeDiskBytes = 0 };
    private static readonly MonitoringSettings Errors = Off with { ErrorsPerMinute = 10, Notify = "ann" };

    private readonly TemporaryProject _project = new();
    private readonly FakeTime _time = new();
    private readonly List<Stores> _opened = [];

    public async Task InitializeAsync() => await Open(Off).Agents.Register(new() { Name = AgentName.Parse("ann") });

    public async Task DisposeAsync()
    {
        foreach (Stores stores in _opened)
            await stores.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task A_crossing_is_an_event_a_line_and_a_message_once_and_not_once_a_look()
    {
        Stores stores = Open(Errors);
        AlertChange told = Assert.Single(await Fail(stores, 10));
        Assert.Equal("Alert: errors_per_minute is 10; monitoring.errorsPerMinute says 10. 'ann' has a message.", told.ToString());
        Assert.Empty(await Fail(stores, 20));
        Assert.Empty(await Fail(stores, 500));

        Event happened = Assert.Single(await Events("alert_raised"));
        Assert.Equal(("alert", "errors_per_minute", 10), (happened.EntityType, happened.EntityId, happened.Data.GetProperty("value").GetDouble()));
        Message message = Assert.Single((await stores.Inboxes.Read("ann", 20, null)).Messages);
        Assert.Equal(("agentcraft-monitor", Importance.High), (message.From, message.Importance));
        Assert.StartsWith("Alert: errors_per_minute is 10; monitoring.errorsPerMinute says 10.", message.Content);
        Assert.Equal("monitoring.errorsPerMinute", message.Context!.Value.GetProperty("setting").GetString());
        // It tells, and does not work.
        Assert.Equal(["ann"], (await stores.Agents.List(new() { Limit = 20 })).Agents.Select(agent => agent.Name));
    }

    [Fact]
    public async Task Its_state_outlives_the_server()
    {
        Assert.Single(await Fail(Open(Errors), 10));
        Assert.Empty(await Fail(Open(Errors), 10));
        Alert alert = Assert.Single((await Open(Errors).Monitor.Get()).Alerts);
        Assert.Equal((true, 1, 10), (alert.Raised, alert.Crossings, alert.Threshold));
        // Also its end, by a server that has never seen it crossed.
        await Pass(TimeSpan.FromMinutes(10));
        Assert.Equal("Over: errors_per_minute is 0; monitoring.errorsPerMinute says 10.", Assert.Single(await Open(Errors).Monitor.Check()).ToString());
        Assert.Equal((1, 1), ((await Events("alert_raised")).Count, (await Events("alert_cleared")).Count));
    }

    [Fact]
    public async Task What_comes_and_goes_about_the_threshold_is_one_crossing_and_it_is_over_when_it_has_been_calm_for_a_while()
    {
        Stores stores = Open(Errors);
        Assert.Single(await Fail(stores, 10));
        foreach (int errors in new[] { 0, 11, 0, 0, 10, 0 })
            Assert.Empty(await Fail(stores, errors));
        // Nearly is not over yet; 9.5 of 10 is.
        await Pass(TimeSpan.FromMinutes(3));
        Assert.False(Assert.Single(await stores.Monitor.Check()).IsRaised);
        Assert.Empty(await Fail(stores, 9));
        Assert.True(Assert.Single(await Fail(stores, 12)).IsRaised);
        Assert.Equal((2, 1), ((await Events("alert_raised")).Count, (await Events("alert_cleared")).Count));
        Assert.Equal(2, Assert.Single((await stores.Monitor.Get()).Alerts).Crossings);
    }

    [Fact]
    public async Task Failures_of_all_servers_count_together_and_those_that_are_long_ago_do_not()
    {
        Stores one = Open(Errors), two = Open(Errors), three = Open(Errors);
        foreach (Stores stores in new[] { one, two })
        {
            for (int i = 0; i < 4; i++)
                stores.Monitor.Calls.Note(ErrorCodes.NotFound);
            stores.Monitor.Calls.Note(null);
        }
        await Pass(TimeSpan.FromSeconds(60));
        Assert.Empty(await one.Monitor.Check());
        Assert.Empty(await two.Monitor.Check());
        for (int i = 0; i < 4; i++)
            three.Monitor.Calls.Note(ErrorCodes.InvalidArgument);
        AlertChange told = Assert.Single(await three.Monitor.Check());
        Assert.Equal(12, told.Gauge.Value);
        MonitoringStats stats = await two.Monitor.Get();
        Assert.Equal([4.0, 4, 4], stats.Servers.Select(server => server.ErrorsPerMinute));
        Assert.Equal((5, 4), (stats.Calls, stats.Errors[ErrorCodes.NotFound]));
        await Pass(TimeSpan.FromMinutes(5));
        Assert.Single((await two.Monitor.Get()).Servers);
    }

    [Fact]
    public async Task Of_eight_processes_that_cross_at_once_one_tells()
    {
        WorkerProcess[] workers = [.. Enumerable.Range(0, 8).Select(_ => WorkerProcess.Start("monitor", _project.Root, "ann"))];
        foreach (WorkerProcess worker in workers)
            await worker.Next("ready");
        foreach (WorkerProcess worker in workers)
            worker.Tell();
        int told = 0;
        foreach (WorkerProcess worker in workers)
        {
            told += int.Parse((await worker.Next("told"))[0], System.Globalization.CultureInfo.InvariantCulture);
            await worker.DisposeAsync();
        }
        Stores stores = Open(Off);
        Assert.Equal((1, 1, 1), (told, (await Events("alert_raised")).Count, (await stores.Inboxes.Read("ann", 20, null)).Messages.Count));
        Assert.Equal(1, Assert.Single((await stores.Monitor.Get()).Alerts).Crossings);
    }

    [Fact]
    public async Task Whom_nobody_knows_gets_nothing_and_everything_else_is_told()
    {
        Settings settings = new() { Store = _project.Store ?? "", Monitoring = Errors with { Notify = "Anna" } };
        Stores stores = Open(settings.Monitoring);
        const string Fault = "monitoring.notify names 'Anna', and there is no such agent: it gets no message until it registers.";
        Assert.Equal(Fault, await NotifiedAgent.Fault(stores.Databases, settings));
        Assert.EndsWith(Fault, Assert.Single(await Fail(stores, 10)).ToString());
        Assert.Single(await Events("alert_raised"));
        await stores.Agents.Register(new() { Name = AgentName.Parse("anna") });
        Assert.Null(await NotifiedAgent.Fault(stores.Databases, settings));
        await stores.AgentLife.Remove("anna", by: null, purge: false);
        Assert.Equal(Fault, await NotifiedAgent.Fault(stores.Databases, settings));
        Assert.Null(await NotifiedAgent.Fault(stores.Databases, new()));
    }

    [Fact]
    public async Task While_the_store_cannot_be_written_each_server_tells_by_itself_once_and_later_stores_it_without_a_word()
    {
        Stores stores = Open(Errors, writeTimeout: 300);
        await stores.Monitor.Get();
        using (_project.HoldWrites())
        {
            AlertChange told = Assert.Single(await Fail(stores, 10, ages: false));
            Assert.Contains("busy for 0.3 s", told.Unstored);
            await Assert.ThrowsAsync<AgentCraftException>(() => Fail(stores, 10, ages: false));
        }
        Assert.Empty(await Events("alert_raised"));
        Assert.Empty(await Fail(stores, 10));
        Assert.Single(await Events("alert_raised"));
    }

    [Fact]
    public async Task A_server_that_serves_nobody_writes_nothing()
    {
        Stores stores = Open(new());
        await stores.Monitor.Check();
        long rows = await Rows();
        for (int i = 0; i < 3; i++)
        {
            await Pass(TimeSpan.FromMinutes(1), ages: false);
            await stores.Monitor.Check();
        }
        Assert.Equal(rows, await Rows());

        Task<long> Rows() => stores.Databases.Central.Read(c => c.First<long>("SELECT count(*) FROM monitor_servers") + c.First<long>("SELECT count(*) FROM monitor_alerts"));
    }

    [Fact]
    public async Task Off_tells_never()
    {
        Stores stores = Open(Off);
        for (int i = 0; i < 100; i++)
            stores.Monitor.Calls.Note(ErrorCodes.StoreBusy);
        Assert.Empty(await stores.Monitor.Check());
        Assert.Empty((await stores.Monitor.Get()).Alerts);
    }

    /// <summary>So many calls fail within a minute, at the end of which somebody looks.</summary>
    private async Task<IReadOnlyList<AlertChange>> Fail(Stores stores, int errors, bool ages = true)
    {
        for (int i = 0; i < errors; i++)
            stores.Monitor.Calls.Note(ErrorCodes.NotFound);
        await Pass(TimeSpan.FromMinutes(1), ages);
        return await stores.Monitor.Check();
    }

    /// <summary>PostgreSQL has a clock of its own: there, what is stored becomes older.</summary>
    private async Task Pass(TimeSpan time, bool ages = true)
    {
        _time.Advance(time);
        if (_project.Store is not null && ages)
            await _opened[0].Databases.Central.Write(c => Age(c, time));
    }

    private static int Age(Connection c, TimeSpan time)
    {
        foreach ((string table, string column) in new[] { ("monitor_alerts", "over_at"), ("monitor_servers", "measured_at") })
            foreach (Aged row in c.Query<Aged>($"SELECT seq, {column} AS at FROM {table}"))
                c.Execute($"UPDATE {table} SET {column} = @At WHERE seq = @Seq", new { At = row.At - time, row.Seq });
        return 0;
    }

    private async Task<IReadOnlyList<Event>> Events(string type) => (await _opened[0].Events.List(new() { Type = type }, new())).Events;

    private Stores Open(MonitoringSettings monitoring, int writeTimeout = 5000)
    {
        _opened.Add(new(_project.Root, new Settings { Store = _project.Store ?? "", Monitoring = monitoring, Sqlite = new() { WriteTimeout = writeTimeout } }, _time));
        return _opened[^1];
    }

    private sealed class Aged
    {
        public long Seq { get; init; }
        public DateTimeOffset At { get; init; }
    }
}
