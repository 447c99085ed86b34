using System.Diagnostics;
using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>Servers of one project that were started, said hello to and then left alone: what all of them take together.</summary>
internal static class IdleBenchmark
{
    private const double LimitMegabytes = 2000;

    public static async Task Run(Bench bench)
    {
        int servers = bench.Of(4, 50);
        string root = bench.NewRoot();
        await using Fleet fleet = await Fleet.Start(servers, i => bench.Connect(root, $"agent-{i}"));
        Sample resident = new($"resident memory of each of {servers} idle servers", "MB"), proportional = new("of it their own and their part of what they share", "MB"),
            own = new("of it their own alone", "MB"), processor = new($"processor, {servers} idle servers together", "%");
        // What a server does once, some seconds after its start, is over then.
        await Task.Delay(TimeSpan.FromSeconds(bench.Of(0.5, 12)));
        foreach (StdioServer server in fleet.Members)
        {
            resident.Add(Programs.ResidentMegabytes(server.Pid));
            (double part, double alone) = Programs.OwnMegabytes(server.Pid);
            proportional.Add(part);
            own.Add(alone);
        }
        (double before, long begin) = (fleet.Members.Sum(server => Programs.ProcessorSeconds(server.Pid)), Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(bench.Of(0.5, 15)));
        processor.Add(100 * (fleet.Members.Sum(server => Programs.ProcessorSeconds(server.Pid)) - before) / Stopwatch.GetElapsedTime(begin).TotalSeconds);
        foreach (Sample sample in new[] { resident, proportional, own, processor })
            bench.Report.Add(sample);
        bench.Report.AtMost($"{servers} idle servers together at most {LimitMegabytes / 1000} GB, in MB", proportional.Sum, LimitMegabytes);
    }
}
