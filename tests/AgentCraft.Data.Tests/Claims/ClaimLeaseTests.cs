using AgentCraft.Data.Agents;
using AgentCraft.Data.Claims;
using AgentCraft.Data.Configuration;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Claims;

/// <summary>How long a claim lives, by clocks that the test moves.</summary>
public sealed class ClaimLeaseTests : IAsyncLifetime
{
    private const int Lease = 600;
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private readonly TemporaryProject _project = new();
    private readonly FakeTime _time = new();
    private Stores _stores = null!;

    public async Task InitializeAsync()
    {
        _stores = new Stores(_project.Root, new Settings(), _time);
        await _stores.Agents.Register(new() { Name = AgentName.Parse("alice") });
        await _stores.Agents.Register(new() { Name = AgentName.Parse("bob") });
        await Claim("bob", "src/**");
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(24)]
    [InlineData(-24)]
    public async Task A_claim_lives_for_its_lease_whatever_the_wall_clock_says(int hours)
    {
        _time.SetWallClock(TimeSpan.FromHours(hours));
        await Taken();
        _time.Advance(TimeSpan.FromSeconds(Lease) - Moment);
        await Taken();
        _time.Advance(Moment);
        Assert.Empty((await _stores.Claims.List(new())).Claims);
        Assert.Equal(0, (await Claim("alice", "src/a.ts")).Renewed);
        Assert.Equal(["src/a.ts"], (await _stores.Claims.List(new())).Claims.Select(claim => claim.Pattern));
    }

    [Theory]
    [InlineData(24)]
    [InlineData(-24)]
    public async Task Its_holder_renews_it_over_a_jump_of_the_wall_clock(int hours)
    {
        _time.Advance(TimeSpan.FromSeconds(Lease) - Moment);
        _time.SetWallClock(TimeSpan.FromHours(hours));
        Assert.Equal(1, (await Claim("bob", "src/**")).Renewed);
        _time.Advance(TimeSpan.FromSeconds(Lease) - Moment);
        await Taken();
        _time.Advance(Moment);
        Assert.Equal(0, (await Claim("alice", "src/a.ts")).Renewed);
    }

    [Fact]
    public async Task A_claim_of_another_machine_start_ends_by_the_wall_clock()
    {
        await _stores.Databases.Central.Write(c => c.Execute("UPDATE claims SET lease_boot_id = 'another'"));
        _time.Restart();
        _time.Advance(TimeSpan.FromSeconds(Lease) - Moment);
        await Taken();
        _time.Advance(Moment);
        await Claim("alice", "src/a.ts");
    }

    [Fact]
    public async Task What_has_ended_is_not_renewed_but_claimed_anew_if_nobody_else_has_it()
    {
        _time.Advance(TimeSpan.FromSeconds(Lease));
        await Claim("alice", "src/a.ts");
        AgentCraftException refused = await Assert.ThrowsAsync<AgentCraftException>(() => Claim("bob", "src/**"));
        Assert.Contains("'alice'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_names_holder_reason_and_expiry()
    {
        AgentCraftException refused = await Assert.ThrowsAsync<AgentCraftException>(() => Claim("alice", "src/a.ts"));
        Assert.Equal("'src/a.ts' overlaps 'src/**', which 'bob' has claimed until 2026-03-01T12:10:00.000Z, with the reason \"because\".", refused.Message);
    }

    [Fact]
    public async Task An_agent_that_holds_the_worst_patterns_keeps_nobody_from_claiming_others()
    {
        string[] worst = [.. Enumerable.Range(0, 50).Select(n => $"x{n}/" + string.Concat(Enumerable.Repeat("*{a,*b}", 30)) + "c")];
        for (int i = 0; i < 3; i++)
            await _stores.Claims.Claim(new() { Agent = "bob", Patterns = [.. worst.Select(pattern => $"{i}{pattern}")] }, null);
        await Claim("alice", "docs/**/*.{md,txt}");
        await Claim("alice", "lib*/*a*b*/**/*.c");
    }

    private async Task Taken()
    {
        Assert.Equal(ErrorCodes.AlreadyClaimed, (await Assert.ThrowsAsync<AgentCraftException>(() => Claim("alice", "src/a.ts"))).Code);
        Assert.Equal(["src/**"], (await _stores.Claims.List(new())).Claims.Select(claim => claim.Pattern));
    }

    private Task<ClaimedPaths> Claim(string agent, string pattern) =>
        _stores.Claims.Claim(new() { Agent = agent, Patterns = [pattern], LeaseSeconds = Lease, Reason = "because" }, null);
}
