using System.Diagnostics;
using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>Many processes that write to one file as fast as they can: who waits for how long, and whether all get their share; beside raw programs.</summary>
internal static class SaturatedBenchmark
{
    private const double SlowestLimit = 500, ShareLimit = 0.5;

    public static async Task Run(Bench bench)
    {
        int processes = bench.Of(4, 32);
        TimeSpan duration = TimeSpan.FromSeconds(bench.Of(1, 20));
        string what = $"{processes} processes for {duration.TotalSeconds} s";
        string file = Path.Combine(bench.NewRoot(), "raw.db"), root = bench.NewRoot();
        await using Fleet programs = await Fleet.StartRaw(bench, processes, _ => file);
        await using Fleet servers = await Fleet.Start(processes, i => bench.Connect(root, $"agent-{i}"));
        await Task.WhenAll(servers.Members.Select((member, i) => Task.Run(() => Write(member, i, processes, duration / 10))));
        double[][] commits = await Task.WhenAll(programs.Members.Select(member => Fleet.Tell(member, $"for {duration.TotalMilliseconds}")));
        Outcome[][] posts = await Task.WhenAll(servers.Members.Select((member, i) => Task.Run(() => Write(member, i, processes, duration))));
        Written raw = new("raw commit", what, commits, duration);
        Written ours = new("log_message", what, [.. posts.Select(one => one.Where(outcome => outcome.Refused is null).Select(outcome => outcome.Milliseconds).ToArray())], duration);
        raw.AddTo(bench.Report, null);
        ours.AddTo(bench.Report, raw);
        bench.Report.NoneRefused(what, posts.SelectMany(one => one));
        bench.Report.AtMost($"{what}: the slowest wait at most {SlowestLimit} ms", ours.Times.Max, SlowestLimit);
        bench.Report.AtLeast($"{what}: the slowest process at least {ShareLimit} of the fastest one's rows", ours.Rows.Min / ours.Rows.Max, ShareLimit);
    }

    private static async Task<Outcome[]> Write(StdioServer server, int process, int processes, TimeSpan duration)
    {
        List<Outcome> outcomes = [];
        object message = Load.MessageOf($"agent-{process}", $"agent-{(process + 1) % processes}");
        for (long begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin) < duration;)
            outcomes.Add(await Load.Try(server, "log_message", message));
        return [.. outcomes];
    }

    private sealed record Written
    {
        public Written(string name, string what, double[][] times, TimeSpan duration)
        {
            (Times, Rows, Rate) = (new($"{name}, {what}", "ms"), new($"{name}, rows of a process", "rows"), new($"{name}, together", "rows/s"));
            Times.AddAll(times.SelectMany(one => one));
            Rows.AddAll(times.Select(one => (double)one.Length));
            Rate.Add(Times.Count / duration.TotalSeconds);
        }

        public Sample Times { get; }
        public Sample Rows { get; }
        public Sample Rate { get; }

        public void AddTo(Report report, Written? raw)
        {
            report.Add(Times, raw?.Times);
            report.Add(Rows, raw?.Rows);
            report.Add(Rate, raw?.Rate);
            report.Note($"{Times.Name}: the slowest took {Report.Number(Times.Max)} ms");
        }
    }
}
