using AgentCraft.Data.Storage;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Hosting;

/// <summary>Servers keep their store fit by themselves, and of several one does it.</summary>
[OnEveryEngine]
public sealed class MaintenanceTests : IDisposable
{
    private static readonly Dictionary<string, string?> Often = new() { ["AGENTCRAFT__MAINTENANCE__INTERVAL"] = "1", ["AGENTCRAFT__MAINTENANCE__KEEPEVENTDAYS"] = "10" };

    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Old_events_go_while_two_servers_run_and_what_was_done_is_an_event()
    {
        await using StdioServer one = await StdioServer.Connect(_project.Root, [], Often), two = await StdioServer.Connect(_project.Root, [], Often);
        (await one.Call("start_session", new { agent = "ann" })).Succeeded();
        (await two.Call("start_session", new { agent = "bob" })).Succeeded();
        await using Databases store = new(_project.Root, new() { Postgres = _project.Store }, TimeProvider.System);
        await store.Central.Write(c => c.Execute("UPDATE session_events SET created_at = @Then, event_type = 'old'", new { Then = c.Time.Now - TimeSpan.FromDays(11) }));
        await Eventually.Become(async () => await Count(store, "maintenance_done") > 0, TimeSpan.FromSeconds(60), "maintenance");
        Assert.Equal((0, 1), (await Count(store, "old"), await Count(store, "maintenance_done")));
    }

    private static Task<long> Count(Databases store, string type) => store.Central.Read(c => c.First<long>("SELECT count(*) FROM session_events WHERE event_type = @Type", new { Type = type }));
}
