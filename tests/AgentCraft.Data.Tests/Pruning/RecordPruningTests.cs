using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Pruning;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Pruning;

[OnEveryEngine]
public sealed class RecordPruningTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly TemporaryProject _project = new();
    private Stores _stores = null!;

    private Database Central => _stores.Databases.Central;

    public async Task InitializeAsync()
    {
        _stores = new Stores(_project.Root, new Settings { Store = _project.Store ?? "" }, TimeProvider.System);
        await _stores.Agents.Register(new() { Name = AgentName.Parse("alice") });
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Theory]
    [InlineData(RecordKind.Events)]
    [InlineData(RecordKind.Metrics)]
    [InlineData(RecordKind.Outputs)]
    public async Task What_is_not_there_is_looked_for_without_the_write_lock(RecordKind kind)
    {
        using ManualResetEventSlim begun = new(), release = new();
        Task<bool> writing = Task.Run(() => Central.Write(_ =>
        {
            begun.Set();
            return release.Wait(Limit);
        }));
        Assert.True(begun.Wait(Limit));
        try
        {
            PruneWish wish = new() { Kind = kind, Filter = new() { Agent = "alice" }, Before = DateTimeOffset.UnixEpoch };
            PrunedRecords pruned = await _stores.Pruning.Prune(wish, confirm: true).WaitAsync(Limit / 3);
            Assert.Equal((0, true), (pruned.Rows, pruned.Deleted));
        }
        finally
        {
            release.Set();
        }
        Assert.True(await writing);
    }

    [Fact]
    public async Task Rows_far_apart_all_go_and_those_between_them_stay_until_it_is_their_turn()
    {
        await Fill(25_000);
        Assert.Equal(3, await Prune("rare"));
        Assert.Equal((0, 24_997), (await Count("rare"), await Count("common")));
        Assert.Equal(24_997, await Prune("common"));
        Assert.Equal((0, 2), (await Count("common"), await Count("records_pruned")));
    }

    /// <summary>Events of alice; the first and every twelve-thousandth is rare.</summary>
    private Task<int> Fill(int rows) => Central.Write(c => c.Execute("""
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @Rows)
        INSERT INTO session_events (id, agent_seq, event_type, created_at)
        SELECT 'event_' || CAST(i AS TEXT), (SELECT min(seq) FROM agents), CASE WHEN i = 1 OR i % 12000 = 0 THEN 'rare' ELSE 'common' END, @Now FROM n
        """, new { Rows = rows, c.Time.Now }));

    private async Task<long> Prune(string type) =>
        (await _stores.Pruning.Prune(new() { Kind = RecordKind.Events, Filter = new() { Type = type } }, confirm: true)).Rows;

    private Task<long> Count(string type) => Central.Read(c => c.First<long>("SELECT count(*) FROM session_events WHERE event_type = @Type", new { Type = type }));
}
