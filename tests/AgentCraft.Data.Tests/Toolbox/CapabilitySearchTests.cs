using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Events;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Toolbox;
using AgentCraft.Testing;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AgentCraft.Data.Tests.Toolbox;

public sealed class CapabilitySearchTests : IAsyncLifetime
{
    private const int Agents = 30, Tools = 7;

    private readonly TemporaryProject _project = new();
    private readonly FakeTime _time = new();
    private Stores _stores = null!;

    public async Task InitializeAsync()
    {
        _stores = new Stores(_project.Root, new Settings(), _time);
        for (int tool = 0; tool < Tools; tool++)
            await _stores.Tools.Define(new() { Name = $"t{tool}", Description = "x" }, idempotencyKey: null);
        for (int agent = 0; agent < Agents; agent++)
        {
            await _stores.Agents.Register(new() { Name = AgentName.Parse($"a{agent}"), Capabilities = ["review", $"only-{agent}"] });
            for (int tool = 0; tool < agent % (Tools + 1); tool++)
                await _stores.Grants.Grant(new() { Tool = $"t{tool}", To = $"a{agent}" }, idempotencyKey: null);
        }
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task Agents_come_with_their_tools_in_one_query_however_many_there_are()
    {
        ProjectStore projects = new(_stores.Databases);
        CapabilitySearch search = new(_stores.Databases, new(_stores.Databases, projects, new EventStore(), TimeSpan.FromMinutes(5)), projects);
        List<string> statements = [];
        CapableAgentPage page = await _stores.Databases.Central.Read(c =>
        {
            sqlite3 handle = ((SqliteConnection)c.Inner).Handle!;
            raw.sqlite3_trace(handle, (_, statement) => statements.Add(statement), null);
            try
            {
                return search.Find(c, new() { Capability = "REVIEW", Limit = 20 }, "epoch");
            }
            finally
            {
                raw.sqlite3_trace(handle, (strdelegate_trace)null!, null);
            }
        });
        Assert.Single(statements);
        Assert.Equal((20, (long)Agents, true), (page.Agents.Count, page.Total, page.HasMore));
        Assert.All(page.Agents.Index(), found => Assert.Equal(Enumerable.Range(0, found.Index % (Tools + 1)).Select(t => $"t{t}"), found.Item.Tools.Select(t => t.Name)));
    }

    [Fact]
    public async Task Pages_stay_right_while_agents_are_added()
    {
        List<string> seen = [];
        string? cursor = null;
        for (bool more = true; more;)
        {
            CapableAgentPage page = await _stores.Capabilities.Find(new() { Capability = "review", Limit = 8, Cursor = cursor });
            seen.AddRange(page.Agents.Select(agent => agent.Name));
            (cursor, more) = (page.Cursor, page.HasMore);
            if (seen.Count == 8)
                await _stores.Agents.Register(new() { Name = AgentName.Parse("late"), Capabilities = ["review"] });
        }
        Assert.Equal([.. Enumerable.Range(0, Agents).Select(i => $"a{i}"), "late"], seen);
    }

    [Fact]
    public async Task The_index_finds_the_agents_and_the_tools()
    {
        List<string> plan = await _stores.Databases.Central.Read(c => c.Query<PlanStep>("""
            EXPLAIN QUERY PLAN SELECT a.seq, g.limits FROM agent_capabilities k JOIN agents a ON a.seq = k.agent_seq
            LEFT JOIN agent_tools g ON g.agent_seq = a.seq WHERE k.capability_key = 'review'
            """).ConvertAll(step => step.Detail));
        Assert.Contains(plan, step => step.Contains("agent_capabilities_by_key", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, step => step.StartsWith("SCAN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_was_not_heard_from_for_five_minutes_is_found_only_on_request()
    {
        _time.Advance(TimeSpan.FromMinutes(6));
        Assert.Empty((await _stores.Capabilities.Find(new() { Capability = "only-3" })).Agents);
        Assert.False(Assert.Single((await _stores.Capabilities.Find(new() { Capability = "only-3", IncludeInactive = true })).Agents).Live);
    }

    private sealed class PlanStep
    {
        public string Detail { get; init; } = "";
    }
}
