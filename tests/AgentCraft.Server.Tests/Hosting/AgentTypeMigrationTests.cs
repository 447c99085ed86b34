using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Hosting;

/// <summary>A project changes the schema of a type of its own between two runs of the server.</summary>
[OnEveryEngine]
public sealed class AgentTypeMigrationTests : IDisposable
{
    private const string Columns = "seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, agent_id TEXT NOT NULL";
    private const string First = $"-- up\nCREATE TABLE risks ({Columns}, title TEXT NOT NULL);\n-- down\nDROP TABLE risks;\n";
    private const string Second = $"-- up\nCREATE TABLE measures ({Columns}, risk_id TEXT NOT NULL REFERENCES risks (id), text TEXT NOT NULL);\n-- down\nDROP TABLE measures;\n";

    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task What_agents_kept_before_is_there_after_a_further_file_and_drift_is_told_and_changes_nothing()
    {
        Write("schemas/agents/risk/0001-risks.sql", First);
        Write("configs/agents/risk.yaml", "version: 1\ncapabilities: [risk_analysis]\n");
        Dictionary<string, string> risks = [];
        await using (StdioServer server = await Connect())
            foreach (string agent in new[] { "ron", "ria" })
            {
                (await server.Call("start_session", new { agent, type = "risk" })).Succeeded();
                risks[agent] = (await Save(server, agent, "risks", new { title = $"Fire of {agent}" })).GetText("ids.0");
            }

        Write("schemas/agents/risk/0002-measures.sql", Second);
        Write("configs/agents/auditor.yaml", "version: 1\nschema: risk\n");
        await using (StdioServer server = await Connect())
        {
            foreach ((string agent, string risk) in risks)
            {
                Assert.Equal($"Fire of {agent}", (await server.Call("query_records", new { agent, table = "risks" })).GetText("records.0.title"));
                (await Save(server, agent, "measures", new { risk_id = risk, text = "Water" })).Succeeded();
            }
            (await server.Call("start_session", new { agent = "ann", type = "auditor" })).Succeeded();
            string own = (await Save(server, "ann", "risks", new { title = "Mine" })).GetText("ids.0");
            Assert.Equal("not_found", (await Save(server, "ann", "measures", new { risk_id = risks["ron"], text = "x" })).ErrorCode);
            (await Save(server, "ann", "measures", new { risk_id = own, text = "x" })).Succeeded();
        }

        Write("schemas/agents/risk/0001-risks.sql", First.Replace("title TEXT", "title INTEGER", StringComparison.Ordinal));
        await using (StdioServer server = await Connect())
        {
            ToolAnswer drifted = await server.Call("query_records", new { agent = "ron", table = "risks" });
            Assert.Equal("migration_mismatch", drifted.ErrorCode);
            Assert.Contains(".agentcraft/schemas/agents/risk/0001-risks.sql", drifted.ErrorMessage, StringComparison.Ordinal);
            (await server.Call("start_session", new { agent = "alice" })).Succeeded();
            (await Save(server, "alice", "notes", new { title = "x" })).Succeeded();
        }

        Write("schemas/agents/risk/0001-risks.sql", First);
        await using (StdioServer server = await Connect())
            Assert.Equal(1, (await server.Call("query_records", new { agent = "ron", table = "measures" })).GetNumber("total"));
    }

    [Fact]
    public async Task SQL_that_does_more_than_make_tables_and_indexes_is_refused_in_a_later_file_too_and_nothing_is_lost()
    {
        Write("schemas/agents/risk/0001-risks.sql", First);
        await using (StdioServer server = await Connect())
        {
            (await server.Call("start_session", new { agent = "ron", type = "risk" })).Succeeded();
            (await Save(server, "ron", "risks", new { title = "Fire" })).Succeeded();
        }
        foreach (string sql in new[] { "DELETE FROM risks;", "DROP TABLE risks;", "UPDATE risks SET title = 'x';", "CREATE TRIGGER t AFTER INSERT ON risks BEGIN DELETE FROM risks; END;", "CREATE VIEW v AS SELECT * FROM risks;" })
        {
            Write("schemas/agents/risk/0002-evil.sql", $"-- up\n{sql}\n-- down\n");
            await using StdioServer server = await Connect();
            ToolAnswer refused = await server.Call("query_records", new { agent = "ron", table = "risks" });
            Assert.Equal("invalid_configuration", refused.ErrorCode);
            Assert.Contains("0002-evil.sql, line 1 of its part", refused.ErrorMessage, StringComparison.Ordinal);
        }
        File.Delete(_project.PathOf(".agentcraft", "schemas", "agents", "risk", "0002-evil.sql"));
        await using StdioServer mended = await Connect();
        Assert.Equal("Fire", (await mended.Call("query_records", new { agent = "ron", table = "risks" })).GetText("records.0.title"));
    }

    private Task<StdioServer> Connect() => StdioServer.Connect(_project.Root, ["--toolsets", "all"]);

    private static Task<ToolAnswer> Save(StdioServer server, string agent, string table, object record) => server.Call("save_records", new { agent, table, records = new[] { record } });

    private void Write(string path, string text)
    {
        string file = _project.PathOf(".agentcraft", path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
