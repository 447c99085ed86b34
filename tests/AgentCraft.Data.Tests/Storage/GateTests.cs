using System.Diagnostics;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using AgentCraft.Worker;
using Xunit.Abstractions;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>
/// The gate between processes: what becomes of the others when its holder stops, dies or is greedy. It is a lock on a file, whose holder is
/// a process for as long as it lives; what a database server does to such a holder is in the server's StoppedHolderTests.
/// </summary>
public sealed class GateTests(ITestOutputHelper output)
{
    [Requires(Need.Unix, "it stops a process")]
    public async Task A_stopped_holder_is_named_to_those_who_wait_too_long_and_its_death_frees_them_within_a_second()
    {
        await using Store store = await Store.Create(Store.Patience(0.5));
        await Rows.Append(store.Central, "w", 1);
        await using WorkerProcess holder = await Hold(store.Central.Path);
        await Signals.Stop(holder.Pid);
        long start = Stopwatch.GetTimestamp();
        AgentCraftException busy = await Assert.ThrowsAsync<AgentCraftException>(() => Rows.Append(store.Central, "w", 2));
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.4, 3);
        Assert.Equal(ErrorCodes.StoreBusy, busy.Code);
        Assert.True(busy.Retryable);
        Assert.Contains($"process {holder.Pid} ", busy.Message);
        // Reading needs no gate.
        Assert.Equal(1, await Rows.Count(store.Central));

        await using Databases patient = store.Again(Store.Patience(30));
        Task<string> opening = patient.Central.Epoch();
        Task<AgentCraftException> impatient = Assert.ThrowsAsync<AgentCraftException>(() => Rows.Append(store.Central, "w", 3));
        start = Stopwatch.GetTimestamp();
        await holder.Kill();
        await opening;
        output.WriteLine($"after the holder's death: {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0.0} ms");
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 1);
        await Task.WhenAny(impatient);
        await Rows.Append(store.Central, "w", 4);
        Assert.DoesNotContain(2, await Rows.Numbers(store.Central, "w"));
    }

    [Requires(Need.Unix, "it stops a process")]
    public async Task A_write_that_waits_for_a_stopped_holder_goes_on_within_a_second_of_its_death()
    {
        await using Store store = await Store.Create(Store.Patience(30));
        await using WorkerProcess holder = await Hold(store.Central.Path);
        await Signals.Stop(holder.Pid);
        Task<long>[] writes = [.. Enumerable.Range(0, 5).Select(n => Rows.Append(store.Central, "w", n))];
        Assert.All(writes, write => Assert.False(write.IsCompleted));
        long start = Stopwatch.GetTimestamp();
        await holder.Kill();
        await Task.WhenAll(writes);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 1);
    }

    [Requires(Need.Unix, "it stops a process")]
    public async Task Opening_a_store_whose_gate_is_held_is_refused_in_time_naming_the_holder_and_works_after_its_death()
    {
        using TemporaryProject project = new();
        Directory.CreateDirectory(project.PathOf(".agentcraft"));
        await using WorkerProcess holder = await Hold(project.CentralFile);
        await Signals.Stop(holder.Pid);
        await using Databases databases = new(project.Root, Store.Patience(0.5), TimeProvider.System);
        for (int attempt = 0; attempt < 2; attempt++)
        {
            long start = Stopwatch.GetTimestamp();
            AgentCraftException busy = await Assert.ThrowsAsync<AgentCraftException>(() => databases.Central.Epoch());
            Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.4, 3);
            Assert.Equal(ErrorCodes.StoreBusy, busy.Code);
            Assert.Contains($"process {holder.Pid} ", busy.Message);
        }
        await holder.Kill();
        Assert.NotEmpty(await databases.Central.Epoch());
    }

    [Fact]
    public async Task Closing_does_not_wait_long_for_a_gate_that_another_holds()
    {
        await using Store store = await Store.Create(Store.Patience(0.5));
        Databases other = store.Again();
        await other.Central.Epoch();
        await other.Agent("one", "default").Epoch();
        await using WorkerProcess holder = await Hold(store.Central.Path);
        long start = Stopwatch.GetTimestamp();
        await other.DisposeAsync();
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 1.5);
    }

    [OnEveryEngine]
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public async Task A_process_that_writes_without_pause_does_not_starve_another(int millisecondsEach)
    {
        await using Store store = await Store.Create();
        await using WorkerProcess greedy = WorkerProcess.Start("append", store.Project.Root, "greedy", "told=", $"slow={millisecondsEach}");
        await greedy.Next("ready");
        greedy.Tell();
        await greedy.Next("ack");
        List<double> waits = [];
        for (int n = 0; n < Quantity.Of(100, 1000); n++)
        {
            long start = Stopwatch.GetTimestamp();
            await Rows.Append(store.Central, "modest", n);
            waits.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        waits.Sort();
        long theirs = (await Rows.Numbers(store.Central, "greedy")).Count;
        output.WriteLine($"beside a greedy process of {millisecondsEach} ms a write ({theirs} writes): p50 {waits[waits.Count / 2]:0.0} ms, p99 {waits[waits.Count * 99 / 100]:0.0} ms, slowest {waits[^1]:0.0} ms");
        Assert.InRange(waits[^1], 0, 2500);
        await greedy.Kill();
    }

    [OnEveryEngine]
    [Fact]
    public async Task Several_greedy_processes_all_get_their_turns()
    {
        await using Store store = await Store.Create();
        WorkerProcess[] greedy = [.. Enumerable.Range(0, 4).Select(w => WorkerProcess.Start("append", store.Project.Root, $"w{w}", "told="))];
        foreach (WorkerProcess worker in greedy)
            await worker.Next("ready");
        foreach (WorkerProcess worker in greedy)
            worker.Tell();
        await Eventually.Become(async () => await Rows.Count(store.Central) > Quantity.Of(2000, 8_000), TimeSpan.FromSeconds(120), "enough rows");
        foreach (WorkerProcess worker in greedy)
            await worker.DisposeAsync();
        long[] counts = [.. await Task.WhenAll(Enumerable.Range(0, 4).Select(async w => (long)(await Rows.Numbers(store.Central, $"w{w}")).Count))];
        output.WriteLine($"4 greedy processes: {string.Join(", ", counts)}");
        Assert.True(counts.Min() > counts.Sum() / 40, $"One was starved: {string.Join(", ", counts)}");
    }

    private static async Task<WorkerProcess> Hold(string file)
    {
        WorkerProcess holder = WorkerProcess.Start("hold-gate", file);
        await holder.Next("held");
        return holder;
    }
}
