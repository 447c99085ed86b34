using System.Data.Common;
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
}
