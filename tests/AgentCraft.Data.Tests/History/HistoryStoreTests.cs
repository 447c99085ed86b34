using System.Globalization;
using System.Text.Json;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.History;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.History;

[OnEveryEngine]
public sealed class HistoryStoreTests : IAsyncLifetime
{
    private readonly TemporaryProject _project = new();
    private Stores _stores = null!;

    public async Task InitializeAsync()
    {
        _stores = new Stores(_project.Root, new Settings { Store = _project.Store ?? "" }, TimeProvider.System);
        foreach (string name in new[] { "alice", "bob" })
            await _stores.Agents.Register(new() { Name = AgentName.Parse(name) });
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task Sums_are_those_of_the_rows_whatever_is_appended_and_pruned()
    {
        Random random = new(42);
        string[] sessions = [await Session("alice"), await Session("alice", forceNew: true)];
        for (int i = 0; i < 60; i++)
            await Append(random.Next(4) == 0 ? "bob" : "alice", sessions[random.Next(2)], [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Entry(random))]);
        await AssertSums("alice");
        await AssertSums("bob");

        // Half of what there is becomes a day older.
        Database alice = _stores.Databases.Agent("alice", "default");
        DateTimeOffset old = DateTimeOffset.UtcNow.AddDays(-1);
        string id = (await _stores.Agents.Get("alice")).Id;
        int aged = await alice.Write(c => c.Execute("UPDATE agent_history SET created_at = @Old WHERE agent_id = @Id AND seq % 2 = 0", new { Old = old, Id = id }));
        Assert.Equal(aged, await Prune("alice", old.AddMinutes(1)));
        await AssertSums("alice");
        Assert.Equal(0, await Prune("alice", old.AddMinutes(1)));
        await Prune("alice", DateTimeOffset.UtcNow.AddDays(1));
        HistorySummary none = await _stores.HistorySums.Get("alice", null, 20, null);
        Assert.Equal((0, 0m, 0, 0, 0), (none.Entries, none.CostUsd, none.Roles.Count, none.Sessions.Count, none.Usage.Count));
        await AssertSums("bob");
    }

    [Fact]
    public async Task A_total_that_is_more_than_can_be_kept_appends_nothing()
    {
        await Append("alice", null, new NewHistoryEntry { Role = HistoryRole.User, Content = "x", Cost = long.MaxValue - 1 });
        await Append("alice", null, new NewHistoryEntry { Role = HistoryRole.User, Content = "x", Cost = 1 });
        foreach (HistoryRole role in Enum.GetValues<HistoryRole>())
            Assert.Equal(ErrorCodes.InvalidArgument, (await Assert.ThrowsAsync<AgentCraftException>(
                () => Append("alice", null, new NewHistoryEntry { Role = role, Content = "x", Cost = 1 }))).Code);
        await Assert.ThrowsAsync<AgentCraftException>(() => Append("bob", null, [.. Enumerable.Range(0, 2).Select(_ => new NewHistoryEntry { Role = HistoryRole.User, Content = "x", Cost = long.MaxValue })]));
        HistorySummary summary = await _stores.HistorySums.Get("alice", null, 20, null);
        Assert.Equal((2, Dollars.Of(long.MaxValue)), (summary.Entries, summary.CostUsd));
        Assert.Equal(0, (await _stores.HistorySums.Get("bob", null, 20, null)).Entries);
    }

    [Fact]
    public async Task Pages_hold_each_entry_once_while_entries_are_added()
    {
        for (int i = 0; i < 9; i++)
            await Append("alice", null, Said($"{i}"));
        await Append("bob", null, Said("bob's"));
        HistoryFilter filter = new() { Agent = "alice", Limit = 4 };
        HistoryPage first = await _stores.History.List(filter);
        await Append("alice", null, Said("new"));
        HistoryPage second = await _stores.History.List(filter with { Cursor = first.Cursor });
        HistoryPage last = await _stores.History.List(filter with { Cursor = second.Cursor });
        Assert.Equal("876543210", string.Concat(first.Entries.Concat(second.Entries).Concat(last.Entries).Select(entry => entry.Content)));
        Assert.Equal((true, false, 10L), (second.HasMore, last.HasMore, last.Total));
        Assert.Equal(ErrorCodes.InvalidCursor, (await Assert.ThrowsAsync<AgentCraftException>(
            () => _stores.History.List(filter with { Role = HistoryRole.Tool, Cursor = first.Cursor }))).Code);
        Assert.Equal(ErrorCodes.InvalidCursor, (await Assert.ThrowsAsync<AgentCraftException>(
            () => _stores.History.List(filter with { Agent = "bob", Cursor = first.Cursor }))).Code);
    }

    [Fact]
    public async Task Filters_find_by_time_role_session_and_tool_calls()
    {
        string session = await Session("alice");
        await Append("alice", session, Said("a"), new NewHistoryEntry { Role = HistoryRole.Assistant, ToolCalls = [JsonElement.Parse("""{"name":"read"}""")] },
            new NewHistoryEntry { Role = HistoryRole.Tool, ToolResults = [JsonElement.Parse("""{"ok":true}""")], Usage = new Dictionary<string, long> { ["input"] = 3 } });
        await _stores.Databases.Agent("alice", "default").Write(c => c.Execute("UPDATE agent_history SET created_at = '2020-01-02T00:00:00.000Z' WHERE content = 'a'"));
        async Task<string> Roles(HistoryFilter filter) => string.Join(' ', (await _stores.History.List(filter)).Entries.Select(entry => entry.Role));
        HistoryFilter all = new() { Agent = "alice", Order = ListOrder.Asc };
        Assert.Equal("User", await Roles(all with { Range = TimeRange.Parse("2020-01-02", "2020-01-03") }));
        Assert.Equal("Assistant Tool", await Roles(all with { Range = TimeRange.Parse("2020-01-03", null) }));
        Assert.Equal("", await Roles(all with { Range = TimeRange.Parse(null, "2020-01-02") }));
        Assert.Equal("Assistant", await Roles(all with { HasToolCalls = true }));
        Assert.Equal("User Tool", await Roles(all with { HasToolCalls = false }));
        Assert.Equal("Tool", await Roles(all with { Role = HistoryRole.Tool, Session = session }));
        HistoryEntry called = (await _stores.History.List(all with { HasToolCalls = true })).Entries[0];
        Assert.Equal("read", called.ToolCalls![0].GetProperty("name").GetString());
        Assert.Equal(called.Id, (await _stores.History.List(all with { Id = called.Id })).Entries.Single().Id);
    }

    [Fact]
    public async Task Reading_makes_no_file_for_an_agent_that_has_none()
    {
        Assert.Equal(0, (await _stores.History.List(new() { Agent = "bob" })).Total);
        Assert.Equal(0, (await _stores.HistorySums.Get("bob", null, 20, null)).Entries);
        Assert.False(File.Exists(_project.AgentFile("bob")));
    }

    [Fact]
    public async Task Purging_an_agent_takes_its_history_and_its_sums()
    {
        await Append("alice", null, Said("x"));
        await Append("bob", null, Said("y"));
        RemovedAgent removed = await _stores.AgentLife.Remove("alice", null, purge: true);
        Assert.Equal(1, removed.Purged!["agent.agent_history"]);
        Assert.Equal(0, (await _stores.HistorySums.Get("alice", null, 20, null)).Entries);
        Assert.Equal(1, (await _stores.HistorySums.Get("bob", null, 20, null)).Entries);
    }

    private static NewHistoryEntry Said(string content) => new() { Role = HistoryRole.User, Content = content };

    private static NewHistoryEntry Entry(Random random) => new()
    {
        Role = (HistoryRole)random.Next(3),
        Content = "x",
        Cost = random.NextInt64(1, 2_000_000_000),
        Usage = random.Next(3) == 0 ? null : new Dictionary<string, long> { ["input"] = random.Next(1000), [random.Next(2) == 0 ? "output" : "cacheRead"] = random.Next(1, 1000) },
    };

    private async Task<string> Session(string agent, bool forceNew = false) =>
        (await _stores.Sessions.Start(new() { Agent = new() { Name = AgentName.Parse(agent) }, ForceNew = forceNew })).Session.Id;

    private Task<AppendedHistory> Append(string agent, string? session, params NewHistoryEntry[] entries) =>
        _stores.History.Append(new() { Agent = agent, Session = session, Entries = entries }, null);

    private async Task<long> Prune(string agent, DateTimeOffset before) => await _stores.History.Prune((await _stores.Agents.Get(agent)).Ref, before);

    private async Task AssertSums(string agent)
    {
        List<HistoryEntry> all = [];
        HistoryFilter filter = new() { Agent = agent, Limit = 200, Order = ListOrder.Asc };
        for (HistoryPage page = await _stores.History.List(filter); page.Entries.Count > 0; page = await _stores.History.List(filter with { Cursor = page.Cursor }))
            all.AddRange(page.Entries);
        HistorySummary summary = await _stores.HistorySums.Get(agent, null, 200, null);
        Assert.Equal(Describe(all), $"{summary.Entries} {summary.CostUsd:0.#########} {summary.FirstAt:O} {Usage(summary.Usage)}");
        Assert.Equal(all.Count, (await _stores.History.List(filter)).Total);
        foreach (IGrouping<HistoryRole, HistoryEntry> role in all.GroupBy(entry => entry.Role))
            Assert.Equal((role.Count(), role.Sum(entry => entry.CostUsd)), ((int)summary.Roles.Single(r => r.Role == role.Key).Entries, summary.Roles.Single(r => r.Role == role.Key).CostUsd));
        Assert.Equal(all.GroupBy(entry => entry.Session).Select(s => $"{s.Key}: {Describe(s)}").Order(),
            summary.Sessions.Select(s => $"{s.Session}: {s.Entries} {s.CostUsd:0.#########} {s.FirstAt:O} {Usage(s.Usage)}").Order());
    }

    private static string Describe(IEnumerable<HistoryEntry> entries) => string.Create(CultureInfo.InvariantCulture,
        $"{entries.Count()} {entries.Sum(entry => entry.CostUsd):0.#########} {entries.First().CreatedAt:O} {Usage(entries.SelectMany(entry => entry.Usage ?? new Dictionary<string, long>()).GroupBy(u => u.Key).ToDictionary(u => u.Key, u => u.Sum(x => x.Value)))}");

    private static string Usage(IReadOnlyDictionary<string, long> usage) => string.Join(' ', usage.Where(u => u.Value > 0).OrderBy(u => u.Key, StringComparer.Ordinal).Select(u => $"{u.Key}={u.Value}"));
}
