using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>Many callers at once in one server: what committing together brings, beside one commit a call, raw and ours, and beside an empty tool.</summary>
internal static class PipelinedBenchmark
{
    private const double EmptyLimit = 0.8, OneLimit = 3;
    private const int Callers = 64;

    public static async Task Run(Bench bench)
    {
        string file = Path.Combine(bench.NewRoot(), "raw.db");
        await using Fleet programs = await Fleet.StartRaw(bench, 1, _ => file);
        await using StdioServer product = await bench.Connect(bench.NewRoot(), "ann", "bob"), empty = bench.StartWithEmptyTool(bench.NewRoot());
        await empty.Initialize();
        Sample raw = new("raw program, one commit a call", "calls/s"), one = new("log_message, 1 caller", "calls/s");
        Sample together = new($"log_message, {Callers} callers", "calls/s"), nothing = new($"empty tool, {Callers} callers", "calls/s");
        ProcessorUse use = new(("server", () => [product.Pid]), ProcessorUse.Driver), useOfEmpty = new(("server", () => [empty.Pid]), ProcessorUse.Driver);
        TimeSpan turn = TimeSpan.FromSeconds(bench.Of(0.5, 1.5));
        for (int i = -1; i < bench.Of(3, 10); i++)
        {
            double[] rates =
            [
                (await Fleet.Tell(programs.Members[0], $"for {turn.TotalMilliseconds}")).Length / turn.TotalSeconds,
                await Load.Rate(product, "log_message", Load.Message, 1, turn),
                await use.During(() => Load.Rate(product, "log_message", Load.Message, Callers, turn)),
                await useOfEmpty.During(() => Load.Rate(empty, EmptyTools.Name, Load.Nothing, Callers, turn)),
            ];
            if (i < 0)
                continue;
            foreach ((Sample sample, double rate) in new[] { raw, one, together, nothing }.Zip(rates))
                sample.Add(rate);
        }
        bench.Report.Add(raw);
        bench.Report.Add(one, raw);
        bench.Report.Add(nothing);
        bench.Report.Add(together, nothing);
        bench.Report.Note($"log_message, {Callers} callers: {use}");
        bench.Report.Note($"empty tool, {Callers} callers: {useOfEmpty}");
        bench.Report.AtLeast($"{Callers} callers at least {EmptyLimit} of the empty tool's throughput", together.Median / nothing.Median, EmptyLimit);
        bench.Report.AtLeast($"{Callers} callers at least {OneLimit} times a raw program's one commit a call", together.Median / raw.Median, OneLimit);
        bench.Report.AtLeast($"{Callers} callers at least {OneLimit} times one caller", together.Median / one.Median, OneLimit);
    }
}
