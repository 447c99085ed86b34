using System.Diagnostics;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using Xunit.Abstractions;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>
/// Waking through sentinel files, which only SQLite's stores need; what holds on both engines is in <see cref="WakingTests"/>, what
/// PostgreSQL does instead in PostgresPulseTests.
/// </summary>
public sealed class ChangeSignalTests(ITestOutputHelper output) : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly TemporaryProject _project = new();

    private string Folder => _project.PathOf(".agentcraft", "signals");

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_pulse_reaches_every_listener_of_the_name_in_this_process_and_no_other()
    {
        using ChangeSignal signals = Create();
        using ChangeSignal.Listener one = signals.Listen("Reviewer"), two = signals.Listen("reviewer"), other = signals.Listen("other");
        signals.Pulse(["REVIEWER"]);
        await Woken(one);
        await Woken(two);
        Assert.False(await IsWoken(other));
    }

    [Fact]
    public async Task A_signal_between_taking_and_reading_is_not_lost()
    {
        using ChangeSignal signals = Create();
        using ChangeSignal.Listener listener = signals.Listen("one");
        signals.Pulse(["one"]);
        signals.Pulse(["one"]);
        await Woken(listener);
        // Both came before the wait ended, and whoever looks now sees what both announced.
        await DrainOwnSentinel(listener);
        Assert.False(await IsWoken(listener));
        signals.Pulse(["one"]);
        await Woken(listener);
    }

    [Fact]
    public async Task Waiting_ends_after_its_time_and_at_once_when_cancelled()
    {
        using ChangeSignal signals = Create();
        using ChangeSignal.Listener listener = signals.Listen("one");
        long start = Stopwatch.GetTimestamp();
        await listener.Wait(TimeSpan.FromMilliseconds(50), CancellationToken.None);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 40, 5000);
        using CancellationTokenSource cancelled = new();
        Task waiting = listener.Wait(Long, cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting).WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_pulse_wakes_a_listener_in_another_process_within_milliseconds()
    {
        await using WorkerProcess waiter = WorkerProcess.Start("wait", _project.Root, "one");
        await waiter.Next("ready");
        using ChangeSignal signals = Create();
        List<double> milliseconds = [];
        for (int i = 0; i < Quantity.Of(50, 500); i++)
        {
            long before = Stopwatch.GetTimestamp();
            signals.Pulse(["one"]);
            milliseconds.Add(Stopwatch.GetElapsedTime(before, long.Parse((await waiter.Next("woken"))[0])).TotalMilliseconds);
        }
        milliseconds.Sort();
        output.WriteLine($"woken after p50 {milliseconds[milliseconds.Count / 2]:0.00} ms, p99 {milliseconds[milliseconds.Count * 99 / 100]:0.00} ms, slowest {milliseconds[^1]:0.00} ms");
        // Fewer wake-ups than a re-check would give: it was the sentinel.
        Assert.True(milliseconds[milliseconds.Count / 2] < 100);
    }

    [Fact]
    public async Task A_pulse_in_another_process_wakes_a_listener_here()
    {
        using ChangeSignal signals = Create();
        using ChangeSignal.Listener listener = signals.Listen("one");
        await using WorkerProcess pulser = WorkerProcess.Start("pulse", _project.Root, "one");
        for (int i = 0; i < 5; i++)
        {
            await pulser.Next("ready");
            pulser.Tell();
            await Woken(listener);
            await pulser.Next("pulsed");
        }
    }

    [Fact]
    public async Task More_than_four_names_are_watched_together_and_each_is_still_woken_from_another_process()
    {
        using ChangeSignal signals = Create();
        ChangeSignal.Listener[] listeners = [.. Enumerable.Range(0, 7).Select(n => signals.Listen($"Name-{n}"))];
        foreach (int n in new[] { 0, 3, 4, 6 })
            await PulsedFromOutside(listeners[n], $"Name-{n}");
        foreach (ChangeSignal.Listener listener in listeners)
            listener.Dispose();
        using ChangeSignal.Listener again = signals.Listen("again");
        await PulsedFromOutside(again, "again");
    }

    [Requires(Need.Linux, "it counts inotify instances in /proc")]
    public void Watchers_are_few_while_somebody_listens_and_none_after()
    {
        using ChangeSignal signals = Create();
        int before = Watchers();
        ChangeSignal.Listener[] listeners = [.. Enumerable.Range(0, 40).Select(n => signals.Listen($"name-{n}"))];
        Assert.InRange(Watchers() - before, 0, 5);
        foreach (ChangeSignal.Listener listener in listeners)
        {
            listener.Dispose();
            listener.Dispose();
        }
        Assert.InRange(Watchers() - before, int.MinValue, 1);
    }

    [Fact]
    public void Pulsing_a_name_that_nobody_ever_listened_for_makes_no_file_and_costs_next_to_nothing()
    {
        using ChangeSignal signals = Create();
        signals.Pulse(["warm-up"]);
        const int pulses = 2000;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < pulses; i++)
            signals.Pulse(["nobody"]);
        double microseconds = Stopwatch.GetElapsedTime(start).TotalMicroseconds / pulses;
        output.WriteLine($"a pulse that nobody listens for: {microseconds:0.0} µs");
        Assert.Empty(Directory.GetFileSystemEntries(_project.Root));
        Assert.InRange(microseconds, 0, 500);
    }

    [Fact]
    public async Task Without_a_watcher_listeners_are_still_woken_here_and_can_still_look_again()
    {
        // A file where the directory belongs: nothing can be made or watched there.
        Directory.CreateDirectory(_project.PathOf(".agentcraft"));
        File.WriteAllText(Folder, "");
        using ChangeSignal signals = Create();
        ChangeSignal.Listener[] listeners = [.. Enumerable.Range(0, 6).Select(n => signals.Listen($"name-{n}"))];
        signals.Pulse(["name-5"]);
        await Woken(listeners[5]);
        Assert.False(await IsWoken(listeners[0]));
        foreach (ChangeSignal.Listener listener in listeners)
            listener.Dispose();
    }

    [Fact]
    public void The_signals_directory_is_its_owners_only_like_the_store_beside_it()
    {
        using ChangeSignal signals = Create();
        using ChangeSignal.Listener listener = signals.Listen("one");
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_project.PathOf(".agentcraft")));
    }

    [Fact]
    public async Task Disposing_while_somebody_waits_harms_nobody()
    {
        ChangeSignal signals = Create();
        ChangeSignal.Listener listener = signals.Listen("one");
        Task waiting = listener.Wait(TimeSpan.FromMilliseconds(300), CancellationToken.None);
        signals.Dispose();
        signals.Dispose();
        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
        signals.Pulse(["one"]);
        await Woken(listener);
        listener.Dispose();
        listener.Dispose();
    }

    [Fact]
    public async Task Listening_leaving_and_pulsing_at_once_neither_hangs_nor_throws()
    {
        using ChangeSignal signals = Create();
        using CancellationTokenSource end = new(Quantity.Of(1500, 8000));
        int woken = 0;
        await Task.WhenAll(Enumerable.Range(0, 12).Select(n => Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
                if (n % 2 == 0)
                {
                    signals.Pulse([$"name-{n / 2}"]);
                    await Task.Yield();
                }
                else
                {
                    using ChangeSignal.Listener listener = signals.Listen($"name-{n / 2}");
                    await listener.Wait(TimeSpan.FromSeconds(20), CancellationToken.None);
                    Interlocked.Increment(ref woken);
                }
        }))).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(woken > 10);
    }

    private ChangeSignal Create() => new(new SentinelFiles(Folder), TimeProvider.System);

    private async Task PulsedFromOutside(ChangeSignal.Listener listener, string name)
    {
        // A new directory takes the watcher over all a moment; a pulse in that moment is found by the re-check, and repeated here.
        using ChangeSignal outside = new(new SentinelFiles(Folder), TimeProvider.System);
        await Eventually.Become(async () =>
        {
            outside.Pulse([name]);
            return await IsWoken(listener);
        }, TimeSpan.FromSeconds(10), $"{name} woken");
    }

    private static Task Woken(ChangeSignal.Listener listener) => listener.Wait(Long, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));

    private static async Task<bool> IsWoken(ChangeSignal.Listener listener)
    {
        long start = Stopwatch.GetTimestamp();
        await listener.Wait(TimeSpan.FromMilliseconds(200), CancellationToken.None);
        return Stopwatch.GetElapsedTime(start) < TimeSpan.FromMilliseconds(190);
    }

    /// <summary>The sentinel wakes the process that wrote it as well, a moment after the direct way did.</summary>
    private static async Task DrainOwnSentinel(ChangeSignal.Listener listener)
    {
        for (int i = 0; i < 5 && await IsWoken(listener); i++)
        {
        }
    }

    private static int Watchers() => Directory.GetFiles("/proc/self/fd").Count(f => new FileInfo(f).LinkTarget == "anon_inode:inotify");
}
