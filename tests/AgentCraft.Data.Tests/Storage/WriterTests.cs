using System.Collections.Concurrent;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using AgentCraft.Worker;
using Xunit.Abstractions;

namespace AgentCraft.Data.Tests.Storage;

[OnEveryEngine]
public sealed class WriterTests(ITestOutputHelper output) : IAsyncLifetime
{
    private Store _store = null!;

    private Database Central => _store.Central;

    public async Task InitializeAsync() => _store = await Store.Create();

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    [OnSqlite("A file needs nobody's answer; a database server's takes so long that the caller's thread is better used otherwise.")]
    public async Task A_lone_write_commits_on_its_callers_thread()
    {
        int caller = Environment.CurrentManagedThreadId, worked = 0;
        Task<int> write = Central.Write(_ => worked = Environment.CurrentManagedThreadId);
        Assert.True(write.IsCompletedSuccessfully);
        Assert.Equal(caller, worked);
        await write;
    }

    [Fact]
    public async Task Sixty_four_callers_at_once_share_transactions()
    {
        const int callers = 64, each = 20;
        Func<Task<long>> commits = await _store.CountCommits();
        ConcurrentBag<long> seqs = [];
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            for (int n = 0; n < each; n++)
                seqs.Add(await Rows.Append(Central, $"w{caller}", n));
        })));
        Assert.Equal(callers * each, await Rows.Count(Central));
        Assert.Equal(Enumerable.Range(1, callers * each).Select(n => (long)n), seqs.Order());
        for (int caller = 0; caller < callers; caller++)
            Assert.Equal(Enumerable.Range(0, each).Select(n => (long)n), await Rows.Numbers(Central, $"w{caller}"));
        // How many meet depends on how busy the machine is; that those who do meet share is counted below, and in BatchTests.
        output.WriteLine($"64 callers: {callers * each} writes in {await commits()} transactions");
        Assert.InRange(await commits(), 1, (callers * each) - 1);
    }

    [Fact]
    public async Task Queued_writes_are_committed_in_the_order_in_which_they_came_256_at_most_in_one_transaction()
    {
        Func<Task<long>> commits = await _store.CountCommits();
        Task<long>[] writes;
        using (_store.HoldWrites())
            writes = [.. Enumerable.Range(0, 300).Select(n => Rows.Append(Central, "w", n))];
        long[] seqs = await Task.WhenAll(writes);
        Assert.Equal(2, await commits());
        Assert.Equal(seqs.Order(), seqs);
        Assert.Equal(Enumerable.Range(0, 300).Select(n => (long)n), await Rows.Numbers(Central, "w"));
    }

    [Fact]
    public async Task A_number_is_never_used_again_not_even_after_the_newest_row_was_deleted()
    {
        await Rows.Append(Central, "w", 1);
        long second = await Rows.Append(Central, "w", 2);
        await Central.Write(c => c.Execute("DELETE FROM test_rows"));
        Assert.Equal(second + 1, await Rows.Append(Central, "w", 3));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Central.Write<int>(c =>
        {
            Rows.Append(c, "w", 4);
            throw new InvalidOperationException();
        }));
        Assert.True(await Rows.Append(Central, "w", 5) > second + 1);
    }

    [Fact]
    public async Task A_write_that_is_cancelled_while_queued_writes_nothing()
    {
        using CancellationTokenSource cancelled = new();
        Task<long> given, kept;
        using (_store.HoldWrites())
        {
            given = Rows.Append(Central, "w", 1, cancellationToken: cancelled.Token);
            kept = Rows.Append(Central, "w", 2);
            await cancelled.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        }
        await kept;
        Assert.Equal([2], await Rows.Numbers(Central, "w"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Rows.Append(Central, "w", 3, cancellationToken: cancelled.Token));
        Assert.Equal([2], await Rows.Numbers(Central, "w"));
    }

    [Fact]
    public async Task A_write_that_has_started_is_awaited_whatever_the_caller_wants()
    {
        await using Databases other = _store.Again(Store.Patience(0.3));
        await Eventually.Become(async () => await Opens(other.Central), TimeSpan.FromSeconds(10), "the store open");
        using CancellationTokenSource cancelled = new();
        using ManualResetEventSlim started = new(), mayEnd = new();
        Task<long> write;
        // Held, so that it is another thread that runs it and not this one.
        using (_store.HoldWrites())
            write = other.Central.Write(c =>
            {
                started.Set();
                mayEnd.Wait();
                return Rows.Append(c, "w", 1);
            }, cancelled.Token);
        started.Wait(TimeSpan.FromSeconds(10));
        await cancelled.CancelAsync();
        // Longer than its patience, too.
        await Assert.ThrowsAsync<AgentCraftException>(() => Rows.Append(other.Central, "impatient", 1));
        Assert.False(write.IsCompleted);
        mayEnd.Set();
        Assert.Equal(1, await write);
        Assert.Equal([1], await Rows.Numbers(Central, "w"));
        Assert.Empty(await Rows.Numbers(Central, "impatient"));
    }

    [Fact]
    public async Task What_the_work_threw_is_what_the_caller_sees_alone_and_queued()
    {
        Exception thrown = new TimeoutException("the work's own");
        Assert.Same(thrown, await Assert.ThrowsAsync<TimeoutException>(() => Central.Write<int>(_ => throw thrown)));
        Exception cancelled = new OperationCanceledException("the work's own");
        Task<int> first, second;
        using (_store.HoldWrites())
        {
            first = Central.Write<int>(_ => throw thrown);
            second = Central.Write<int>(_ => throw cancelled);
        }
        Assert.Same(thrown, await Assert.ThrowsAsync<TimeoutException>(() => first));
        await Assert.ThrowsAsync<OperationCanceledException>(() => second);
        await Rows.Append(Central, "w", 1);
    }

    [Fact]
    public async Task A_write_inside_a_write_is_refused_and_harms_neither_turn_nor_transaction()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Central.Write(c =>
        {
            Rows.Append(c, "outer", 1);
            return Rows.Append(Central, "inner", 1).GetAwaiter().GetResult();
        }));
        Assert.Equal(0, await Rows.Count(Central));
        await Rows.Append(Central, "w", 1);
    }

    [Fact]
    public async Task Two_Database_objects_on_one_store_in_one_process_share_it()
    {
        await using Databases other = _store.Again();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            for (int n = 0; n < 50; n++)
                await Rows.Append(caller % 2 == 0 ? Central : other.Central, $"w{caller}", n);
        })));
        Assert.Equal(400, await Rows.Count(Central));
        Assert.Equal(400, await Rows.Count(other.Central));
        await other.DisposeAsync();
        await Rows.Append(Central, "after", 1);
        await Store.AssertIntact(Central);
    }

    private static async Task<bool> Opens(Database database)
    {
        try
        {
            return await database.Epoch() != "";
        }
        catch (AgentCraftException busy) when (busy.Code == ErrorCodes.StoreBusy)
        {
            return false;
        }
    }
}
