using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>One caller who waits for each answer: a message that is on disk when it is answered, beside a tool that does nothing.</summary>
internal static class LogMessageBenchmark
{
    private const double Limit = 1.3;

    public static async Task Run(Bench bench)
    {
        await using StdioServer product = await bench.Connect(bench.NewRoot(), "ann", "bob");
        // Nobody has registered in the other one: the tool's caller is unknown, so that not even a heartbeat is stored for it.
        await using StdioServer empty = bench.StartWithEmptyTool(bench.NewRoot());
        await empty.Initialize();
        Sample post = new("log_message, FULL", "ms"), nothing = new("empty tool", "ms"), ping = new("ping", "ms");
        int warmUp = bench.Of(200, 1000), count = bench.Of(300, 3000);
        for (int i = -warmUp; i < count; i++)
        {
            (double posted, double answered, double pinged) = (await Load.Call(product, "log_message", Load.Message),
                await Load.Call(empty, EmptyTools.Name, Load.Nothing), await Load.Ping(product));
            if (i < 0)
                continue;
            post.Add(posted);
            nothing.Add(answered);
            ping.Add(pinged);
        }
        bench.Report.Add(nothing);
        bench.Report.Add(ping);
        bench.Report.Add(post, nothing);
        bench.Report.AtMost($"log_message at most {Limit:0.0} times an empty tool, p50", post.Median / nothing.Median, Limit);
    }
}
