using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Handovers;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Agents;

/// <summary>The files that say what agent types are.</summary>
public sealed class AgentTypeFileTests : IAsyncDisposable
{
    private readonly TemporaryProject _project = new();
    private readonly Stores _stores;

    public AgentTypeFileTests() => _stores = new(_project.Root, new Settings(), TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Theory]
    [InlineData("default", "default", "")]
    [InlineData("code-reviewer", "code-reviewer", "code_review")]
    [InlineData("doc-checker", "doc-checker", "doc_check")]
    [InlineData("session-handover", "session-handover", "analyze_session generate_handover")]
    public void Types_that_ship_are_described(string type, string schema, string capabilities)
    {
        AgentType said = new AgentTypes(_project.Root).Find(type)!;
        Assert.Equal((schema, capabilities), (said.Schema, string.Join(' ', said.Capabilities)));
        Assert.False(string.IsNullOrEmpty(said.Description));
        Assert.True(said.File.IsShipped);
    }

    [Theory]
    [InlineData("risk")]
    [InlineData("../agents/code-reviewer")]
    [InlineData("")]
    public void A_type_without_a_file_is_one_too(string type) => Assert.Null(new AgentTypes(_project.Root).Find(type));

    [Fact]
    public void JSON_is_read_however_it_is_written()
    {
        Write("risk.json", "\uFEFF{\r\n\t\"$schema\":\"x\",\"version\":1,\r\n\t\"description\": \"\\ud83d\\ude00 a\\/b \\\"c\\\" #d\\n- e\",\"capabilities\":[\"yes\",\"null\",\"1.5\",\"\\u00e9\"],\"schema\":null}");
        AgentType said = Find("risk")!;
        Assert.Equal("😀 a/b \"c\" #d\n- e", said.Description);
        Assert.Equal(["yes", "null", "1.5", "é"], said.Capabilities);
        Assert.Null(said.Schema);
    }

    [Theory]
    [InlineData("risk.yaml")]
    [InlineData("risk.yml")]
    public void YAML_is_read_too(string file)
    {
        Write(file, "# Who weighs risks.\nversion: 1\ndescription: >\n  Weighs\n  risks.\ncapabilities:\n  - risk_analysis\n  - \"no: really\"\n  - risk_analysis\nschema: ~\nhandoverTemplate: quick\n");
        AgentType said = Find("risk")!;
        Assert.Equal(("Weighs risks.\n", "quick", "risk_analysis no: really"), (said.Description, said.HandoverTemplate, string.Join(' ', said.Capabilities)));
        Assert.Null(said.Schema);
    }

    [Theory]
    [InlineData("{", 1, "no valid JSON")]
    [InlineData("", 1, "no valid JSON")]
    [InlineData("[]", 1, "must be keys with values")]
    [InlineData("\"risk\"", 1, "must be keys with values")]
    [InlineData("{\n\"version\": 1 // one\n}", 2, "no valid JSON")]
    [InlineData("{\n\n}", 1, "lacks 'version'")]
    [InlineData("{\n\"version\": 2\n}", 2, "version must be a whole number from 1 to 1")]
    [InlineData("{\n\"version\": 1,\n\"version\": 1\n}", 3, "uplicate")]
    [InlineData("{\n\"version\": 1,\n\"capabilites\": []\n}", 3, "Did you mean 'capabilities'?")]
    [InlineData("{\n\"version\": 1,\n\"capabilities\": \"x\"\n}", 3, "must be a list")]
    [InlineData("{\n\"version\": 1,\n\"capabilities\": [\n\"x\",\n[\"y\"]\n]\n}", 5, "a word or a short phrase")]
    [InlineData("{\n\"version\": 1,\n\"capabilities\": [\n\" \"]\n}", 4, "a word or a short phrase")]
    [InlineData("{\n\"version\": 1,\n\"schema\": \"../x\"\n}", 3, "schema must be a name")]
    [InlineData("{\n\"version\": 1,\n\"schema\": {}\n}", 3, "schema must be text")]
    [InlineData("{\n\"version\": 1,\n\"handoverTemplate\": \"a b\"\n}", 3, "handoverTemplate must be a name")]
    [InlineData("{\n\"version\": 1,\n\"description\": \"a\\u0000b\"\n}", 3, "no NUL")]
    [InlineData("{\n\"version\": 1,\n\"description\": \"\\ud800\"\n}", 3, "no valid JSON")]
    public void A_mistake_is_told_with_file_and_line(string json, int line, string fault)
    {
        Write("risk.json", json);
        AgentCraftException refused = Assert.Throws<AgentCraftException>(() => Find("risk"));
        Assert.Equal(ErrorCodes.InvalidConfiguration, refused.Code);
        Assert.StartsWith($".agentcraft/configs/agents/risk.json, line {line}: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(fault, refused.Message, StringComparison.Ordinal);
        Assert.NotNull(Find("code-reviewer"));
    }

    [Fact]
    public void What_is_too_much_is_refused()
    {
        foreach (string json in new[]
        {
            $$"""{"version": 1, "description": "{{new string('x', 2001)}}"}""",
            $$"""{"version": 1, "capabilities": ["{{new string('x', 201)}}"]}""",
            $$"""{"version": 1, "capabilities": [{{string.Join(',', Enumerable.Repeat("\"x\"", 201))}}]}""",
            new string('[', 100_000),
            $$"""{"version": 1, "description": "{{new string('x', 2_000_000)}}"}""",
        })
        {
            Write("risk.json", json);
            Assert.Equal(ErrorCodes.InvalidConfiguration, Assert.Throws<AgentCraftException>(() => Find("risk")).Code);
        }
    }

    [Fact]
    public void Two_files_for_one_type_are_a_mistake_that_names_both()
    {
        Write("risk.json", """{"version": 1}""");
        Write("risk.yaml", "version: 1");
        string message = Assert.Throws<AgentCraftException>(() => Find("risk")).Message;
        Assert.Contains("risk.json", message, StringComparison.Ordinal);
        Assert.Contains("risk.yaml", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_out_of_the_project_is_not_followed()
    {
        using TemporaryProject other = new();
        File.WriteAllText(other.PathOf("secret.json"), """{"version": 1}""");
        Directory.CreateDirectory(_project.PathOf(".agentcraft", "configs", "agents"));
        File.CreateSymbolicLink(_project.PathOf(".agentcraft", "configs", "agents", "risk.json"), other.PathOf("secret.json"));
        Assert.Contains("leads out of the project", Assert.Throws<AgentCraftException>(() => Find("risk")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_keeper_of_hand_overs_has_no_other_schema()
    {
        Write("session-handover.json", "{\"version\": 1,\n\"schema\": \"default\"}");
        Assert.StartsWith(".agentcraft/configs/agents/session-handover.json, line 2: ", Assert.Throws<AgentCraftException>(() => Find("session-handover")).Message, StringComparison.Ordinal);
        Assert.Equal("agents/session-handover", _stores.Databases.SchemaOf("session-handover").Name);
    }

    [Fact]
    public async Task The_project_s_own_file_goes_before_the_one_that_ships()
    {
        Write("code-reviewer.json", """{"version": 1, "capabilities": ["review_of_sql"]}""");
        Assert.Equal(["review_of_sql"], (await Register("rita", "code-reviewer")).Capabilities);
        Assert.Equal("agents/code-reviewer", _stores.Databases.SchemaOf("code-reviewer").Name);
        Write("code-reviewer.json", """{"version": 1, "schema": "doc-checker"}""");
        Assert.Equal("agents/doc-checker", _stores.Databases.SchemaOf("code-reviewer").Name);
    }

    [Fact]
    public async Task An_agent_that_says_nothing_can_do_what_its_type_can_and_what_it_says_stays()
    {
        Assert.Equal(["code_review"], (await Register("rita", "code-reviewer")).Capabilities);
        Assert.Equal(["doc_check"], (await Register("rita", "doc-checker")).Capabilities);
        Assert.Equal(["doc_check"], (await Register("rita")).Capabilities);
        Assert.Equal(["sql"], (await Register("rita", "doc-checker", ["sql"])).Capabilities);
        Assert.Equal(["sql"], (await Register("rita", "code-reviewer")).Capabilities);
        Assert.Empty((await Register("nils", "code-reviewer", [])).Capabilities);
        Assert.Empty((await Register("nils")).Capabilities);
        Assert.Equal(["doc_check"], (await Register("nils", "doc-checker")).Capabilities);

        // A type that is changed later changes nobody who is there; it is for those that come.
        Write("doc-checker.json", """{"version": 1, "capabilities": ["spelling"]}""");
        Assert.Equal(["doc_check"], (await Register("nils", "doc-checker")).Capabilities);
        Assert.Equal(["spelling"], (await Register("olga", "doc-checker")).Capabilities);
        await _stores.AgentLife.Remove("nils", null, purge: true);
        Assert.Equal(["spelling"], (await Register("nils", "doc-checker")).Capabilities);

        Write("default.json", """{"version": 1, "capabilities": ["anything"]}""");
        Assert.Equal(["anything"], (await Register("paul")).Capabilities);
        Write("default.json", "{");
        Assert.Equal(["spelling"], (await Register("olga")).Capabilities);
        Assert.Equal(["anything"], (await Register("paul", "code-reviewer")).Capabilities);
        Assert.Equal(ErrorCodes.InvalidConfiguration, (await Assert.ThrowsAsync<AgentCraftException>(() => Register("quinn"))).Code);
        Assert.DoesNotContain((await _stores.Agents.List(new() { IncludeInactive = true, Limit = 50 })).Agents, agent => agent.Name == "quinn");
    }

    [Fact]
    public async Task A_hand_over_is_made_from_the_template_of_its_author_s_type()
    {
        Write("risk.json", """{"version": 1, "handoverTemplate": "incident"}""");
        await Register("ron", "risk");
        Assert.Contains("## Timeline", (await Create("ron")).Content, StringComparison.Ordinal);
        Assert.DoesNotContain("## Timeline", (await Create("ron", "quick")).Content, StringComparison.Ordinal);
        Assert.Equal("incident", await _stores.Handovers.FindTemplate("ron"));
        Assert.Equal("standard", await _stores.Handovers.FindTemplate("nobody-yet"));

        Write("risk.json", "{\"version\": 1,\n\"handoverTemplate\": \"incidents\"}");
        AgentCraftException dangling = await Assert.ThrowsAsync<AgentCraftException>(() => Create("ron"));
        Assert.Equal(".agentcraft/configs/agents/risk.json, line 2: there is no hand-over template 'incidents'. There are: incident, quick, standard.", dangling.Message);
    }

    private AgentType? Find(string type) => new AgentTypes(_project.Root).Find(type);

    private Task<CreatedHandover> Create(string author, string? template = null) => _stores.Handovers.Create(new() { Author = author, Template = template }, null);

    private Task<Agent> Register(string name, string? type = null, string[]? capabilities = null) =>
        _stores.Agents.Register(new() { Name = AgentName.Parse(name), Type = type, Capabilities = capabilities });

    private void Write(string file, string text)
    {
        string path = _project.PathOf(".agentcraft", "configs", "agents", file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
