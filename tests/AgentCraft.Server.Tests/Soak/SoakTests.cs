using System.Collections.Concurrent;
using System.Globalization;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Server.Tests.Crash;
using AgentCraft.Testing;
using Xunit.Abstractions;

namespace AgentCraft.Server.Tests.Soak;

/// <summary>
/// Fifty agents over HTTP and twenty with processes of their own post, wait and hand over on one store while clients are killed. For
/// AGENTCRAFT_TEST_SOAK seconds; <c>tests/soak.sh</c> makes that half an hour.
/// </summary>
[OnEveryEngine]
[Collection(CrashCollection.Name)]
public sealed class SoakTests(ITestOutputHelper output)
{
    private const int OverHttp = 50, OverStdio = 20;
    private const int LongestPauseMilliseconds = 400, LongestBetweenKillsMilliseconds = 300;
    private const long MostMemory = 600L << 20, MostLog = 64L << 20;
    private const int MostHandles = 600;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("AGENTCRAFT_TEST_SOAK"), CultureInfo.InvariantCulture, out int seconds) ? seconds : Quantity.Of(4, 12));

    private static readonly TimeSpan ToEnd = TimeSpan.FromMinutes(3);

    private readonly ConcurrentQueue<(string Tool, string[] Ids)> _acknowledged = new();
    private int _writes, _kills;

    [Requires(Need.Linux, "/proc shows what a server takes")]
    public async Task Seventy_agents_lose_nothing_and_the_server_stays_small_while_clients_are_killed()
    {
        Random random = new(Seeds.Next(output));
        using TemporaryProject project = new();
        using CancellationTokenSource limit = new(Length + ToEnd), watching = new();
        await using HttpServer server = await HttpServer.Start(project.Root);
        IMortal[] clients = [
            .. Enumerable.Range(0, OverHttp).Select(i => (IMortal)new MortalClient(server, $"web-{i}", i % 2 == 0 ? "2025-11-25" : "2026-07-28")),
            .. Enumerable.Range(0, OverStdio).Select(i => new MortalServer(project.Root, $"own-{i}"))];
        Footprint footprint = new(server.Pid, project.CentralFile + "-wal");
        Task watch = footprint.Watch(watching.Token);
        CursorReader[] readers = [.. clients.Select(client => new CursorReader(client, client.Agent, shortWaitSeconds: 2))];
        try
        {
            await Soak(clients, readers, random, limit.Token);
        }
        finally
        {
            await watching.CancelAsync();
            await watch;
            foreach (IMortal client in clients)
                await client.DisposeAsync();
        }
        output.WriteLine($"{_acknowledged.Count} writes of {clients.Length} agents acknowledged in {Length.TotalSeconds} s, {_kills} clients killed; the HTTP server took {footprint}.");
        AssertNothingLost(project, readers);
        AssertBounded(footprint);
        Assert.DoesNotContain(" fail: ", server.StandardError, StringComparison.Ordinal);
    }

    private async Task Soak(IMortal[] clients, CursorReader[] readers, Random random, CancellationToken limit)
    {
        string[] agents = [.. clients.Select(client => client.Agent)];
        // All are there before the first is written to.
        await Task.WhenAll(clients.Select(client => client.Call("list_agents", new { limit = 1 }, limit)));
        using CancellationTokenSource time = new(Length);
        Task[] writing = [.. clients.Select(client => Write(client, agents, new Random(random.Next()), time.Token, limit)), Kill(clients, random, time.Token)];
        bool IsComplete() => writing.All(task => task.IsCompleted);
        await FailFast.WhenAll([.. writing, .. readers.Select(reader => reader.ReadInbox(IsComplete, limit))]);
    }

    private async Task Write(IMortal client, string[] agents, Random random, CancellationToken time, CancellationToken limit)
    {
        while (!time.IsCancellationRequested)
        {
            PlannedWrite write = PlannedWrite.Make(Interlocked.Increment(ref _writes), client.Agent, agents, random);
            Answered answered = await client.Call(write.Tool, write.Arguments, limit);
            _acknowledged.Enqueue((write.Tool, write.Ids(answered.Answer)));
            await Task.Delay(random.Next(LongestPauseMilliseconds), time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task Kill(IMortal[] clients, Random random, CancellationToken time)
    {
        while (!time.IsCancellationRequested)
        {
            await Task.Delay(random.Next(LongestBetweenKillsMilliseconds), time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            clients[random.Next(clients.Length)].Kill();
            _kills++;
        }
    }

    private void AssertNothingLost(TemporaryProject project, CursorReader[] readers)
    {
        HashSet<string> IdsOf(string tool) => [.. _acknowledged.Where(write => write.Tool == tool).SelectMany(write => write.Ids)];
        List<string> read = [.. readers.SelectMany(reader => reader.Ids)];
        Assert.Equal(read.Count, read.Distinct().Count());
        Assert.Equal(IdsOf("log_message"), read.ToHashSet());
        using StoreView central = StoreView.Central(project), keeper = StoreView.Agent(project, "session-handover");
        central.AssertIntact();
        central.AssertCountsAreExact();
        Assert.Equal(IdsOf("log_message"), central.Texts("SELECT id FROM messages").ToHashSet());
        Assert.Equal(IdsOf("record_metric"), central.Texts("SELECT id FROM agent_metrics").ToHashSet());
        Assert.Equal(IdsOf("create_handover").Order(), keeper.Texts("SELECT id FROM handover_documents").Order());
        Assert.Equal(1, keeper.Count("SELECT count(*) FROM handover_documents WHERE status = 'published'"));
    }

    private static void AssertBounded(Footprint footprint)
    {
        (long First, long Second) memory = footprint.Most(seen => seen.Bytes), handles = footprint.Most(seen => seen.Handles), log = footprint.Most(seen => seen.LogBytes);
        Assert.InRange(Math.Max(memory.First, memory.Second), 0, MostMemory);
        Assert.InRange(Math.Max(handles.First, handles.Second), 0, MostHandles);
        Assert.InRange(Math.Max(log.First, log.Second), 0, MostLog);
    }
}
