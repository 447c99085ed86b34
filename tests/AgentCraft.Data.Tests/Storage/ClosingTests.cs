using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using AgentCraft.Worker;
using Npgsql;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>What becomes of calls when the store is closed, and what is opened by its first use.</summary>
[OnEveryEngine]
public sealed class ClosingTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task After_closing_every_call_is_refused_as_stopping()
    {
        Databases databases = Open();
        await Rows.Create(databases.Central);
        await databases.DisposeAsync();
        await AssertCode(ErrorCodes.Stopping, () => Rows.Append(databases.Central, "w", 1));
        await AssertCode(ErrorCodes.Stopping, () => Rows.Count(databases.Central));
        Databases never = Open();
        await never.DisposeAsync();
        await AssertCode(ErrorCodes.Stopping, () => never.Central.Epoch());
    }

    [Fact]
    public async Task Closing_commits_what_is_queued_first()
    {
        Databases databases = Open();
        await Rows.Create(databases.Central);
        Task<long>[] writes;
        Task closing;
        using (_project.HoldWrites())
        {
            writes = [.. Enumerable.Range(0, 600).Select(n => Rows.Append(databases.Central, "w", n))];
            closing = databases.DisposeAsync().AsTask();
        }
        await Task.WhenAll(writes);
        await closing;
        await using Databases again = Open();
        Assert.Equal(600, await Rows.Count(again.Central));
    }

    [Fact]
    public async Task Closing_amid_many_writers_and_readers_ends_every_call_with_its_outcome_or_stopping()
    {
        for (int round = 0; round < Quantity.Of(5, 30); round++)
        {
            Databases databases = Open();
            await Rows.Create(databases.Central);
            int acknowledged = 0, read = 0, r = round;
            using Barrier together = new(13);
            Task[] callers = [.. Enumerable.Range(0, 12).Select(caller => Task.Factory.StartNew(async () =>
            {
                together.SignalAndWait();
                try
                {
                    for (int n = 0; ; n++)
                        if (caller < 8)
                        {
                            await Rows.Append(databases.Central, $"{r}-{caller}", n);
                            Interlocked.Increment(ref acknowledged);
                        }
                        else
                        {
                            await Rows.Count(databases.Central);
                            Interlocked.Increment(ref read);
                        }
                }
                catch (AgentCraftException stopping) when (stopping.Code == ErrorCodes.Stopping)
                {
                }
            }, TaskCreationOptions.LongRunning).Unwrap())];
            together.SignalAndWait();
            await Eventually.Become(() => acknowledged > 20 && read > 20, TimeSpan.FromSeconds(20), "some calls");
            await databases.DisposeAsync();
            await Task.WhenAll(callers).WaitAsync(TimeSpan.FromSeconds(20));
            await using Databases again = Open();
            Assert.Equal(acknowledged, await again.Central.Read(c => c.First<long>("SELECT count(*) FROM test_rows WHERE writer LIKE @Round", new { Round = $"{r}-%" })));
        }
    }

    [Fact]
    public async Task An_agent_that_changed_its_type_has_the_tables_of_both()
    {
        await using Databases databases = Open();
        await databases.Agent("one", "default").Write(c => c.Execute("INSERT INTO notes (id, agent_id, title, created_at) VALUES ('n', 'a', 't', 'now')"));
        Assert.Equal((0, 1), await databases.Agent("one", "code-reviewer").Write(c => (
            c.First<long>("SELECT count(*) FROM reviews"), c.First<long>("SELECT count(*) FROM notes"))));
        Assert.Equal(1, await databases.Agent("one", "default").Read(c => c.First<long>("SELECT count(*) FROM notes")));
    }

    [OnPostgres]
    [Fact]
    public async Task A_closed_store_leaves_no_connection()
    {
        NpgsqlConnectionStringBuilder address = new(_project.Store) { ApplicationName = Path.GetFileName(_project.Root) };
        for (int i = 0; i < 3; i++)
        {
            await using Databases databases = new(_project.Root, new() { Postgres = address.ConnectionString }, TimeProvider.System);
            await Rows.Create(databases.Central);
            await databases.Agent("one", "code-reviewer").Epoch();
            using ChangeSignal.Listener listener = databases.Signals.Listen("one");
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Rows.Count(databases.Central))));
        }
        await using NpgsqlConnection outside = new(new NpgsqlConnectionStringBuilder(_project.Store) { Pooling = false }.ConnectionString);
        await outside.OpenAsync();
        await using NpgsqlCommand open = new($"SELECT count(*) FROM pg_stat_activity WHERE application_name = '{address.ApplicationName}'", outside);
        await Eventually.Become(async () => (long)(await open.ExecuteScalarAsync())! == 0, TimeSpan.FromSeconds(10), "all connections closed");
    }

    private Databases Open() => new(_project.Root, new() { Postgres = _project.Store }, TimeProvider.System);

    private static async Task AssertCode<T>(string code, Func<Task<T>> call) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<AgentCraftException>(async () => await call())).Code);
}
