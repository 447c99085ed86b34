using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Handovers;
using AgentCraft.Data.Records;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Agents;

public sealed class HeartbeatsTests : IAsyncLifetime
{
    private readonly TemporaryProject _project = new();
    private readonly FakeTime _time = new();
    private Stores _stores = null!;

    public async Task InitializeAsync()
    {
        _stores = new Stores(_project.Root, new Settings(), _time);
        await _stores.Agents.Register(new() { Name = AgentName.Parse("alice") });
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task A_heartbeat_is_written_at_most_every_30_seconds()
    {
        await _stores.Heartbeats.Beat("alice")!;
        DateTimeOffset first = await LastHeard();
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Null(_stores.Heartbeats.Beat("ALICE"));
        _time.Advance(TimeSpan.FromSeconds(1));
        await _stores.Heartbeats.Beat("alice")!;
        Assert.Equal(first + TimeSpan.FromSeconds(30), await LastHeard());
    }

    [Fact]
    public void A_registration_is_a_heartbeat()
    {
        _stores.Heartbeats.Note("alice");
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(_stores.Heartbeats.Beat("alice"));
    }

    [Fact]
    public async Task An_agent_is_live_for_five_minutes_after_it_was_heard_from()
    {
        _time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.Equal(["alice"], await Live());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(await Live());
        await _stores.Heartbeats.Beat("alice")!;
        Assert.Equal(["alice"], await Live());
    }

    [Fact]
    public async Task A_waiting_agent_stays_live()
    {
        Task<Data.Messages.Inbox> wait = _stores.Inboxes.Wait("alice", null, TimeSpan.FromMinutes(20), async _ =>
        {
            _time.Advance(TimeSpan.FromMinutes(2));
            if (_stores.Heartbeats.Beat("alice") is { } beat)
                await beat;
        });
        Assert.True((await wait).TimedOut);
        Assert.Equal(["alice"], await Live());
    }

    [Fact]
    public async Task The_facts_of_a_hand_over_can_be_read_back()
    {
        await _stores.Handovers.Create(new() { Author = "alice", Title = "Parser" }, idempotencyKey: null);
        Analysis? facts = await _stores.Analyses.FindLatest((await _stores.Agents.Get("session-handover")).Ref, AnalysisStore.SessionFacts);
        Assert.Equal("alice", facts!.Data.GetProperty("author").GetProperty("text").GetString());
    }

    private async Task<DateTimeOffset> LastHeard() => (await _stores.Agents.Get("alice")).LastHeartbeatAt!.Value;

    private async Task<IEnumerable<string>> Live() => (await _stores.Agents.List(new())).Agents.Select(agent => agent.Name);
}
