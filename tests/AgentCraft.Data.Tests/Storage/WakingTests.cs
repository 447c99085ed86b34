using System.Diagnostics;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using AgentCraft.Worker;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>What a commit wakes, in the same Databases object and in another one on the same store, as another process has.</summary>
[OnEveryEngine]
public sealed class WakingTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10), Silence = TimeSpan.FromMilliseconds(200);

    private Store _store = null!;
    private Databases _other = null!;
    private int _number;

    public async Task InitializeAsync()
    {
        _store = await Store.Create();
        _other = _store.Again();
        await _other.Central.Epoch();
    }

    public async Task DisposeAsync()
    {
        await _other.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task A_commit_wakes_who_waits_for_its_names_elsewhere_and_nobody_else()
    {
        using ChangeSignal.Listener one = _other.Signals.Listen("Reviewer"), two = _other.Signals.Listen("reviewer"), third = _other.Signals.Listen("third"), stranger = _other.Signals.Listen("stranger");
        await Settle(_other, one, two, third, stranger);
        await Commit(_store.Databases, "REVIEWER", "third");
        foreach (ChangeSignal.Listener listener in new[] { one, two, third })
            await Woken(listener);
        Assert.False(await IsWoken(stranger));
    }

    [Fact]
    public async Task A_commit_wakes_who_waits_in_its_own_process()
    {
        using ChangeSignal.Listener listener = _store.Databases.Signals.Listen("one");
        await Settle(_store.Databases, listener);
        await Commit(_store.Databases, "one");
        await Woken(listener);
    }

    [Fact]
    public async Task What_is_woken_finds_what_was_committed()
    {
        using ChangeSignal.Listener listener = _other.Signals.Listen("one");
        await Settle(_other, listener);
        for (int n = 1; n <= 30; n++)
        {
            await Commit(_store.Databases, "one");
            // Once too often is allowed, without the row is not; the re-check would take much longer.
            while (await Rows.Count(_other.Central) < n)
                await Woken(listener);
        }
    }

    [Fact]
    public async Task A_commit_before_the_wait_begins_is_not_lost()
    {
        using ChangeSignal.Listener listener = _other.Signals.Listen("one");
        await Settle(_other, listener);
        await Commit(_store.Databases, "one");
        await Commit(_store.Databases, "one");
        await Woken(listener);
        await Settle(_other, listener);
        await Commit(_store.Databases, "one");
        await Woken(listener);
    }

    [Fact]
    public async Task A_write_that_fails_wakes_nobody()
    {
        using ChangeSignal.Listener here = _store.Databases.Signals.Listen("one"), there = _other.Signals.Listen("one");
        await Settle(_store.Databases, here);
        await Settle(_other, there);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _store.Central.Write<int>(c =>
        {
            c.PulseAfterCommit("one");
            throw new InvalidOperationException();
        }));
        Assert.False(await IsWoken(here));
        Assert.False(await IsWoken(there));
    }

    [Fact]
    public async Task Each_of_many_names_is_woken_from_elsewhere()
    {
        ChangeSignal.Listener[] listeners = [.. Enumerable.Range(0, 9).Select(n => _other.Signals.Listen($"Name-{n}"))];
        await Settle(_other, listeners);
        foreach (int n in new[] { 0, 3, 4, 8 })
        {
            // A new directory takes a file's watcher a moment; a pulse in that moment is found by the re-check, and repeated here.
            await Eventually.Become(async () =>
            {
                await Commit(_store.Databases, $"name-{n}");
                return await IsWoken(listeners[n]);
            }, Limit, $"name-{n} woken");
        }
        foreach (ChangeSignal.Listener listener in listeners)
            listener.Dispose();
    }

    [Fact]
    [OnSqlite("A database server has its own connection to be woken by.")]
    public void Who_is_told_of_each_change_looks_again_every_second_and_others_more_often()
    {
        List<ChangeSignal.Listener> listeners = [_other.Signals.Listen("one")];
        Assert.Equal(OperatingSystem.IsLinux() ? 1000 : 250, _other.Signals.Recheck.TotalMilliseconds);
        listeners.AddRange(Enumerable.Range(0, 4).Select(n => _other.Signals.Listen($"name-{n}")));
        Assert.Equal(250, _other.Signals.Recheck.TotalMilliseconds);
        listeners.ForEach(listener => listener.Dispose());
    }

    [Fact]
    public async Task Waiting_ends_after_its_time_and_at_once_when_cancelled()
    {
        using ChangeSignal.Listener listener = _other.Signals.Listen("one");
        await Settle(_other, listener);
        Assert.False(await IsWoken(listener));
        using CancellationTokenSource cancelled = new();
        Task waiting = listener.Wait(TimeSpan.FromSeconds(30), cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting).WaitAsync(Limit);
    }

    [Fact]
    public async Task Closing_while_somebody_waits_harms_nobody()
    {
        Databases closed = _store.Again();
        ChangeSignal.Listener listener = closed.Signals.Listen("one");
        Task waiting = listener.Wait(TimeSpan.FromMilliseconds(300), CancellationToken.None);
        await closed.DisposeAsync();
        await waiting.WaitAsync(Limit);
        await Commit(_store.Databases, "one");
        listener.Dispose();
        listener.Dispose();
    }

    [Fact]
    public async Task Listening_leaving_and_committing_at_once_neither_hangs_nor_throws()
    {
        using CancellationTokenSource end = new(Quantity.Of(1500, 8000));
        int woken = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(async () =>
        {
            // On a busy machine the time may be over before anybody was woken.
            while (!end.IsCancellationRequested || Volatile.Read(ref woken) <= 10)
                if (n % 2 == 0)
                    await Commit(n % 4 == 0 ? _other : _store.Databases, $"name-{n / 2}");
                else
                {
                    using ChangeSignal.Listener listener = _other.Signals.Listen($"name-{n / 2}");
                    await listener.Wait(_other.Signals.Recheck, CancellationToken.None);
                    Interlocked.Increment(ref woken);
                }
        }))).WaitAsync(TimeSpan.FromSeconds(60));
    }

    private Task Commit(Databases databases, params string[] names) => databases.Central.Write(c =>
    {
        foreach (string name in names)
            c.PulseAfterCommit(name);
        return Rows.Append(c, "w", Interlocked.Increment(ref _number));
    });

    /// <summary>Waits until these are heard from elsewhere, and until what that itself may wake has come.</summary>
    private static async Task Settle(Databases databases, params ChangeSignal.Listener[] listeners)
    {
        if (Engines.Current == Engine.Postgres)
            await Eventually.Become(() => databases.Signals.Recheck > TimeSpan.FromSeconds(1), Limit, "the connection that listens");
        foreach (ChangeSignal.Listener listener in listeners)
            for (int i = 0; i < 10 && await IsWoken(listener); i++)
            {
            }
    }

    private static async Task Woken(ChangeSignal.Listener listener)
    {
        long start = Stopwatch.GetTimestamp();
        await listener.Wait(Limit, CancellationToken.None);
        Assert.True(Stopwatch.GetElapsedTime(start) < Limit, $"{listener.Name} was not woken.");
    }

    private static async Task<bool> IsWoken(ChangeSignal.Listener listener)
    {
        long start = Stopwatch.GetTimestamp();
        await listener.Wait(Silence, CancellationToken.None);
        return Stopwatch.GetElapsedTime(start) < Silence * 0.95;
    }
}
