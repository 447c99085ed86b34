using System.Diagnostics;
using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>How long after a post is answered in one process a wait in another is, and what waiting costs meanwhile.</summary>
internal static class WaitBenchmark
{
    private const double MedianLimitMilliseconds = 2;
    private const double TailLimitMilliseconds = 10;
    private const double IdleLimitPercent = 0.3;
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(20);

    public static async Task Run(Bench bench)
    {
        string root = bench.NewRoot();
        await using StdioServer writer = await bench.Connect(root, "ann");
        await using StdioServer waiter = await bench.Connect(root, "bob");
        Sample ping = new("ping of the waiting process", "ms");
        Sample atOnce = new("post's answer to wait's answer, no pause", "ms");
        Sample withGaps = new($"post's answer to wait's answer, {Gap.TotalMilliseconds} ms pauses", "ms");
        await Measure(writer, waiter, bench.Of(50, 200), TimeSpan.Zero, new("", ""), new("", ""));
        await Measure(writer, waiter, bench.Of(200, 1500), TimeSpan.Zero, atOnce, ping);
        await Measure(writer, waiter, bench.Of(100, 1000), Gap, withGaps, ping);
        bench.Report.Add(ping);
        foreach (Sample sample in new[] { atOnce, withGaps })
        {
            bench.Report.Add(sample, ping);
            bench.Report.AtMost($"{sample.Name}, p50 at most {MedianLimitMilliseconds} ms", sample.Median, MedianLimitMilliseconds);
            bench.Report.AtMost($"{sample.Name}, p99 at most {TailLimitMilliseconds} ms", sample.Percentile(99), TailLimitMilliseconds);
        }
        await MeasureIdle(bench, waiter);
    }

    public static async Task Measure(StdioServer writer, StdioServer waiter, int count, TimeSpan pause, Sample delay, Sample ping)
    {
        string cursor = (await waiter.Call("read_inbox", new { agent = "bob", limit = 1 })).GetText("cursor");
        // The inbox is left as it is: a wait begins where the last one ended, not at the oldest message.
        while ((await waiter.Call("wait_for_messages", new { agent = "bob", cursor, timeoutSeconds = 0 })) is var rest && rest.GetText("cursor") != cursor)
            cursor = rest.GetText("cursor");
        for (int i = 0; i < count; i++)
        {
            ping.Add(await Load.Ping(waiter));
            StartedRequest wait = await waiter.StartCall("wait_for_messages", new { agent = "bob", cursor, timeoutSeconds = 20 });
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause);
            ToolAnswer post = (await writer.Call("log_message", Load.Message)).Succeeded();
            ToolAnswer mail = new("wait_for_messages", await wait.Result());
            if (mail.At("messages").GetArrayLength() != 1)
                throw new UnexpectedAnswerException($"One message was to come: {mail.Result.GetRawText()}");
            cursor = mail.GetText("cursor");
            // A wait that was answered before the post has lost no time.
            delay.Add(Math.Max(0, Signed(post.ReceivedAt, wait.ReceivedAt)));
        }
    }

    private static async Task MeasureIdle(Bench bench, StdioServer waiter)
    {
        await using StdioServer idle = await bench.Connect(bench.NewRoot(), "cat");
        await using StdioServer waiting = await bench.Connect(bench.NewRoot(), "dan");
        StartedRequest wait = await waiting.StartCall("wait_for_messages", new { agent = "dan", timeoutSeconds = 300 });
        // What has run 30 times is compiled again, and a wait that looks once a second gets there in its second minute: a price of the
        // start, not of waiting.
        await Task.Delay(TimeSpan.FromSeconds(bench.Of(2, 100)));
        Sample idleShare = new("processor, idle process", "%"), waitingShare = new("processor, idle waiting process", "%");
        TimeSpan span = TimeSpan.FromSeconds(bench.Of(5, 30));
        (double idleBefore, double waitingBefore, long begin) = (Programs.ProcessorSeconds(idle.Pid), Programs.ProcessorSeconds(waiting.Pid), Stopwatch.GetTimestamp());
        await Task.Delay(span);
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        idleShare.Add(100 * (Programs.ProcessorSeconds(idle.Pid) - idleBefore) / seconds);
        waitingShare.Add(100 * (Programs.ProcessorSeconds(waiting.Pid) - waitingBefore) / seconds);
        if (wait.IsCompleted)
            bench.Report.Note("the idle wait was over too early");
        bench.Report.Add(idleShare);
        bench.Report.Add(waitingShare);
        bench.Report.AtMost($"an idle waiting process at most {IdleLimitPercent} % of a core", waitingShare.Median, IdleLimitPercent);
    }

    private static double Signed(long from, long to) => (to - from) * 1000.0 / Stopwatch.Frequency;
}
