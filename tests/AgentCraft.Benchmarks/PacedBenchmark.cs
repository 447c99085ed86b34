using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>Many processes that write to one file at a pace, as agents at work do, and never wait for each other's answers; beside raw programs at the same pace.</summary>
internal static class PacedBenchmark
{
    private const double TailLimit = 40, SlowestLimit = 150;
    private const int EachSecond = 20;

    public static async Task Run(Bench bench)
    {
        int processes = bench.Of(4, 32), count = bench.Of(EachSecond, EachSecond * 10);
        string what = $"{processes} processes × {EachSecond} a second";
        Sample raw = new($"raw commit, {what}", "ms"), post = new($"log_message, {what}", "ms");
        string file = Path.Combine(bench.NewRoot(), "raw.db"), root = bench.NewRoot();
        await using Fleet programs = await Fleet.StartRaw(bench, processes, _ => file);
        await using Fleet servers = await Fleet.Start(processes, i => bench.Connect(root, $"agent-{i}"));
        List<Outcome> outcomes = [];
        for (int round = -1; round < bench.Of(1, 2); round++)
        {
            double[][] commits = await Task.WhenAll(programs.Members.Select((member, i) => Fleet.Tell(member, Paced(count, new(EachSecond, i, processes)))));
            Outcome[][] posts = await Task.WhenAll(servers.Members.Select((member, i) => Task.Run(() => Post(member, i, processes, count))));
            if (round < 0)
                continue;
            raw.AddAll(commits.SelectMany(times => times));
            outcomes.AddRange(posts.SelectMany(each => each));
        }
        post.AddAll(outcomes.Where(outcome => outcome.Refused is null).Select(outcome => outcome.Milliseconds));
        Show(bench.Report, raw, post, what);
        bench.Report.NoneRefused(what, outcomes);
    }

    private static string Paced(int count, Pace pace) => FormattableString.Invariant($"paced {count} {pace.Interval} {pace.Phase}");

    private static async Task<Outcome[]> Post(StdioServer server, int process, int processes, int count)
    {
        Pace pace = new(EachSecond, process, processes);
        List<Task<Outcome>> calls = [];
        for (int i = 0; i < count; i++)
        {
            await pace.Next();
            calls.Add(Load.Try(server, "log_message", Load.MessageOf($"agent-{process}", $"agent-{(process + 1) % processes}")));
        }
        return await Task.WhenAll(calls);
    }

    private static void Show(Report report, Sample raw, Sample post, string what)
    {
        report.Add(raw);
        report.Add(post, raw);
        report.Note($"{what}: the slowest raw commit took {Report.Number(raw.Max)} ms, the slowest log_message {Report.Number(post.Max)} ms");
        report.AtMost($"{what}: p99 at most {TailLimit} ms", post.Percentile(99), TailLimit);
        report.AtMost($"{what}: the slowest at most {SlowestLimit} ms", post.Max, SlowestLimit);
    }
}
