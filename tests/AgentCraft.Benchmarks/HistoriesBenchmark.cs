using System.Diagnostics;
using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>What it brings that each agent has a file of its own: processes that write history to their own agent's, beside the same processes on one agent's; and raw programs likewise.</summary>
internal static class HistoriesBenchmark
{
    private const double Limit = 3.5;

    public static async Task Run(Bench bench)
    {
        int agents = bench.Of(4, 32);
        string root = bench.NewRoot(), files = bench.NewRoot();
        await using Fleet servers = await Fleet.Start(agents, i => Begin(bench, root, i));
        await using Fleet rawOwn = await Fleet.StartRaw(bench, agents, i => Path.Combine(files, $"{i}.db")), rawOne = await Fleet.StartRaw(bench, agents, _ => Path.Combine(files, "one.db"));
        Sample own = new($"append_history, {agents} processes, a file each", "calls/s"), one = new($"append_history, {agents} processes, one file", "calls/s");
        Sample bareOwn = new($"raw commits, {agents} processes, a file each", "commits/s"), bareOne = new($"raw commits, {agents} processes, one file", "commits/s");
        TimeSpan turn = TimeSpan.FromSeconds(bench.Of(0.5, 2.0));
        for (int i = -1; i < bench.Of(1, 6); i++)
        {
            double[] rates = [await Rate(servers, turn, n => n), await Rate(servers, turn, _ => 0), await RawRate(rawOwn, turn), await RawRate(rawOne, turn)];
            if (i < 0)
                continue;
            foreach ((Sample sample, double rate) in new[] { own, one, bareOwn, bareOne }.Zip(rates))
                sample.Add(rate);
        }
        bench.Report.Add(bareOne);
        bench.Report.Add(bareOwn, bareOne);
        bench.Report.Add(one, bareOne);
        bench.Report.Add(own, one);
        bench.Report.Add(own, bareOwn);
        bench.Report.AtLeast($"{agents} agents writing to their own files at least {Limit} times the same load on one file", own.Median / one.Median, Limit);
    }

    /// <summary>With its file: making all of them at once is no part of this.</summary>
    private static async Task<StdioServer> Begin(Bench bench, string root, int agent)
    {
        StdioServer server = await bench.ConnectWithAllTools(root, $"agent-{agent}");
        await Load.Call(server, "append_history", Entry(agent));
        return server;
    }

    private static object Entry(int agent) => new { agent = $"agent-{agent}", role = "assistant", content = Load.Content };

    private static async Task<double> Rate(Fleet servers, TimeSpan duration, Func<int, int> agent)
    {
        double[] rates = await Task.WhenAll(servers.Members.Select((server, i) => Task.Run(() =>
            Load.Rate(server, "append_history", Entry(agent(i)), callers: 1, duration))));
        return rates.Sum();
    }

    private static async Task<double> RawRate(Fleet programs, TimeSpan duration)
    {
        double[][] times = await Task.WhenAll(programs.Members.Select(member => Fleet.Tell(member, $"for {duration.TotalMilliseconds}")));
        return times.Sum(one => one.Length) / duration.TotalSeconds;
    }
}
