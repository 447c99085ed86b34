using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Storage.Postgres;

/// <summary>Servers on several machines have several clocks; what is stored and compared goes by the database's.</summary>
public sealed class PostgresClockTests : PostgresTests
{
    [Fact]
    public async Task Servers_whose_clocks_differ_by_a_day_agree_on_who_is_live_and_on_when_things_happened()
    {
        FakeTime late = new(), early = new();
        late.SetWallClock(TimeSpan.FromDays(-1));
        early.SetWallClock(TimeSpan.FromDays(1));
        Settings settings = new() { Store = Address };
        await using Stores behind = new(Path.GetTempPath(), settings, late), ahead = new(Path.GetTempPath(), settings, early);
        Agent ann = await behind.Agents.Register(new() { Name = AgentName.Parse("ann") });
        Agent bob = await ahead.Agents.Register(new() { Name = AgentName.Parse("bob") });
        Assert.InRange((bob.CreatedAt - ann.CreatedAt).TotalMinutes, 0, 5);
        foreach (Stores stores in new[] { behind, ahead })
            Assert.Equal(["ann", "bob"], (await stores.Agents.List(new())).Agents.Select(agent => agent.Name));
    }

    [Fact]
    public async Task A_key_lives_as_long_as_the_database_says()
    {
        FakeTime late = new(), early = new();
        early.Advance(TimeSpan.FromDays(3));
        Settings settings = new() { Store = Address };
        await using Stores behind = new(Path.GetTempPath(), settings, late), ahead = new(Path.GetTempPath(), settings, early);
        await behind.Agents.Register(new() { Name = AgentName.Parse("ann") });
        string first = (await Record(behind)).Ids[0];
        Assert.Equal(first, (await Record(ahead)).Ids[0]);
        await Ask<object>("UPDATE idempotency_keys SET boot_ms = boot_ms - 86400001 RETURNING 1");
        Assert.NotEqual(first, (await Record(behind)).Ids[0]);
    }

    private static Task<Data.Metrics.RecordedMetrics> Record(Stores stores) =>
        stores.Metrics.Append(new() { Agent = "ann", Values = [new() { Name = "x", Value = 1 }] }, "key");
}
