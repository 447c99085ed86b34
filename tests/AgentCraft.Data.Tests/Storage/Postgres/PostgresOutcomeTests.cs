using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Metrics;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using AgentCraft.Worker;

namespace AgentCraft.Data.Tests.Storage.Postgres;

/// <summary>A connection that breaks around a COMMIT: the caller is told the truth, and nothing is stored twice or not at all.</summary>
public sealed class PostgresOutcomeTests : PostgresTests
{
    // Goes in one message with COMMIT, a word that is in READ COMMITTED too.
    private const string Commit = "SELECT 1";

    private FaultProxy _proxy = null!;
    private Database _through = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _proxy = new(Address);
        _through = Through(patienceSeconds: 10);
        await Rows.Count(_through);
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_is_answered_as_what_it_was()
    {
        Task cut = _proxy.CutAfter(Commit);
        int runs = 0;
        long seq = await _through.Write(c =>
        {
            runs++;
            return Rows.Append(c, "w", 1);
        });
        await cut;
        Assert.Equal(1, runs);
        Assert.Equal([seq], await One.Read(c => c.Query<long>("SELECT seq FROM test_rows")));
    }

    [Fact]
    public async Task A_commit_that_never_came_is_made_again()
    {
        Task cut = _proxy.CutBefore(Commit);
        int runs = 0;
        long seq = await _through.Write(c =>
        {
            runs++;
            return Rows.Append(c, "w", 1);
        });
        await cut;
        Assert.Equal(2, runs);
        Assert.Equal([seq], await One.Read(c => c.Query<long>("SELECT seq FROM test_rows")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task So_it_is_with_all_that_were_committed_together(bool afterwards)
    {
        using ManualResetEventSlim begun = new(), goOn = new();
        Task<int> first = _through.Write(c => { begun.Set(); return goOn.Wait(Limit) ? 0 : 1; });
        Assert.True(begun.Wait(Limit));
        Task<long>[] writes = [.. Enumerable.Range(0, 5).Select(n => Rows.Append(_through, "w", n))];
        // The first one's commit goes by.
        Task? cut = null;
        Task<int> arm = _through.Write(c =>
        {
            cut ??= afterwards ? _proxy.CutAfter(Commit) : _proxy.CutBefore(Commit);
            return 0;
        });
        goOn.Set();
        await Task.WhenAll([first, arm, .. writes]);
        await cut!;
        Assert.Equal([0, 1, 2, 3, 4], await Rows.Numbers(One, "w"));
    }

    [Fact]
    public async Task When_the_database_cannot_be_asked_the_caller_learns_that_and_its_key_settles_it()
    {
        await using Stores stores = new(Path.GetTempPath(), new Settings { Store = _proxy.Store, Sqlite = new() { WriteTimeout = 500 } }, TimeProvider.System);
        await stores.Agents.Register(new() { Name = AgentName.Parse("ann") });
        NewMetrics metrics = new() { Agent = "ann", Values = [new() { Name = "x", Value = 1 }] };
        AgentCraftException unknown;
        Task cut = _proxy.CutAfter(Commit);
        using (IDisposable refusal = _proxy.Refuse())
        {
            unknown = await Assert.ThrowsAsync<AgentCraftException>(() => stores.Metrics.Append(metrics, "key"));
            await cut;
        }
        Assert.Equal((ErrorCodes.OutcomeUnknown, true), (unknown.Code, unknown.Retryable));
        Assert.Contains("idempotencyKey", unknown.Hint, StringComparison.Ordinal);
        Assert.True((await stores.Metrics.Append(metrics, "key")).Replayed);
        Assert.Equal(1, await One.Read(c => c.First<long>("SELECT count(*) FROM agent_metrics")));
    }

    [Fact]
    public async Task A_server_that_is_gone_for_a_moment_is_waited_for()
    {
        IDisposable refusal = _proxy.Refuse();
        _proxy.CutAll();
        Task<long> write = Rows.Append(_through, "w", 1), read = Rows.Count(_through);
        Assert.False(write.IsCompleted);
        refusal.Dispose();
        await Task.WhenAll(write, read);
        Assert.Equal([1], await Rows.Numbers(One, "w"));
    }

    [Fact]
    public async Task A_server_that_stays_away_is_named_and_nothing_is_written()
    {
        Database impatient = Through(patienceSeconds: 0.5);
        await Rows.Count(impatient);
        using IDisposable refusal = _proxy.Refuse();
        _proxy.CutAll();
        foreach (Func<Task> call in new Func<Task>[] { () => Rows.Append(impatient, "w", 1), () => Rows.Count(impatient) })
        {
            AgentCraftException gone = await Assert.ThrowsAsync<AgentCraftException>(call);
            Assert.True(gone.Retryable);
            Assert.Contains(gone.Code, new[] { ErrorCodes.StoreUnavailable, ErrorCodes.StoreBusy });
        }
        Assert.Equal(0, await Rows.Count(One));
    }

    private Database Through(double patienceSeconds) => Open(address =>
    {
        Npgsql.NpgsqlConnectionStringBuilder proxied = new(_proxy.Store);
        (address.Host, address.Port, address.SslMode) = (proxied.Host, proxied.Port, proxied.SslMode);
    }, patienceSeconds).Central;
}
