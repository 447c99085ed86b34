using System.Data.Common;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using AgentCraft.Worker;

namespace AgentCraft.Data.Tests.Storage;

[OnEveryEngine]
public sealed class ReadersTests : IAsyncLifetime
{
    private Store _store = null!;

    public async Task InitializeAsync() => _store = await Store.Create();

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task All_reads_of_one_call_see_the_same_state_whatever_is_written_meanwhile()
    {
        await Rows.Append(_store.Central, "w", 1);
        (long before, long after) = await _store.Central.Read(c =>
        {
            long first = c.First<long>("SELECT count(*) FROM test_rows");
            Task.Run(() => Rows.Append(_store.Central, "w", 2)).GetAwaiter().GetResult();
            return (first, c.First<long>("SELECT count(*) FROM test_rows"));
        });
        Assert.Equal((1, 1), (before, after));
        Assert.Equal(2, await Rows.Count(_store.Central));
    }

    [Fact]
    public async Task A_reader_sees_every_write_that_was_acknowledged_before_it_began()
    {
        for (int n = 1; n <= 200; n++)
        {
            await Rows.Append(_store.Central, "w", n);
            Assert.Equal(n, await Rows.Count(_store.Central));
        }
    }

    [Fact]
    public async Task A_read_that_fails_says_why_and_leaves_its_connection_fit_for_the_next()
    {
        Exception thrown = new InvalidOperationException("mine");
        Assert.Same(thrown, await Assert.ThrowsAsync<InvalidOperationException>(() => _store.Central.Read<int>(_ => throw thrown)));
        DbException failure = await Assert.ThrowsAnyAsync<DbException>(() => _store.Central.Read(c =>
        {
            // The transaction is gone when the error comes, as after an I/O error.
            c.Execute("ROLLBACK");
            return c.First<long>("SELECT no_such_column");
        }));
        Assert.Contains("no_such_column", failure.Message);
        for (int i = 0; i < 5; i++)
            Assert.Equal(0, await Rows.Count(_store.Central));
    }

    [Fact]
    public async Task A_snapshot_that_is_held_for_long_stops_no_writer()
    {
        if (Engines.Current == Engine.Sqlite)
            await _store.Central.Write(c => c.First<long>("PRAGMA wal_autocheckpoint = 10"));
        using ManualResetEventSlim mayEnd = new(), began = new();
        Task<long> slow = Task.Factory.StartNew(() => _store.Central.Read(c =>
        {
            long count = c.First<long>("SELECT count(*) FROM test_rows");
            began.Set();
            mayEnd.Wait();
            return count + c.First<long>("SELECT count(*) FROM test_rows");
        }), TaskCreationOptions.LongRunning).Unwrap();
        began.Wait(TimeSpan.FromSeconds(10));
        for (int n = 0; n < 100; n++)
            await Rows.Append(_store.Central, "w", n, 2000);
        mayEnd.Set();
        Assert.Equal(0, await slow);
        Assert.Equal(100, await Rows.Count(_store.Central));
    }

    [Fact]
    public async Task A_read_that_takes_too_long_is_interrupted_says_so_and_the_next_goes_on()
    {
        await Rows.Append(_store.Central, "w", 1);
        await using Databases impatient = _store.Again(new() { QueryTimeout = TimeSpan.FromMilliseconds(200) });
        for (int i = 0; i < 3; i++)
        {
            AgentCraftException refusal = await Assert.ThrowsAsync<AgentCraftException>(() => impatient.Central.Read(Endless));
            Assert.Equal((ErrorCodes.QueryTimeout, true), (refusal.Code, refusal.Retryable));
            Assert.Contains("longer than 200 ms", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("performance.queryTimeout", refusal.Hint, StringComparison.Ordinal);
            Assert.Equal(1, await Rows.Count(impatient.Central));
        }
    }

    [Fact]
    public async Task Writes_and_long_reads_are_never_interrupted()
    {
        await using Databases impatient = _store.Again(new() { QueryTimeout = TimeSpan.FromMilliseconds(20) });
        Assert.Equal(1_000_000, await impatient.Central.Write(c => c.First<long>(CountTo(1_000_000))));
        Assert.Equal(1_000_000, await impatient.Central.ReadLong(c => c.First<long>(CountTo(1_000_000))));
        await Rows.Append(impatient.Central, "w", 1);
        Assert.Equal(1, await impatient.Central.ReadLong(c => c.First<long>("SELECT count(*) FROM test_rows")));
    }

    [Fact]
    public async Task More_reads_than_connections_wait_for_one_and_those_inside_others_do_not()
    {
        await Rows.Append(_store.Central, "w", 1);
        await using Databases few = _store.Again(new() { MaxConnections = 2, WriteTimeout = TimeSpan.FromSeconds(30) });
        await few.Central.Epoch();
        int at = 0, most = 0;
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(async () => Assert.Equal(1, await few.Central.Read(c =>
        {
            lock (_store)
                most = Math.Max(most, ++at);
            long count = c.First<long>("SELECT count(*) FROM test_rows");
            Thread.SpinWait(20_000);
            lock (_store)
                at--;
            return count;
        })))));
        Assert.InRange(most, 1, 2);
    }

    [Fact]
    [OnSqlite("on a database server a read inside a read needs a second connection, which may be refused")]
    public async Task A_read_inside_a_read_never_waits_for_itself()
    {
        await Rows.Append(_store.Central, "w", 1);
        await using Databases one = _store.Again(new() { MaxConnections = 1, WriteTimeout = TimeSpan.FromSeconds(1) });
        Assert.Equal(2, await one.Central.Read(c => c.First<long>("SELECT count(*) FROM test_rows") + Rows.Count(one.Central).GetAwaiter().GetResult()));
        using ManualResetEventSlim mayEnd = new(), began = new();
        Task<int> holding = Task.Run(() => one.Central.Read(_ => { began.Set(); return mayEnd.Wait(TimeSpan.FromSeconds(20)) ? 1 : 0; }));
        Assert.True(began.Wait(TimeSpan.FromSeconds(10)));
        AgentCraftException refusal = await Assert.ThrowsAsync<AgentCraftException>(() => Rows.Count(one.Central));
        Assert.Equal(ErrorCodes.StoreBusy, refusal.Code);
        Assert.Contains("performance.maxConnections", refusal.Hint, StringComparison.Ordinal);
        mayEnd.Set();
        Assert.Equal(1, await holding);
        Assert.Equal(1, await Rows.Count(one.Central));
    }

    private static long Endless(Connection c) =>
        Engines.Current == Engine.Sqlite ? c.First<long>(CountTo(long.MaxValue)) : c.First<long>("SELECT CAST(1 AS BIGINT) FROM pg_sleep(60)");

    private static string CountTo(long most) => $"WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {most}) SELECT count(*) FROM n";
}
