using System.Diagnostics;
using AgentCraft.Data.Storage;

namespace AgentCraft.Worker;

/// <summary>The two sides of a wake-up, each in a process of its own; times are ticks of the machine's one monotonic clock.</summary>
internal static class Signal
{
    public static async Task<int> Wait(string root, string name)
    {
        using ChangeSignal signals = new(new SentinelFiles(Path.Combine(root, ".agentcraft", "signals")), TimeProvider.System);
        using ChangeSignal.Listener listener = signals.Listen(name);
        using CancellationTokenSource end = new();
        _ = Say.Ended().ContinueWith(_ => end.Cancel(), TaskScheduler.Default);
        Say.Line("ready");
        try
        {
            while (true)
            {
                await listener.Wait(TimeSpan.FromMinutes(10), end.Token);
                Say.Line($"woken {Stopwatch.GetTimestamp()}");
            }
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
    }

    public static Task<int> Pulse(string root, string name)
    {
        using ChangeSignal signals = new(new SentinelFiles(Path.Combine(root, ".agentcraft", "signals")), TimeProvider.System);
        while (Say.ReadyAndTold())
        {
            long before = Stopwatch.GetTimestamp();
            signals.Pulse([name]);
            Say.Line($"pulsed {before}");
        }
        return Task.FromResult(0);
    }
}
