using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>
/// Servers whose clients have gone without a word: what they cost the one that works, once their start is over. Then the same with half of
/// them in a wait, which ends by itself after five minutes. They are started anew for each round, and alone and beside take turns.
/// </summary>
internal static class AbandonedBenchmark
{
    private const double Limit = 0.1;
    private const int AtOnce = 4, WaitSeconds = 300;

    public static async Task Run(Bench bench)
    {
        string root = bench.NewRoot();
        await using StdioServer product = await bench.Connect(root, "ann", "bob");
        int servers = bench.Of(12, 50), turns = bench.Of(2, 6);
        Sample alone = new("log_message, 1 caller", "calls/s"), beside = new($"the same beside {servers} abandoned servers", "calls/s"),
            waiting = new($"the same while {servers / 2} of them wait", "calls/s");
        await Measure(bench, product, new("", ""), turns);
        for (int round = 0; round < bench.Of(1, 3); round++)
        {
            await Measure(bench, product, alone, turns);
            StdioServer[] abandoned = await Abandon(bench, root, servers);
            await Settle(bench, product);
            await Measure(bench, product, beside, turns);
            foreach ((int i, StdioServer server) in abandoned.Index().Where(pair => pair.Index % 2 == 0))
                await server.StartCall("wait_for_messages", new { agent = $"gone-{i}", timeoutSeconds = WaitSeconds });
            await Settle(bench, product);
            await Measure(bench, product, waiting, turns);
            await Task.WhenAll(abandoned.Select(server => server.DisposeAsync().AsTask()));
            await Settle(bench, product);
        }
        bench.Report.Add(alone);
        bench.Report.Add(beside, alone);
        bench.Report.Add(waiting, alone);
        bench.Report.AtMost($"{servers} abandoned servers cost at most {Limit:0.0} of the throughput", 1 - (beside.Median / alone.Median), Limit);
    }

    /// <summary>What a server does once, some seconds after its start, is no cost of leaving it alone.</summary>
    private static Task Settle(Bench bench, StdioServer product) => Measure(bench, product, new("", ""), bench.Of(2, 12));

    private static async Task Measure(Bench bench, StdioServer product, Sample into, int turns)
    {
        for (int i = 0; i < turns; i++)
            into.Add(await Load.Rate(product, "log_message", Load.Message, callers: 1, TimeSpan.FromSeconds(bench.Of(0.5, 1.0))));
    }

    private static async Task<StdioServer[]> Abandon(Bench bench, string root, int servers)
    {
        List<StdioServer> abandoned = [];
        foreach (int[] some in Enumerable.Range(0, servers).Chunk(AtOnce))
            abandoned.AddRange(await Task.WhenAll(some.Select(i => bench.Connect(root, $"gone-{i}"))));
        return [.. abandoned];
    }
}
