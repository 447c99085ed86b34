using System.Text.Json;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Handovers;
using AgentCraft.Data.Records;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Handovers;

/// <summary>The tables of the hand-over agent: each is written by the calls of a usual session, and can be read by it.</summary>
[OnEveryEngine]
public sealed class HandoverTableTests : IAsyncLifetime
{
    private readonly TemporaryProject _project = new();
    private Stores _stores = null!;

    public async Task InitializeAsync()
    {
        _stores = new(_project.Root, new Settings { Store = _project.Store ?? "" }, TimeProvider.System);
        await _stores.Agents.Register(new() { Name = AgentName.Parse("alice") });
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Theory]
    [InlineData("handover_documents", "title", "Parser")]
    [InlineData("validation_results", "rule_name", "aim-is-written")]
    [InlineData("user_templates", "template_name", "mine")]
    [InlineData("user_rules", "rule_name", "aim-is-written")]
    [InlineData("session_recommendations", "recommendation_type", "notes")]
    public async Task A_session_fills_every_table_and_the_agent_can_query_it(string table, string column, string value)
    {
        await Work();
        RecordPage page = await _stores.RecordQuery.List(new() { Agent = "session-handover", Table = table, Where = JsonElement.Parse($$"""{"{{column}}":"{{value}}"}""") });
        Assert.NotEmpty(page.Records);
        Assert.All(page.Records, row => Assert.Equal(value, row.GetProperty(column).GetString()));
    }

    [Fact]
    public async Task Its_analyses_are_told_by_kind()
    {
        await Work();
        foreach (string kind in new[] { "git_analysis", "file_analysis", "todo_analysis", "session_facts" })
            Assert.Equal(kind, (await _stores.AnalysisLog.GetLatest("session-handover", kind, null)).Type);
    }

    [Fact]
    public void The_list_above_has_every_table() => Assert.Equal(
        ["handover_documents", "session_recommendations", "user_rules", "user_templates", "validation_results"],
        MigrationSet.Get("agents/session-handover", _project.Engine == Engine.Postgres ? "postgres" : "sqlite").Tables.Select(table => table.Name).Order());

    [Fact]
    public async Task Template_and_rules_are_kept_once_by_their_hash_and_anew_when_the_file_changes()
    {
        await Work();
        await Work();
        Assert.Single(await Hashes("user_templates"));
        Assert.Single(await Hashes("user_rules"));
        string first = (await Hashes("user_rules")).Single();
        Write("rules/mine.yaml", Rules("aim-is-written-well"));
        await Work();
        Assert.NotEqual(first, (await Hashes("user_rules")).Single());
        Assert.Equal(["aim-is-written-well"], await Texts("SELECT rule_name FROM user_rules"));
    }

    private async Task Work()
    {
        if (!File.Exists(_project.PathOf(".agentcraft", "configs", "handover", "rules", "mine.yaml")))
            Write("rules/mine.yaml", Rules("aim-is-written"));
        Write("templates/mine.md", "# {{title}}\n\n## Aim\n<!-- REQUIRED -->\n\n[What]\n");
        CreatedHandover made = await _stores.Handovers.Create(new() { Author = "alice", Template = "mine", Title = "Parser", Sections = new Dictionary<string, string> { ["Aim"] = "Ship it." }, Publish = true }, null);
        Assert.Equal(HandoverStatus.Published, made.Status);
        await _stores.SessionAnalyses.Analyze("alice", new(null), null);
        await _stores.Recommendations.Recommend("alice", new(null, null, 20), null);
    }

    private static string Rules(string name) => $"version: 1\nrules:\n  - name: {name}\n    type: quality_check\n    check: not_empty\n    section: Aim\n";

    private Task<List<string>> Hashes(string table) => Texts($"SELECT DISTINCT file_hash FROM {table}");

    private Task<List<string>> Texts(string query) => _stores.Databases.Agent("session-handover", HandoverSettings.AgentType).Read(c => c.Query<string>(query));

    private void Write(string path, string text)
    {
        string file = _project.PathOf(".agentcraft", "configs", "handover", path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
