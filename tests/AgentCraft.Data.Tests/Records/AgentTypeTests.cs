using System.Text.Json;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Records;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Schemas;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Records;

/// <summary>Agent types: those that ship, and one that a project adds with a file.</summary>
[OnEveryEngine]
public sealed class AgentTypeTests : IAsyncLifetime
{
    private const string Risks = """
        -- up
        CREATE TABLE risks (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, agent_id TEXT NOT NULL, session_id TEXT,
            title TEXT NOT NULL, level TEXT NOT NULL DEFAULT 'low' CHECK (level IN ('low', 'high')), weight REAL, open INTEGER NOT NULL DEFAULT 1,
            links TEXT NOT NULL DEFAULT '[]', due_at TEXT, created_at TEXT NOT NULL, UNIQUE (agent_id, title)
        );
        CREATE INDEX risks_by_agent ON risks (agent_id, seq);
        CREATE TABLE risk_notes (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, agent_id TEXT NOT NULL, risk_id TEXT NOT NULL REFERENCES risks (id) ON DELETE CASCADE, body TEXT NOT NULL
        );
        -- down
        DROP TABLE risk_notes;
        DROP TABLE risks;

        """;

    private readonly TemporaryProject _project = new();
    private Stores _stores = null!;

    public Task InitializeAsync()
    {
        _stores = Open();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task A_type_may_use_the_schema_of_another()
    {
        await using Stores mapped = new(_project.Root, new Settings
        {
            Store = _project.Store ?? "",
            Agents = new() { DefaultSchema = "doc-checker", Schemas = new Dictionary<string, string> { ["security-reviewer"] = "code-reviewer" } },
        }, TimeProvider.System);
        foreach ((string name, string type) in new[] { ("sue", "security-reviewer"), ("dan", "anything") })
            await mapped.Agents.Register(new() { Name = AgentName.Parse(name), Type = type });
        Assert.Equal(("code-reviewer", "reviews"), (await Schema(mapped, "sue"), (await mapped.RecordTables.Describe("sue", null)).Tables[0].Name));
        Assert.Equal("doc-checker", await Schema(mapped, "dan"));
        Assert.Equal(0, await mapped.Databases.Agent("sue", "security-reviewer").Read(c => c.First<long>("SELECT count(*) FROM reviews")));
    }

    private static async Task<string> Schema(Stores stores, string agent) => (await stores.RecordTables.Describe(agent, null)).Schema;

    [Fact]
    public async Task A_type_that_a_project_adds_with_one_file_is_described_saved_and_found()
    {
        Write("risk/0001-risks.sql", Risks);
        await Register("alice", "risk");
        DescribedRecords described = await _stores.RecordTables.Describe("alice", null);
        Assert.Equal(("risk", "risks risk_notes"), (described.Schema, string.Join(' ', described.Tables.Select(table => table.Name))));
        SavedRecords saved = await Save("alice", "risks", """{"title":"Fire","level":"high","weight":0.5,"open":false,"links":["a"],"due_at":"2026-12-24"}""", """{"title":"Flood"}""");
        Assert.Equal((2, 0), (saved.Inserted, saved.Updated));
        await Save("alice", "risk_notes", $$"""{"risk_id":"{{saved.Ids[0]}}","body":"Water helps."}""");
        Assert.Equal(0, (await Save("alice", "risks", $$"""{"id":"{{saved.Ids[1]}}","level":"high","weight":null}""")).Inserted);
        RecordPage page = await Find("alice", "risks", """{"level":"high","open":{"in":[0,false]},"weight":{"gt":0},"due_at":{"lt":"2026-12-25T00:00:00+01:00"}}""");
        JsonElement fire = Assert.Single(page.Records);
        Assert.Equal("""{"title":"Fire","level":"high","weight":0.5,"open":0,"links":["a"],"due_at":"2026-12-24T00:00:00.000Z"}""",
            JsonSerializer.Serialize(fire.EnumerateObject().Where(member => member.Name is not ("seq" or "id" or "created_at")).ToDictionary(member => member.Name, member => member.Value)));
        Assert.Equal("high", Assert.Single((await Find("alice", "risks", """{"title":"Flood"}""")).Records).GetProperty("level").GetString());
    }

    [Fact]
    public async Task A_further_file_migrates_what_is_there()
    {
        Write("risk/0001-risks.sql", Risks);
        await Register("alice", "risk");
        await Save("alice", "risks", """{"title":"Fire"}""");
        await Reopen();
        Write("risk/0002-owners.sql", "-- Who owns a risk.\n-- up\nCREATE TABLE owners (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, agent_id TEXT NOT NULL, name TEXT NOT NULL);\n-- down\nDROP TABLE owners;\n");
        await Save("alice", "owners", """{"name":"Bob"}""");
        Assert.Single((await Find("alice", "risks")).Records);

        await Reopen();
        Write("risk/0001-risks.sql", Risks.Replace("'low'", "'high'", StringComparison.Ordinal));
        AgentCraftException changed = await Assert.ThrowsAsync<AgentCraftException>(() => Find("alice", "risks"));
        Assert.Equal(ErrorCodes.MigrationMismatch, changed.Code);
        Assert.Contains(".agentcraft/schemas/agents/risk/0001-risks.sql", changed.Message, StringComparison.Ordinal);

        await Reopen();
        Write("risk/0001-risks.sql", Risks);
        File.Delete(_project.PathOf(".agentcraft", "schemas", "agents", "risk", "0002-owners.sql"));
        AgentCraftException gone = await Assert.ThrowsAsync<AgentCraftException>(() => Find("alice", "risks"));
        Assert.Equal(ErrorCodes.StoreTooNew, gone.Code);
        Assert.Contains("agents/risk/0002-owners", gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_further_file_counts_for_every_agent_of_the_type_and_keeps_what_all_have()
    {
        Write("risk/0001-risks.sql", Risks);
        foreach (string agent in new[] { "alice", "bob" })
        {
            await Register(agent, "risk");
            await Save(agent, "risks", $$"""{"title":"Fire of {{agent}}"}""");
        }
        await Reopen();
        Write("risk/0002-costs.sql", "-- up\nCREATE TABLE costs (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, agent_id TEXT NOT NULL, risk_id TEXT NOT NULL REFERENCES risks (id), amount REAL NOT NULL);\nCREATE INDEX risks_by_level ON risks (agent_id, level);\n-- down\nDROP INDEX risks_by_level;\nDROP TABLE costs;\n");
        Write("risk/0003-evil.sql", "-- up\nDELETE FROM risks;\n-- down\n");
        Assert.Equal(ErrorCodes.InvalidConfiguration, (await Assert.ThrowsAsync<AgentCraftException>(() => Find("alice", "risks"))).Code);
        File.Delete(_project.PathOf(".agentcraft", "schemas", "agents", "risk", "0003-evil.sql"));
        foreach (string agent in new[] { "alice", "bob" })
        {
            JsonElement risk = Assert.Single((await Find(agent, "risks")).Records);
            Assert.Equal($"Fire of {agent}", risk.GetProperty("title").GetString());
            await Save(agent, "costs", $$"""{"risk_id":"{{risk.GetProperty("id").GetString()}}","amount":2.5}""");
            Assert.Single((await Find(agent, "costs")).Records);
        }
        if (_project.Engine == Engine.Sqlite)
            Assert.All(new[] { "alice", "bob" }, agent => Assert.NotEmpty(Directory.EnumerateFiles(_project.PathOf(".agentcraft", "backups"), $"{agent}.db", SearchOption.AllDirectories)));
    }

    [Fact]
    public async Task Migrations_are_applied_once_whoever_opens_at_the_same_time()
    {
        Write("risk/0001-risks.sql", Risks);
        await Register("alice", "risk");
        await Save("alice", "risks", """{"title":"Fire"}""");
        await Reopen();
        Write("risk/0002-owners.sql", "-- up\nCREATE TABLE owners (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, agent_id TEXT NOT NULL, name TEXT NOT NULL);\n-- down\nDROP TABLE owners;\n");
        List<Stores> others = [.. Enumerable.Range(0, 4).Select(_ => Open())];
        await Task.WhenAll(others.Select((other, i) => other.Records.Save(new() { Agent = "alice", Table = "owners", Records = [JsonElement.Parse($$"""{"name":"{{i}}"}""")] }, null)));
        foreach (Stores other in others)
            await other.DisposeAsync();
        Assert.Equal(4, (await Find("alice", "owners")).Records.Count);
    }

    [Theory]
    [InlineData("CREATE TABLE x (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, agent_id TEXT NOT NULL);\nINSERT INTO store_info (key, value) VALUES ('epoch', 'x');")]
    [InlineData("ATTACH DATABASE 'x.db' AS x;")]
    [InlineData("COPY agent_history TO PROGRAM 'sh';")]
    [InlineData("DROP TABLE agent_history;")]
    public async Task Hostile_schemas_are_refused_and_change_nothing(string sql)
    {
        Write("evil/0001-evil.sql", $"-- up\n{sql}\n-- down\n");
        await Register("mallory", "evil");
        foreach (Func<Task> call in new Func<Task>[] { () => Save("mallory", "x", "{}"), () => _stores.RecordTables.Describe("mallory", null), () => Append("mallory") })
            Assert.Equal(ErrorCodes.InvalidConfiguration, (await Assert.ThrowsAsync<AgentCraftException>(call)).Code);
        Assert.False(File.Exists(_project.AgentFile("mallory")));
        Assert.False(File.Exists(_project.PathOf("x.db")));
        // Nobody else is kept from working.
        await Register("alice", "default");
        await Save("alice", "notes", """{"title":"x"}""");
    }

    [Theory]
    [InlineData("bad name.sql")]
    [InlineData("1-x.sql")]
    [InlineData("0001-x.mysql.sql")]
    public async Task Files_of_other_names_are_refused(string name)
    {
        Write($"odd/{name}", Risks);
        await Register("alice", "odd");
        Assert.Equal(ErrorCodes.InvalidConfiguration, (await Assert.ThrowsAsync<AgentCraftException>(() => Find("alice", "risks"))).Code);
    }

    [Fact]
    public async Task A_fork_is_read_on_its_own_engine_only()
    {
        string fork = Risks.Replace("risks", "threats", StringComparison.Ordinal);
        Write("risk/0001-risks.sql", Risks);
        Write("risk/0001-risks.postgres.sql", fork);
        await Register("alice", "risk");
        await Save("alice", _project.Engine == Engine.Postgres ? "threats" : "risks", """{"title":"Fire"}""");
    }

    [Theory]
    [InlineData("../../../outside")]
    [InlineData("..")]
    [InlineData("common")]
    [InlineData("RISK")]
    [InlineData("no-such-type")]
    public void Types_that_name_no_schema_have_the_default_one(string type)
    {
        Write("risk/0001-risks.sql", Risks);
        Directory.CreateDirectory(_project.PathOf("outside"));
        File.WriteAllText(_project.PathOf("outside", "0001-x.sql"), Risks);
        Assert.Equal("agents/default", _stores.Databases.SchemaOf(type).Name);
    }

    [Fact]
    public async Task What_ships_cannot_be_replaced_by_a_project()
    {
        Write("code-reviewer/0001-reviews.sql", Risks);
        await Register("alice", "code-reviewer");
        Assert.Equal(["reviews", "review_findings"], (await _stores.RecordTables.Describe("alice", null)).Tables.Select(table => table.Name));
    }

    [Fact]
    public async Task Records_are_an_agent_s_own()
    {
        await Register("alice", "code-reviewer");
        await Register("bob", "code-reviewer");
        string review = (await Save("alice", "reviews", """{"target":"src/a.ts"}""")).Ids[0];
        Assert.Empty((await Find("bob", "reviews")).Records);
        Assert.Equal(ErrorCodes.NotFound, (await Assert.ThrowsAsync<AgentCraftException>(() => Save("bob", "reviews", $$"""{"id":"{{review}}","target":"mine"}"""))).Code);
        Assert.Equal(ErrorCodes.NotFound, (await Assert.ThrowsAsync<AgentCraftException>(() => Save("bob", "review_findings", $$"""{"review_id":"{{review}}","severity":"minor","message":"x"}"""))).Code);
        await Save("alice", "review_findings", $$"""{"review_id":"{{review}}","severity":"minor","message":"x"}""");
        Assert.Equal("src/a.ts", Assert.Single((await Find("alice", "reviews")).Records).GetProperty("target").GetString());
    }

    [Fact]
    public async Task Purging_an_agent_empties_the_tables_of_a_project_s_type()
    {
        Write("risk/0001-risks.sql", Risks);
        await Register("alice", "risk");
        await Register("bob", "risk");
        foreach (string agent in new[] { "alice", "bob" })
        {
            string risk = (await Save(agent, "risks", """{"title":"Fire"}""")).Ids[0];
            await Save(agent, "risk_notes", $$"""{"risk_id":"{{risk}}","body":"x"}""");
        }
        RemovedAgent removed = await _stores.AgentLife.Remove("alice", null, purge: true);
        Assert.Equal((1, 1), (removed.Purged!["agent.risks"], removed.Purged["agent.risk_notes"]));
        Assert.Empty((await Find("alice", "risks")).Records);
        Assert.Single((await Find("bob", "risk_notes")).Records);
    }

    [Theory]
    [InlineData("default")]
    [InlineData("code-reviewer")]
    [InlineData("doc-checker")]
    [InlineData("session-handover")]
    public async Task What_the_text_of_a_schema_says_of_its_tables_is_what_the_engine_says(string type)
    {
        string engine = _project.Engine == Engine.Postgres ? "postgres" : "sqlite";
        await Register("alice", type);
        Database file = _stores.Databases.Agent("alice", type);
        foreach (TableDefinition table in MigrationSet.Get($"agents/{type}", engine).Tables.Concat(MigrationSet.Get("agents/common", engine).Tables))
        {
            List<string> told = await file.Read(c => c.Query<string>(engine == "sqlite"
                ? $"SELECT name || ' ' || type || CASE WHEN \"notnull\" = 1 OR pk = 1 THEN ' required' ELSE '' END FROM pragma_table_info('{table.Name}') ORDER BY cid"
                : $"""
                SELECT column_name || ' ' || CASE data_type WHEN 'bigint' THEN 'INTEGER' WHEN 'text' THEN 'TEXT' WHEN 'double precision' THEN 'REAL' ELSE upper(data_type) END
                    || CASE is_nullable WHEN 'NO' THEN ' required' ELSE '' END
                FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = '{table.Name}' ORDER BY ordinal_position
                """));
            Assert.Equal(told, table.Columns.Select(column => $"{column.Name} {column.Type}{(column.NotNull ? " required" : "")}"));
        }
    }

    private Stores Open() => new(_project.Root, new Settings { Store = _project.Store ?? "" }, TimeProvider.System);

    private async Task Reopen()
    {
        await _stores.DisposeAsync();
        _stores = Open();
    }

    private void Write(string path, string sql)
    {
        string file = _project.PathOf(".agentcraft", "schemas", "agents", path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, sql);
    }

    private Task Register(string name, string type) => _stores.Agents.Register(new() { Name = AgentName.Parse(name), Type = type });

    private Task<SavedRecords> Save(string agent, string table, params string[] records) =>
        _stores.Records.Save(new() { Agent = agent, Table = table, Records = [.. records.Select(record => JsonElement.Parse(record))] }, null);

    private Task Append(string agent) =>
        _stores.History.Append(new() { Agent = agent, Entries = [new() { Role = Data.History.HistoryRole.User, Content = "x" }] }, null);

    private Task<RecordPage> Find(string agent, string table, string? where = null) =>
        _stores.RecordQuery.List(new() { Agent = agent, Table = table, Where = where is null ? null : JsonElement.Parse(where) });
}
