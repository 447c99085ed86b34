using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Tasks;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Tasks;

/// <summary>How long a task stays with who claimed it, by clocks that the test moves.</summary>
public sealed class TaskLeaseTests : IAsyncLifetime
{
    private const int Lease = 600;
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1), Live = TimeSpan.FromMinutes(5);

    private readonly TemporaryProject _project = new();
    private readonly FakeTime _time = new();
    private Stores _stores = null!;
    private string _task = "";

    public async Task InitializeAsync()
    {
        _stores = new Stores(_project.Root, new Settings(), _time);
        await _stores.Agents.Register(new() { Name = AgentName.Parse("alice") });
        await _stores.Agents.Register(new() { Name = AgentName.Parse("bob") });
        _task = (await _stores.Tasks.Create(new() { CreatedBy = "alice", Instruction = "work" }, null)).Task.Id;
        Assert.True((await Claim("bob", _task, Lease)).Claimed);
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task A_dead_agents_task_can_be_claimed_when_its_lease_ends_and_not_a_moment_before()
    {
        _time.Advance(TimeSpan.FromSeconds(Lease) - Moment);
        await Held();
        _time.Advance(Moment);
        ClaimedTask claimed = await Claim("alice");
        Assert.Equal((_task, "bob", "alice"), (claimed.Task!.Id, claimed.TakenFrom, claimed.Task.Assignee));
        Assert.Equal(ErrorCodes.AlreadyClaimed, (await Assert.ThrowsAsync<AgentCraftException>(() => Complete("bob"))).Code);
    }

    [Fact]
    public async Task A_live_agent_keeps_its_task_after_its_lease_by_any_call()
    {
        for (int minutes = 0; minutes < 60; minutes += 4)
        {
            _time.Advance(TimeSpan.FromMinutes(4));
            await _stores.Heartbeats.Beat("bob")!;
        }
        await Held();
        _time.Advance(Live);
        Assert.True((await Claim("alice", _task)).Claimed);
    }

    [Fact]
    public async Task Updating_renews_the_lease_by_its_length_or_a_new_one()
    {
        _time.Advance(TimeSpan.FromSeconds(Lease) - Moment);
        Assert.False((await _stores.TaskChanges.Update(new() { Agent = "bob", Task = _task })).Changed);
        _time.Advance(TimeSpan.FromSeconds(Lease) - Moment);
        await Held();
        await _stores.TaskChanges.Update(new() { Agent = "bob", Task = _task, LeaseSeconds = 2 * Lease });
        _time.Advance(TimeSpan.FromSeconds(2 * Lease) - Moment);
        await Held();
        _time.Advance(Moment);
        Assert.True((await Claim("alice", _task)).Claimed);
    }

    [Fact]
    public async Task Another_agents_update_does_not_renew_it()
    {
        _time.Advance(TimeSpan.FromSeconds(Lease) - Moment);
        Assert.True((await _stores.TaskChanges.Update(new() { Agent = "alice", Task = _task, Priority = 4 })).Changed);
        _time.Advance(Moment);
        Assert.True((await Claim("alice", _task)).Claimed);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(-24)]
    public async Task A_jump_of_the_wall_clock_neither_ends_nor_prolongs_it(int hours)
    {
        _time.SetWallClock(TimeSpan.FromHours(hours));
        await Held();
        _time.Advance(TimeSpan.FromSeconds(Lease) - Moment);
        await Held();
        _time.Advance(Moment);
        Assert.True((await Claim("alice", _task)).Claimed);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(-24)]
    public async Task A_live_agent_keeps_its_task_over_a_jump_of_the_wall_clock(int hours)
    {
        _time.Advance(TimeSpan.FromSeconds(Lease) - Moment);
        _time.SetWallClock(TimeSpan.FromHours(hours));
        await _stores.Heartbeats.Beat("bob")!;
        _time.Advance(Moment);
        await Held();
    }

    [Fact]
    public async Task A_lease_of_another_machine_start_ends_by_the_wall_clock()
    {
        await _stores.Databases.Central.Write(c => c.Execute("UPDATE tasks SET lease_boot_id = 'another'"));
        _time.Restart();
        _time.Advance(TimeSpan.FromSeconds(Lease) - Moment);
        await Held();
        _time.Advance(Moment);
        Assert.True((await Claim("alice", _task)).Claimed);
    }

    [Fact]
    public async Task Who_comes_back_before_anybody_else_goes_on()
    {
        _time.Advance(TimeSpan.FromDays(2));
        Assert.True((await _stores.Tasks.List(new())).Tasks[0].Abandoned);
        Assert.True((await Claim("bob", _task)).Renewed);
        await Held();
        Assert.Equal(WorkStatus.Completed, (await Complete("bob")).Task.Status);
    }

    [Fact]
    public async Task An_abandoned_task_that_another_completes_is_its_own()
    {
        _time.Advance(TimeSpan.FromDays(2));
        Assert.Equal("alice", (await Complete("alice")).Task.Assignee);
    }

    [Fact]
    public async Task The_next_is_the_most_urgent_then_the_oldest_and_an_abandoned_one_counts()
    {
        await Add("old", 0);
        await Add("urgent", 5);
        await Add("urgent, later", 5);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(["urgent", "urgent, later", "work", "old"], [await Next(), await Next(), await Next(), await Next()]);
        Assert.False((await Claim("alice")).Claimed);
    }

    private async Task Held()
    {
        AgentCraftException refused = await Assert.ThrowsAsync<AgentCraftException>(() => Claim("alice", _task));
        Assert.Equal(ErrorCodes.AlreadyClaimed, refused.Code);
        Assert.Contains("'bob'", refused.Message, StringComparison.Ordinal);
        Assert.False((await Claim("alice")).Claimed);
    }

    private Task<ClaimedTask> Claim(string agent, string? task = null, int? lease = null) =>
        _stores.TaskQueue.Claim(new() { Agent = agent, Task = task, LeaseSeconds = lease }, null);

    private async Task<string> Next() => (await Claim("alice")).Task!.Instruction;

    private Task<UpdatedTask> Complete(string agent) => _stores.TaskChanges.Update(new() { Agent = agent, Task = _task, Status = WorkStatus.Completed });

    private Task Add(string instruction, int priority) => _stores.Tasks.Create(new() { CreatedBy = "alice", Instruction = instruction, Priority = priority }, null);
}
