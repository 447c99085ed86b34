using System.Diagnostics;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;
using Xunit.Abstractions;

namespace AgentCraft.Server.Tests.Crash;

[OnEveryEngine]
[Collection(CrashCollection.Name)]
public sealed class AbandonedServersTests(ITestOutputHelper output)
{
    private static int Servers => Quantity.Many(12, 50);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    [Requires(Need.Linux, "pipes with names, and signals")]
    public async Task Servers_whose_parent_was_killed_end_by_themselves_though_their_pipes_stay_open()
    {
        using TemporaryProject project = new();
        using var family = await ServerFamily.Start(project, Servers);
        // The pipes close only when the test is over, so no server sees the end of its input.
        await family.BeginSessions().WaitAsync(StartLimit);
        Assert.All(family.Pids, pid => Assert.True(Signals.IsAlive(pid)));

        long death = Stopwatch.GetTimestamp();
        family.KillParent();
        List<double> ends = [];
        HashSet<int> left = [.. family.Pids];
        while (left.Count > 0 && Stopwatch.GetElapsedTime(death) < EndLimit)
        {
            if (left.RemoveWhere(pid => !Signals.IsAlive(pid)) is > 0 and int gone)
                ends.AddRange(Enumerable.Repeat(Stopwatch.GetElapsedTime(death).TotalMilliseconds, gone));
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }

        output.WriteLine($"{Servers} servers, half of them in a wait: from the parent's death to their end: {Percentiles.Describe(ends)}");
        Assert.Empty(left);
        using StoreView central = StoreView.Central(project);
        central.AssertIntact();
        Assert.Equal(Servers, central.Count("SELECT count(*) FROM agents"));
    }
}
