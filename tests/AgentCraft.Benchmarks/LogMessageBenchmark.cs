using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>
/// One caller who waits for each answer: a message that is on disk when it is answered, beside a tool that does nothing, and beside that and
/// a raw commit together, below which nobody can be.
/// </summary>
internal static class LogMessageBenchmark
{
    private const double Limit = 1.3;

    public static async Task Run(Bench bench)
    {
        await using StdioServer product = await bench.Connect(bench.NewRoot(), "ann", "bob");
        // Nobody has registered in the other one: the tool's caller is unknown, so that not even a heartbeat is stored for it.
        await using StdioServer empty = bench.StartWithEmptyTool(bench.NewRoot());
        await empty.Initialize();
        using RawStore store = new(Path.Combine(bench.NewRoot(), "raw.db"));
        Sample post = new("log_message, FULL", "ms"), nothing = new("empty tool", "ms"), ping = new("ping", "ms"), raw = new("raw commit, FULL", "ms"), least = new("empty tool and raw commit", "ms");
        int warmUp = bench.Of(200, 1000), count = bench.Of(300, 3000);
        for (int i = -warmUp; i < count; i++)
        {
            (double posted, double answered, double pinged, double committed) = (await Load.Call(product, "log_message", Load.Message),
                await Load.Call(empty, EmptyTools.Name, Load.Nothing), await Load.Ping(product), store.Commit());
            if (i < 0)
                continue;
            post.Add(posted);
            nothing.Add(answered);
            ping.Add(pinged);
            raw.Add(committed);
            least.Add(answered + committed);
        }
        foreach (Sample sample in new[] { ping, nothing, raw, least })
            bench.Report.Add(sample);
        bench.Report.Add(post, nothing);
        bench.Report.Add(post, least);
        bench.Report.AtMost($"log_message at most {Limit:0.0} times an empty tool, p50", post.Median / nothing.Median, Limit);
    }
}
