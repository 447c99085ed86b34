using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using AgentCraft.Worker;
using Microsoft.Data.Sqlite;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>A database lets go of what it has open and opens it again, and no caller notices.</summary>
[OnEveryEngine]
public sealed class ReleaseTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private Store _store = null!;

    private Database Central => _store.Central;

    public async Task InitializeAsync() => _store = await Store.Create();

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task The_next_use_opens_it_again_and_asks_for_its_epoch_anew()
    {
        string before = await Central.Epoch();
        await Rows.Append(Central, "w", 1);
        await Central.Write(c => c.Execute("UPDATE store_info SET value = 'another' WHERE key = 'epoch'"));
        Assert.Equal(before, await Central.Epoch());
        await Central.Release();
        await Central.Release();
        Assert.Equal("another", await Central.Epoch());
        Assert.Equal(1, await Rows.Count(Central));
    }

    [Fact]
    public async Task What_was_never_opened_or_is_closed_for_good_can_be_released()
    {
        Databases never = _store.Again();
        await never.Central.Release();
        await never.Central.Epoch();
        await never.DisposeAsync();
        await never.Central.Release().WaitAsync(Limit);
        Assert.Equal(ErrorCodes.Stopping, (await Assert.ThrowsAsync<AgentCraftException>(() => never.Central.Epoch())).Code);
    }

    [Fact]
    public async Task A_call_in_flight_ends_on_what_it_began_on_and_later_calls_do_not_wait_for_it()
    {
        using ManualResetEventSlim mayEnd = new();
        TaskCompletionSource began = new();
        Task<long> slow = Task.Factory.StartNew(() => Central.Read(c =>
        {
            began.SetResult();
            mayEnd.Wait();
            return c.First<long>("SELECT count(*) FROM test_rows");
        }), TaskCreationOptions.LongRunning).Unwrap();
        await began.Task.WaitAsync(Limit);
        Task released = Central.Release();
        await Rows.Append(Central, "w", 1).WaitAsync(Limit);
        Assert.False(released.IsCompleted);
        mayEnd.Set();
        Assert.InRange(await slow.WaitAsync(Limit), 0, 1);
        await released.WaitAsync(Limit);
        Assert.Equal(1, await Rows.Count(Central));
    }

    [Fact]
    public async Task Writes_that_are_queued_are_committed_first()
    {
        Task<long>[] writes;
        Task released;
        using (_store.HoldWrites())
        {
            writes = [.. Enumerable.Range(0, 300).Select(n => Rows.Append(Central, "w", n))];
            released = Central.Release();
            Assert.False(released.IsCompleted);
        }
        await Task.WhenAll(writes).WaitAsync(Limit);
        await released.WaitAsync(Limit);
        Assert.Equal(300, await Rows.Count(Central));
    }

    [Fact]
    public async Task Amid_many_writers_and_readers_nothing_is_lost_and_no_call_fails()
    {
        int acknowledged = 0, end = 0;
        Task[] callers = [.. Enumerable.Range(0, 12).Select(caller => Task.Factory.StartNew(async () =>
        {
            for (int n = 0; Volatile.Read(ref end) == 0; n++)
                if (caller < 8)
                {
                    await Rows.Append(Central, $"{caller}", n);
                    Interlocked.Increment(ref acknowledged);
                }
                else
                {
                    await Rows.Count(Central);
                }
        }, TaskCreationOptions.LongRunning).Unwrap())];
        for (int i = 0; i < Quantity.Many(30, 300); i++)
        {
            int so = Volatile.Read(ref acknowledged);
            await Central.Release().WaitAsync(Limit);
            await Eventually.Become(() => Volatile.Read(ref acknowledged) > so || callers.Any(caller => caller.IsFaulted), Limit, "one more row");
        }
        end = 1;
        await Task.WhenAll(callers).WaitAsync(Limit);
        Assert.Equal(acknowledged, await Rows.Count(Central));
        await Store.AssertIntact(Central);
    }

    [OnSqlite("PostgreSQL has no files.")]
    [Requires(Need.Linux, "it asks for inodes")]
    public async Task A_file_that_took_the_place_of_the_open_one_is_noticed_and_read_after_the_release()
    {
        await Rows.Append(Central, "w", 1);
        string copy = _store.Project.PathOf("copy.db");
        using (SqliteConnection outside = new($"Data Source={Central.Path};Pooling=False;Mode=ReadOnly"))
        {
            outside.Open();
            using SqliteCommand vacuum = outside.CreateCommand();
            vacuum.CommandText = $"VACUUM INTO '{copy}'";
            vacuum.ExecuteNonQuery();
        }
        await Rows.Append(Central, "w", 2);
        // As a restore does it: inside the gate, log and all.
        using (WriteGate gate = new(Central.Path))
        {
            gate.Enter();
            File.Delete(Central.Path + "-wal");
            File.Delete(Central.Path + "-shm");
            Assert.False(Central.IsReplaced);
            File.Move(copy, Central.Path, overwrite: true);
            Assert.True(Central.IsReplaced);
            gate.Exit();
        }
        await Central.Release().WaitAsync(Limit);
        Assert.False(Central.IsReplaced);
        Assert.Equal(1, await Rows.Count(Central));
        Assert.False(Central.IsReplaced);
        await Store.AssertIntact(Central);
    }
}
