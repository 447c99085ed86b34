using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.History;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>A thousand agents, each with history and an output of its own.</summary>
[OnEveryEngine]
public sealed class ManyAgentsTests : IDisposable
{
    private const int Callers = 16;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task All_of_them_can_write_and_be_read_while_no_more_files_than_the_setting_stay_open()
    {
        int agents = Quantity.Many(150, 1000);
        Settings settings = new() { Store = _project.Store ?? "" };
        await using Stores stores = new(_project.Root, settings, TimeProvider.System);
        int most = 0;
        await ForEach(agents, async i =>
        {
            await stores.Agents.Register(new() { Name = AgentName.Parse(Name(i)) });
            await stores.History.Append(new() { Agent = Name(i), Entries = [new() { Role = HistoryRole.User, Content = $"Say {i}." }] }, null);
            await stores.Outputs.Record(new() { Agent = Name(i), Path = $"out/{i}.txt", Content = $"word{i}" }, null);
            Grow(ref most, stores.Databases.OpenAgentFiles.Count);
        });
        await StayFew(stores, settings.Agents.MaxOpenFiles);
        // While all write, those that have their turn may be open beside those that stay, and as many as are being closed.
        Assert.InRange(most, 0, (2 * settings.Agents.MaxOpenFiles) + Callers);
        await ForEach(agents, async i =>
        {
            Assert.Equal($"Say {i}.", Assert.Single((await stores.History.List(new() { Agent = Name(i) })).Entries).Content);
            Assert.Equal($"word{i}", (await stores.OutputReading.Get(new() { Path = $"out/{i}.txt" })).Content);
        });
        await StayFew(stores, settings.Agents.MaxOpenFiles);
        Assert.Equal(agents, (await stores.OutputLists.List(new(), new())).Total);
    }

    /// <summary>As we count them and as the system does; the index of outputs may just be opening one.</summary>
    private Task StayFew(Stores stores, int most) => Eventually.Become(
        () => stores.Databases.OpenAgentFiles.Count <= most && OpenDescriptors.CountAgentFiles(_project) <= most, Limit, $"at most {most} files open");

    private static string Name(int agent) => $"agent-{agent}";

    private static Task ForEach(int agents, Func<int, Task> work) =>
        Parallel.ForEachAsync(Enumerable.Range(0, agents), new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (i, _) => await work(i));

    private static void Grow(ref int most, int value)
    {
        for (int seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
            Interlocked.CompareExchange(ref most, value, seen);
    }
}
