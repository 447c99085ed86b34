using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using AgentCraft.Worker;
using Npgsql;

namespace AgentCraft.Data.Tests.Storage.Postgres;

/// <summary>What a database server does to a transaction that a file does not: and what of it a caller must never notice.</summary>
public sealed class PostgresRetryTests : PostgresTests
{
    [Theory]
    [InlineData("40001")]
    [InlineData("40P01")]
    public async Task A_transaction_that_the_server_gives_up_is_run_again(string state)
    {
        int runs = 0;
        long seq = await One.Write(c =>
        {
            long appended = Rows.Append(c, "w", 1);
            if (++runs < 3)
                Raise(c, state);
            return appended;
        });
        Assert.Equal(3, runs);
        Assert.Equal([seq], await One.Read(c => c.Query<long>("SELECT seq FROM test_rows")));
    }

    [Fact]
    public async Task But_not_for_ever()
    {
        int runs = 0;
        AgentCraftException refused = await Assert.ThrowsAsync<AgentCraftException>(() => One.Write<int>(c =>
        {
            runs++;
            Rows.Append(c, "w", 1);
            Raise(c, "40001");
            return 0;
        }));
        Assert.Equal((ErrorCodes.StoreBusy, true), (refused.Code, refused.Retryable));
        Assert.InRange(runs, 3, 8);
        Assert.Equal(0, await Rows.Count(One));
    }

    [Fact]
    public async Task Those_who_share_its_transaction_are_each_committed_once()
    {
        using ManualResetEventSlim begun = new(), goOn = new();
        Task<int> first = One.Write(c => { begun.Set(); return goOn.Wait(Limit) ? 0 : 1; });
        Assert.True(begun.Wait(Limit));
        int runs = 0;
        Task<long>[] writes = [.. Enumerable.Range(0, 6).Select(n => One.Write(c =>
        {
            long seq = Rows.Append(c, "w", n);
            if (n == 3 && Interlocked.Increment(ref runs) == 1)
                Raise(c, "40P01");
            return n == 4 ? throw new AgentCraftException(ErrorCodes.NotFound, "its own failure") : seq;
        }))];
        goOn.Set();
        await first;
        foreach ((int n, Task<long> write) in writes.Index())
            if (n == 4)
                Assert.Equal(ErrorCodes.NotFound, (await Assert.ThrowsAsync<AgentCraftException>(() => write)).Code);
            else
                await write;
        Assert.Equal([0, 1, 2, 3, 5], await Rows.Numbers(One, "w"));
    }

    [Fact]
    public async Task A_real_deadlock_with_somebody_else_is_survived()
    {
        await Rows.Append(One, "a", 1);
        await Rows.Append(One, "b", 1);
        await using NpgsqlConnection outside = await Outside();
        await Run(outside, "SET deadlock_timeout = '10s'; BEGIN; UPDATE test_rows SET body = 'theirs' WHERE writer = 'b'");
        using ManualResetEventSlim holds = new();
        Task<int> ours = Task.Run(() => One.Write(c =>
        {
            c.Execute("UPDATE test_rows SET body = 'ours' WHERE writer = 'a'");
            holds.Set();
            return c.Execute("UPDATE test_rows SET body = 'ours' WHERE writer = 'b'");
        }));
        Assert.True(holds.Wait(Limit));
        await Run(outside, "UPDATE test_rows SET body = 'theirs' WHERE writer = 'a'; COMMIT");
        Assert.Equal(1, await ours);
        Assert.Equal(["ours", "ours"], await One.Read(c => c.Query<string>("SELECT body FROM test_rows ORDER BY seq")));
    }

    [Fact]
    public async Task A_statement_that_the_server_cancels_is_named_and_leaves_nothing()
    {
        Database slow = Open(address => address.Options = "-c statement_timeout=1000").Central;
        AgentCraftException cancelled = await Assert.ThrowsAsync<AgentCraftException>(() => slow.Write(c =>
        {
            Rows.Append(c, "w", 1);
            return c.First<int>("SELECT 1 FROM pg_sleep(20)");
        }));
        Assert.Equal((ErrorCodes.StoreBusy, true), (cancelled.Code, cancelled.Retryable));
        Assert.Contains("statement_timeout", cancelled.Message, StringComparison.Ordinal);
        Assert.Equal(0, await Rows.Count(slow));
        await Rows.Append(slow, "w", 1);
    }

    [Fact]
    public async Task A_writer_that_waits_too_long_is_told_who_holds_the_store()
    {
        using ManualResetEventSlim begun = new(), goOn = new();
        Task<int> holding = Open(address => address.ApplicationName = Application).Central.Write(c => { begun.Set(); return goOn.Wait(Limit) ? 1 : 0; });
        Assert.True(begun.Wait(Limit));
        AgentCraftException busy = await Assert.ThrowsAsync<AgentCraftException>(() => Rows.Append(Open(patienceSeconds: 0.5).Central, "w", 1));
        Assert.Equal((ErrorCodes.StoreBusy, true), (busy.Code, busy.Retryable));
        Assert.Contains($"'{Application}'", busy.Message, StringComparison.Ordinal);
        goOn.Set();
        await holding;
        Assert.Equal(0, await Rows.Count(One));
        await Rows.Append(Two, "w", 1);
    }

    [Fact]
    public async Task A_writer_that_waited_in_vain_for_its_turn_leaves_a_sound_connection()
    {
        using ManualResetEventSlim begun = new(), goOn = new();
        Database impatient = Open(patienceSeconds: 0.5).Central;
        Assert.Equal(0, await Rows.Count(impatient));
        Task<int> holding = Task.Run(() => One.Write(c => { begun.Set(); return goOn.Wait(Limit) ? 1 : 0; }));
        Assert.True(begun.Wait(Limit));
        await Assert.ThrowsAsync<AgentCraftException>(() => Rows.Append(impatient, "w", 1));
        await Eventually.Become(async () => await CountWaiting() == 0, Limit, "nobody waits any more");
        goOn.Set();
        await holding;
        using CountdownEvent reading = new(3);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => impatient.Read(c =>
        {
            reading.Signal();
            return reading.Wait(Limit) ? c.First<long>("SELECT count(*) FROM test_rows") : 0;
        }))));
        await Rows.Append(impatient, "w", 2);
        Assert.Equal([2], await Rows.Numbers(impatient, "w"));
    }

    [Fact]
    public async Task When_all_connections_are_in_use_a_call_is_refused_after_a_while_and_the_next_succeeds()
    {
        Database few = Open(address => address.MaxPoolSize = 2, patienceSeconds: 0.5).Central;
        using CountdownEvent reading = new(2);
        using ManualResetEventSlim goOn = new();
        Task<int>[] readers = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() => few.Read(c => { reading.Signal(); return goOn.Wait(Limit) ? 1 : 0; })))];
        Assert.True(reading.Wait(Limit));
        AgentCraftException refused = await Assert.ThrowsAsync<AgentCraftException>(() => Rows.Count(few));
        Assert.Equal((ErrorCodes.StoreBusy, true), (refused.Code, refused.Retryable));
        Assert.Contains("All 2 connections", refused.Message, StringComparison.Ordinal);
        goOn.Set();
        Assert.All(await Task.WhenAll(readers), read => Assert.Equal(1, read));
        Assert.Equal(0, await Rows.Count(few));
    }

    [Fact]
    public async Task A_server_whose_connections_were_all_ended_goes_on()
    {
        Database database = Open(address => address.ApplicationName = Application).Central;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Rows.Append(database, "w", n)));
        using CountdownEvent reading = new(4);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => database.Read(c => { reading.Signal(); return reading.Wait(Limit); }))));
        Assert.True(await TerminateAll() >= 4);
        Assert.Equal(8, await Rows.Count(database));
        Assert.True(await TerminateAll() >= 1);
        await Rows.Append(database, "w", 8);
        Assert.Equal(9, await Rows.Count(database));
    }

    [Fact]
    public async Task A_connection_that_ends_in_the_middle_of_a_transaction_costs_nobody_anything()
    {
        Database database = Open(address => address.ApplicationName = Application).Central;
        await Rows.Count(database);
        int runs = 0;
        await database.Write(c =>
        {
            long seq = Rows.Append(c, "w", 1);
            if (++runs == 1)
                Assert.True(TerminateAll().Wait(Limit));
            return seq + Rows.Append(c, "w", 2);
        });
        Assert.Equal(2, runs);
        Assert.Equal([1, 2], await Rows.Numbers(One, "w"));
    }

    private static void Raise(Connection c, string state) =>
        c.Execute($"DO $$ BEGIN RAISE EXCEPTION 'given up' USING ERRCODE = '{state}'; END $$");

    private static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
