using System.Data.Common;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using AgentCraft.Worker;
using Microsoft.Data.Sqlite;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>Many callers in one transaction. They are gathered by keeping everybody from writing until all are queued.</summary>
[OnEveryEngine]
public sealed class BatchTests : IAsyncLifetime
{
    private Store _store = null!;

    private Database Central => _store.Central;

    public async Task InitializeAsync() => _store = await Store.Create();

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task One_failing_write_fails_alone()
    {
        Func<Task<long>> commits = await _store.CountCommits();
        Task<long>[] writes = await Together(20, (c, n) => n == 7
            ? throw new AgentCraftException(ErrorCodes.NotFound, "seven")
            : Rows.Append(c, "w", n));
        AgentCraftException failure = await Assert.ThrowsAsync<AgentCraftException>(() => writes[7]);
        Assert.Equal("seven", failure.Message);
        Assert.Equal(19, (await Task.WhenAll(writes.Where((_, n) => n != 7))).Distinct().Count());
        Assert.Equal(1, await commits());
        Assert.Equal(19, await Rows.Count(Central));
    }

    [Fact]
    [OnSqlite("Where a connection can be lost between two writes; that is told to the batch in the same way.")]
    public void A_batch_that_is_run_again_leaves_out_what_is_done()
    {
        using TemporaryProject project = new();
        using Connection connection = OpenFile.Connect(
            new(project.PathOf("batch.db"), [], new(), 1000, _ => { }, new LeaseClock(TimeProvider.System)), SqliteOpenMode.ReadWriteCreate);
        int[] ran = new int[3];
        List<PendingWrite> writes = [.. Enumerable.Range(0, 3).Select(n => new PendingWrite<int>(_ => ++ran[n]))];
        Assert.All(writes, write => Assert.True(write.TryStart()));
        writes[0].Complete();
        new Batch(connection).Run(writes, []);
        Assert.Equal([0, 1, 1], ran);
        Assert.All(writes, write => Assert.True(write.IsDone));
    }

    [Fact]
    public async Task What_a_failing_write_had_done_already_is_undone()
    {
        Task<long>[] writes = await Together(5, (c, n) =>
        {
            Rows.Append(c, "w", n);
            return n == 2 ? Rows.Append(c, "w", n) : n;
        });
        await Assert.ThrowsAnyAsync<DbException>(() => writes[2]);
        await Task.WhenAll(writes.Where((_, n) => n != 2));
        Assert.Equal([0, 1, 3, 4], await Rows.Numbers(Central, "w"));
    }

    [Fact]
    [OnSqlite("There no error ends a transaction while its connection lives.")]
    public async Task A_write_that_ends_the_whole_transaction_takes_nobody_with_it()
    {
        await Central.Write(c => c.Execute("""
            CREATE TRIGGER poison BEFORE INSERT ON test_rows WHEN NEW.number = 3 BEGIN SELECT RAISE(ROLLBACK, 'poisoned'); END
            """));
        int ran = 0;
        Task<long>[] writes = await Together(8, (c, n) =>
        {
            Interlocked.Increment(ref ran);
            return Rows.Append(c, "w", n);
        });
        SqliteException failure = await Assert.ThrowsAsync<SqliteException>(() => writes[3]);
        Assert.Contains("poisoned", failure.Message);
        await Task.WhenAll(writes.Where((_, n) => n != 3));
        Assert.Equal(7, await Rows.Count(Central));
        Assert.Equal([0, 1, 2, 4, 5, 6, 7], (await Rows.Numbers(Central, "w")).Order());
        Assert.True(ran > 8, $"The innocent ones were to run again, but there were {ran} runs.");
        await Rows.Append(Central, "after", 1);
    }

    [Fact]
    [OnSqlite("It makes a full disk of a limit that only a file has.")]
    public async Task A_write_too_large_for_the_disk_is_refused_and_the_small_ones_beside_it_are_kept()
    {
        // As a disk that is full a few pages further on.
        long limit = await Central.Write(c => c.First<long>($"PRAGMA max_page_count = {c.First<long>("PRAGMA page_count") + 30}"));
        Task<long>[] writes = await Together(10, (c, n) => Rows.Append(c, "w", n, n == 4 ? 1_000_000 : 50));
        AgentCraftException failure = await Assert.ThrowsAsync<AgentCraftException>(() => writes[4]);
        Assert.Equal(ErrorCodes.DiskFull, failure.Code);
        Assert.True(failure.Retryable);
        await Task.WhenAll(writes.Where((_, n) => n != 4));
        Assert.Equal(9, await Rows.Count(Central));
        AgentCraftException alone = await Assert.ThrowsAsync<AgentCraftException>(() => Rows.Append(Central, "alone", 1, 1_000_000));
        Assert.Equal(ErrorCodes.DiskFull, alone.Code);
        await Central.Write(c => c.First<long>($"PRAGMA max_page_count = {limit * 100}"));
        await Rows.Append(Central, "alone", 1, 1_000_000);
        await Store.AssertIntact(Central);
    }

    [Fact]
    public async Task A_commit_that_fails_is_rolled_back_and_only_the_guilty_one_learns_of_it()
    {
        await Central.Write(c => c.Execute(c.Dialect.Ddl("""
            CREATE TABLE late (seq INTEGER PRIMARY KEY AUTOINCREMENT, parent INTEGER NOT NULL REFERENCES test_rows (seq) DEFERRABLE INITIALLY DEFERRED)
            """)));
        Task<long>[] writes = await Together(6, (c, n) => n == 1 ? c.Execute("INSERT INTO late (parent) VALUES (999)") : Rows.Append(c, "w", n));
        DbException failure = await Assert.ThrowsAnyAsync<DbException>(() => writes[1]);
        Assert.Contains("foreign key", failure.Message, StringComparison.OrdinalIgnoreCase);
        await Task.WhenAll(writes.Where((_, n) => n != 1));
        Assert.Equal(5, await Rows.Count(Central));
        await Assert.ThrowsAnyAsync<DbException>(() => Central.Write(c => c.Execute("INSERT INTO late (parent) VALUES (999)")));
        Assert.Equal(0, await Central.Write(c => c.First<long>("SELECT count(*) FROM late")));
    }

    [Fact]
    public async Task Only_the_names_of_committed_writes_are_woken()
    {
        List<string> woken = [];
        await using Database database = _store.Announcing(woken.AddRange);
        await Together(6, (c, n) =>
        {
            c.PulseAfterCommit($"name-{n}");
            return n % 2 == 0 ? Rows.Append(c, "w", n) : throw new AgentCraftException(ErrorCodes.NotFound, "odd");
        }, database);
        await Assert.ThrowsAsync<AgentCraftException>(() => database.Write<int>(c =>
        {
            c.PulseAfterCommit("alone");
            throw new AgentCraftException(ErrorCodes.NotFound, "alone");
        }));
        await Rows.Append(database, "w", 100);
        Assert.Equal(["name-0", "name-2", "name-4"], woken.Order());
    }

    [Fact]
    public async Task What_goes_wrong_with_waking_does_not_make_a_committed_write_fail()
    {
        await using Database database = _store.Announcing(names => throw new InvalidOperationException($"cannot wake {names.Count}"));
        for (int n = 0; n < 3; n++)
            await database.Write(c => Pulsing(c, n));
        await Together(10, (c, n) => Pulsing(c, n + 3), database);
        Assert.Equal(13, await Rows.Count(database));
    }

    private static long Pulsing(Connection c, int number)
    {
        c.PulseAfterCommit("somebody");
        return Rows.Append(c, "w", number);
    }

    private Task<Task<long>[]> Together(int count, Func<Connection, int, long> work) => Together(count, work, Central);

    /// <summary>Queues the writes while nobody can write, so that they are one batch; returns when all have ended, well or not.</summary>
    private async Task<Task<long>[]> Together(int count, Func<Connection, int, long> work, Database database)
    {
        Task<long>[] writes;
        using (_store.HoldWrites())
            writes = [.. Enumerable.Range(0, count).Select(n => database.Write(c => work(c, n)))];
        await Task.WhenAny(Task.WhenAll(writes));
        return writes;
    }
}
