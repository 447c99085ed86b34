using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>Many callers at once in one server: what committing together brings, beside one commit a call and beside an empty tool.</summary>
internal static class PipelinedBenchmark
{
    private const int Callers = 64;

    public static async Task Run(Bench bench)
    {
        await using StdioServer product = await bench.Connect(bench.NewRoot(), "ann", "bob");
        await using StdioServer empty = bench.StartWithEmptyTool(bench.NewRoot());
        await empty.Initialize();
        Sample together = new($"log_message, {Callers} callers", "calls/s"), one = new("log_message, 1 caller", "calls/s");
        Sample nothing = new($"empty tool, {Callers} callers", "calls/s");
        TimeSpan turn = TimeSpan.FromSeconds(bench.Of(0.5, 1.5));
        for (int i = -1; i < bench.Of(3, 10); i++)
        {
            (double a, double b, double c) = (await Load.Rate(product, "log_message", Load.Message, Callers, turn),
                await Load.Rate(empty, EmptyTools.Name, Load.Nothing, Callers, turn), await Load.Rate(product, "log_message", Load.Message, 1, turn));
            if (i < 0)
                continue;
            together.Add(a);
            nothing.Add(b);
            one.Add(c);
        }
        bench.Report.Add(one);
        bench.Report.Add(nothing);
        bench.Report.Add(together, one);
        bench.Report.Add(together, nothing);
    }
}
