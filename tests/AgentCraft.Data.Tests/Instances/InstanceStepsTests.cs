using AgentCraft.Data.Instances;
using AgentCraft.Testing;
using static AgentCraft.Data.Instances.InstanceState;

namespace AgentCraft.Data.Tests.Instances;

/// <summary>The state machine: every pair of states.</summary>
[OnEveryEngine]
public sealed class InstanceStepsTests
{
    private static readonly (InstanceState From, InstanceState To)[] Allowed =
    [
        (Created, Initializing), (Initializing, Ready), (Initializing, Failed), (Ready, Running), (Running, Stopping), (Running, Crashed), (Stopping, Stopped),
        (Crashed, Restarting), (Crashed, Stopped), (Restarting, Running), (Failed, Stopped), (Stopped, Initializing),
    ];

    public static TheoryData<InstanceState> States => [.. Enum.GetValues<InstanceState>()];

    [Theory]
    [MemberData(nameof(States))]
    public async Task Every_step_is_taken_or_refused_and_a_refusal_names_the_allowed(InstanceState from)
    {
        await using InstanceProject project = await InstanceProject.Create();
        foreach (InstanceState to in Enum.GetValues<InstanceState>())
        {
            string name = $"i-{from}-{to}";
            Instance before = await project.MakeIn(name, from);
            string file = await File.ReadAllTextAsync(project.FileOf(name));
            List<string> log = await project.Log(name);
            Assert.Equal(from, before.State);
            if (Allowed.Contains((from, to)))
            {
                SteppedInstance stepped = await project.Step(name, to);
                Assert.Equal((true, to, to), (stepped.Changed, stepped.Instance.State, project.Stores.Instances.Get(name).State));
                Assert.Equal([.. log, $"{from}→{to}"], await project.Log(name));
                Assert.Equal(Allowed.Where(step => step.From == to).Select(step => step.To).Order(), stepped.Next.Order());
            }
            else if (from == to)
                Assert.False((await project.Step(name, to)).Changed);
            else
            {
                AgentCraftException refused = await Assert.ThrowsAsync<AgentCraftException>(() => project.Step(name, to));
                Assert.Equal((ErrorCodes.InvalidTransition, $"Instance '{name}' is {from} and cannot become {to}."), (refused.Code, refused.Message));
                Assert.Equal(Allowed.Where(step => step.From == from).Select(step => $"{step.To}").Order(), refused.Hint!["Allowed now: ".Length..^1].Split(", ").Order());
            }
            if (!Allowed.Contains((from, to)))
            {
                Assert.Equal(file, await File.ReadAllTextAsync(project.FileOf(name)));
                Assert.Equal(log, await project.Log(name));
            }
        }
    }

    [Fact]
    public async Task Stopping_what_is_stopped_succeeds_and_says_that_nothing_changed()
    {
        await using InstanceProject project = await InstanceProject.Create();
        Instance stopped = await project.MakeIn("i", Stopped);
        SteppedInstance again = await project.Step("i", Stopped);
        Assert.Equal((false, stopped), (again.Changed, again.Instance));
    }
}
