using System.Diagnostics;
using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>From the start of the process to its first answers, and what it holds in memory then; beside the peer, start by start.</summary>
internal static class StartBenchmark
{
    private const double InitializeLimit = 0.6, FirstToolLimit = 0.8, MemoryLimitMegabytes = 60;
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(300);

    public static async Task Run(Bench bench)
    {
        Starts ours = new("agentcraft"), peer = new("server-memory");
        for (int i = 0; i <= bench.Of(5, 25); i++)
        {
            bool warmUp = i == 0;
            string root = bench.NewRoot();
            await Measure(() => bench.StartProduct(root), "start_session", new { agent = "starter" }, warmUp ? new("") : ours);
            if (bench.PeerScript is not null)
                await Measure(() => bench.StartPeer(bench.NewRoot()), "read_graph", new { }, warmUp ? new("") : peer);
        }
        Show(bench.Report, ours, bench.PeerScript is null ? null : peer);
    }

    private static async Task Measure(Func<StdioServer> start, string tool, object arguments, Starts into)
    {
        long begin = Stopwatch.GetTimestamp();
        await using StdioServer server = start();
        StartedRequest initialize = await server.StartRequest("initialize",
            new { protocolVersion = "2025-11-25", capabilities = new { }, clientInfo = new { name = "benchmark", version = "1" } });
        await initialize.Result();
        await server.Notify("notifications/initialized");
        ToolAnswer answer = (await server.Call(tool, arguments)).Succeeded();
        into.Initialize.Add(Stopwatch.GetElapsedTime(begin, initialize.ReceivedAt).TotalMilliseconds);
        into.FirstTool.Add(Stopwatch.GetElapsedTime(begin, answer.ReceivedAt).TotalMilliseconds);
        await Task.Delay(Settling);
        into.Memory.Add(Programs.ResidentMegabytes(server.Pid));
        into.Private.Add(Programs.OwnMegabytes(server.Pid).Private);
    }

    private static void Show(Report report, Starts ours, Starts? peer)
    {
        foreach (Func<Starts, Sample> part in new Func<Starts, Sample>[] { s => s.Initialize, s => s.FirstTool, s => s.Memory, s => s.Private })
        {
            if (peer is not null)
                report.Add(part(peer));
            report.Add(part(ours), peer is null ? null : part(peer));
        }
        report.AtMost($"start to the initialize answer at most {InitializeLimit} of server-memory's", ours.Initialize.Median / peer?.Initialize.Median, InitializeLimit);
        report.AtMost($"start to the first tool answer at most {FirstToolLimit} of server-memory's", ours.FirstTool.Median / peer?.FirstTool.Median, FirstToolLimit);
        report.AtMost($"resident memory of an idle stdio server at most {MemoryLimitMegabytes} MB", ours.Memory.Median, MemoryLimitMegabytes);
    }

    private sealed record Starts(string Name)
    {
        public Sample Initialize { get; } = new($"{Name}: start to initialize", "ms");
        public Sample FirstTool { get; } = new($"{Name}: start to first tool answer", "ms");
        public Sample Memory { get; } = new($"{Name}: resident memory, idle", "MB");
        public Sample Private { get; } = new($"{Name}: of it its own alone, idle", "MB");
    }
}
