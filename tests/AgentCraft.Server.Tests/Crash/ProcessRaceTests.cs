using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Crash;

/// <summary>Processes among many real server processes: each definition becomes one version, each key one tree.</summary>
[Collection(CrashCollection.Name)]
[OnEveryEngine]
public sealed class ProcessRaceTests
{
    private const int Racers = 8;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Definitions_at_the_same_moment_become_versions_without_gap_or_repeat()
    {
        using TemporaryProject project = new();
        await using RacingServers racers = await RacingServers.Start(project.Root, Racers, Limit);
        ToolAnswer[] defined = await racers.All((server, agent) => RacingServers.Call(server, "define_process",
            new { agent, name = "work", steps = new[] { new { name = "do", instruction = $"as {agent} says" } } }));
        Assert.Equal(Enumerable.Range(1, Racers), defined.Select(answer => (int)answer.GetNumber("process.version")).Order());
        ToolAnswer now = await racers[0].Call("list_processes");
        Assert.Equal((1, (long)Racers), (now.At("processes").GetArrayLength(), now.GetNumber("processes.0.version")));
    }

    [Fact]
    public async Task One_key_establishes_one_tree_whoever_repeats_it()
    {
        using TemporaryProject project = new();
        await using RacingServers racers = await RacingServers.Start(project.Root, Racers, Limit);
        (await racers[0].Call("define_process", new { name = "work", steps = Enumerable.Range(0, 5).Select(i => new { name = $"s{i}", instruction = "x" }) })).Succeeded();
        ToolAnswer[] made = await racers.All((server, _) => RacingServers.Call(server, "establish_process",
            new { agent = RacingServers.NameOf(0), process = "work", idempotencyKey = "once" }));
        Assert.Single(made, answer => !answer.Get<bool>("replayed"));
        Assert.Single(made.Select(answer => answer.GetText("task.id")).Distinct());
        using StoreView file = StoreView.Central(project);
        Assert.Equal(6, file.Count("SELECT count(*) FROM tasks"));
        Assert.Equal(1, file.Count("SELECT count(*) FROM session_events WHERE event_type = 'process_established'"));
    }
}
