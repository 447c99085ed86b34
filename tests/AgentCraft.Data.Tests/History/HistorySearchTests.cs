using System.Text.Json;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.History;
using AgentCraft.Data.Search;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.History;

[OnEveryEngine]
public sealed class HistorySearchTests : IAsyncLifetime
{
    private readonly TemporaryProject _project = new();
    private Stores _stores = null!;

    public async Task InitializeAsync()
    {
        _stores = Open();
        foreach (string name in new[] { "alice", "bob" })
            await _stores.Agents.Register(new() { Name = AgentName.Parse(name) });
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task Words_are_found_in_content_tool_calls_and_results_and_in_nobody_else_s_history()
    {
        await Append("alice", new NewHistoryEntry { Role = HistoryRole.User, Content = "Fix the *Pärser*." });
        await Append("bob", new NewHistoryEntry { Role = HistoryRole.User, Content = "My parser." });
        await Append("alice", new NewHistoryEntry { Role = HistoryRole.Assistant, ToolCalls = [JsonElement.Parse("""{"name":"read","arguments":{"path":"src/parser.ts"}}""")] });
        await Append("alice", new NewHistoryEntry { Role = HistoryRole.Tool, ToolResults = [JsonElement.Parse("""{"lines":["first\nparser line \ud83c\udf89"]}""")] });
        HistoryHitPage page = await Find("alice", "parser");
        Assert.Equal([HistoryRole.Tool, HistoryRole.Assistant, HistoryRole.User], page.Entries.Select(hit => hit.Role));
        Assert.Equal(3, page.Total);
        Assert.All(page.Entries, hit => Assert.Equal("parser", hit.Excerpt.Substring(hit.Matches[0].Start, hit.Matches[0].Length).Replace("ä", "a", StringComparison.Ordinal).ToLowerInvariant()));
        Assert.Empty((await Find("alice", "arguments")).Entries);
        Assert.Equal("My parser.", Assert.Single((await Find("bob", "PARSER")).Entries).Excerpt);
        Assert.Single((await Find("alice", "\"src/parser\"")).Entries);
    }

    [Fact]
    public async Task The_index_catches_up_by_itself_once_nothing_is_written()
    {
        await Append("alice", new NewHistoryEntry { Role = HistoryRole.User, Content = "needle" });
        await Append("bob", new NewHistoryEntry { Role = HistoryRole.User, Content = "needle" });
        await Append("bob", new NewHistoryEntry { Role = HistoryRole.User, Content = "last" });
        foreach (string agent in new[] { "alice", "bob" })
        {
            Agent owner = await _stores.Agents.Get(agent);
            await Eventually.Become(() => _stores.Databases.Agent(agent, "default").Read(c => c.First<long>(
                "SELECT count(*) FROM search_progress p WHERE p.agent_id = @Id AND p.noun = 'history' AND p.indexed_seq = (SELECT max(seq) FROM agent_history WHERE agent_id = @Id)",
                new { owner.Id }) == 1), TimeSpan.FromSeconds(30), $"the index of {agent}'s history");
        }
    }

    [Fact]
    public async Task Any_text_is_safe_and_pages_go_on()
    {
        for (int i = 0; i < 7; i++)
            await Append("alice", new NewHistoryEntry { Role = HistoryRole.User, Content = $"needle {i} {(i == 3 ? "needle needle" : "")}" });
        HistoryHitPage first = await Find("alice", "needle", limit: 4);
        await Append("alice", new NewHistoryEntry { Role = HistoryRole.User, Content = "needle new" });
        HistoryHitPage rest = await Find("alice", "needle", limit: 4, cursor: first.Cursor);
        Assert.Equal(7, first.Entries.Concat(rest.Entries).Select(hit => hit.Id).Distinct().Count());
        Assert.Equal("needle 3 needle needle", (await Find("alice", "needle", SearchOrder.Rank)).Entries[0].Excerpt);
        foreach (string text in new[] { "needle\" OR", "NEAR(needle)", "needle*", "-needle", "needle' --", "a:needle ^" })
            await Find("alice", text);
    }

    [Fact]
    public async Task What_is_pruned_or_purged_is_not_found_and_not_kept_in_the_index()
    {
        await Append("alice", new NewHistoryEntry { Role = HistoryRole.User, Content = "secretword here" });
        await Append("bob", new NewHistoryEntry { Role = HistoryRole.User, Content = "secretword there" });
        Assert.Single((await Find("alice", "secretword")).Entries);
        Assert.Single((await Find("bob", "secretword")).Entries);
        await _stores.History.Prune((await _stores.Agents.Get("alice")).Ref, DateTimeOffset.UtcNow.AddDays(1));
        Assert.Empty((await Find("alice", "secretword")).Entries);
        await _stores.AgentLife.Remove("bob", null, purge: true);
        Assert.Empty((await Find("bob", "secretword")).Entries);
        foreach (string agent in new[] { "alice", "bob" })
            Assert.Equal(0, await _stores.Databases.Agent(agent, "default").Read(c => c.First<long>("SELECT count(*) FROM search_history")));
        await Append("alice", new NewHistoryEntry { Role = HistoryRole.User, Content = "secretword again" });
        Assert.Single((await Find("alice", "secretword")).Entries);
    }

    [Fact]
    public async Task Each_entry_is_indexed_once_whoever_searches()
    {
        await using Stores other = Open();
        for (int i = 0; i < 20; i++)
        {
            await Append("alice", [.. Enumerable.Range(0, 30).Select(n => new NewHistoryEntry { Role = HistoryRole.User, Content = $"needle {i} {n}" })]);
            HistoryHitPage[] pages = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => (n % 2 == 0 ? _stores : other).HistorySearch.Find(new() { Agent = "alice", Query = "needle" }, new() { Limit = 200 })));
            Assert.All(pages, page => Assert.Equal(((i + 1) * 30L, null), (page.Total, page.NotIndexed)));
        }
        Assert.Equal(600, await _stores.Databases.Agent("alice", "default").Read(c => c.First<long>("SELECT count(*) FROM search_history")));
    }

    [Fact]
    public async Task Agents_that_write_side_by_side_lose_no_entry_in_the_index()
    {
        string[] agents = [.. Enumerable.Range(0, 6).Select(i => $"agent-{i}")];
        foreach (string agent in agents)
            await _stores.Agents.Register(new() { Name = AgentName.Parse(agent) });
        await Task.WhenAll(agents.Select(async agent =>
        {
            for (int i = 1; i <= 15; i++)
            {
                await Append(agent, new NewHistoryEntry { Role = HistoryRole.User, Content = $"needle {i}" });
                Assert.Equal(i, (await Find(agent, "needle")).Total);
            }
        }));
    }

    private Stores Open() => new(_project.Root, new Settings { Store = _project.Store ?? "" }, TimeProvider.System);

    private Task<AppendedHistory> Append(string agent, params NewHistoryEntry[] entries) => _stores.History.Append(new() { Agent = agent, Entries = entries }, null);

    private Task<HistoryHitPage> Find(string agent, string query, SearchOrder order = SearchOrder.Desc, int limit = 20, string? cursor = null) =>
        _stores.HistorySearch.Find(new() { Agent = agent, Query = query }, new() { Order = order, Limit = limit, Cursor = cursor });
}
