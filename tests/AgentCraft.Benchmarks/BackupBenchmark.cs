using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>A central file of a gigabyte is backed up by one server while others write to it at a pace: how long that takes, and how long the slowest write had to wait.</summary>
internal static class BackupBenchmark
{
    private const double SlowestWriteMilliseconds = 100;
    private const int Writers = 8, ContentBytes = 1800, EachSecond = 50;

    public static async Task Run(Bench bench)
    {
        string root = await new GrownStore(bench, bench.Of(20_000, 480_000)).GetHeavy(ContentBytes);
        await using Fleet writers = await Fleet.Start(Writers, i => bench.Connect(root, $"writer-{i}"));
        await using StdioServer keeper = await bench.ConnectWithAllTools(root, "keeper");
        keeper.Limit = TimeSpan.FromMinutes(2);
        Sample alone = new($"log_message, {Writers} processes × {EachSecond} a second", "ms"), beside = new("the same while a backup is made", "ms"),
            slowest = new("the slowest of them, of each backup", "ms"), took = new("create_backup", "ms");
        await Write(writers, new("", ""), Task.Delay(bench.Of(500, 2000)));
        await Write(writers, alone, Task.Delay(bench.Of(500, 5000)));
        for (int round = 0; round < bench.Of(1, 5); round++)
        {
            Sample writes = new("", "ms");
            StartedRequest backup = await keeper.StartCall("create_backup", new { agent = "keeper" });
            Task<System.Text.Json.JsonElement> answer = backup.Result();
            await Write(writers, writes, answer);
            new ToolAnswer("create_backup", await answer).Succeeded();
            took.Add(Load.Milliseconds(backup));
            beside.AddAll(writes);
            slowest.Add(writes.Max);
        }
        foreach ((Sample sample, Sample? reference) in new[] { (alone, null), (beside, alone), (slowest, null), (took, (Sample?)null) })
            bench.Report.Add(sample, reference);
        double megabytes = new FileInfo(Path.Combine(root, ".agentcraft", "session.db")).Length / 1e6;
        bench.Report.Note($"the central file that was backed up had {megabytes:0} MB");
        bench.Report.AtMost($"no write waits over {SlowestWriteMilliseconds} ms while {(bench.Report.Quick ? "a small file" : "1 GB")} is backed up", slowest.Max, SlowestWriteMilliseconds);
    }

    private static async Task Write(Fleet writers, Sample times, Task until)
    {
        double[][] all = await Task.WhenAll(writers.Members.Select((server, i) => Task.Run(async () =>
        {
            Pace pace = new(EachSecond, i, Writers);
            List<Task<double>> calls = [];
            while (!until.IsCompleted)
            {
                await pace.Next();
                calls.Add(Load.Call(server, "log_message", Load.MessageOf($"writer-{i}", $"writer-{(i + 1) % Writers}")));
            }
            return await Task.WhenAll(calls);
        })));
        times.AddAll(all.SelectMany(mine => mine));
    }
}
