using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>Types of agents at work through describe_records, save_records and query_records: those that ship, and those that a project adds with files.</summary>
public abstract class AgentTypeContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    private const string Risks = """
        -- up
        CREATE TABLE risks (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, agent_id TEXT NOT NULL, session_id TEXT,
            title TEXT NOT NULL, level TEXT NOT NULL DEFAULT 'low' CHECK (level IN ('low', 'high')), weight REAL, open INTEGER NOT NULL DEFAULT 1,
            links TEXT NOT NULL DEFAULT '[]', source_data TEXT NOT NULL DEFAULT '{}', due_at TEXT, created_at TEXT NOT NULL
        );
        CREATE INDEX risks_by_agent ON risks (agent_id, seq);
        CREATE TABLE measures (
            seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, agent_id TEXT NOT NULL, risk_id TEXT NOT NULL REFERENCES risks (id) ON DELETE CASCADE, text TEXT NOT NULL
        );
        -- down
        DROP TABLE measures;
        DROP TABLE risks;

        """;

    [Theory]
    [InlineData("code-reviewer", "reviews review_findings", "code_review")]
    [InlineData("doc-checker", "doc_analyses doc_issues", "doc_check")]
    public async Task A_type_that_ships_keeps_what_its_tables_are_described_to_take(string type, string tables, string capability)
    {
        ToolAnswer started = await Call("start_session", new { agent = "rita", type });
        Assert.Equal(capability, started.GetText("agent.capabilities.0"));
        ToolAnswer described = await Call("describe_records", new { agent = "rita" });
        Assert.Equal((type, tables), (described.GetText("schema"), TablesOf(described)));
        Assert.NotEmpty(described.GetText("description"));
        await KeepsWhatIsDescribed("rita", described);
    }

    [Fact]
    public async Task A_type_that_a_project_adds_with_a_schema_file_and_a_config_file_does_the_same()
    {
        Write("schemas/agents/risk-analyst/0001-risks.sql", Risks);
        Write("configs/agents/risk-analyst.json", """
            {
                "version": 1,
                "description": "Weighs what may go wrong.",
                "capabilities": ["risk_analysis", "Störfälle 🔥"],
                "handoverTemplate": "quick"
            }
            """);
        ToolAnswer started = await Call("start_session", new { agent = "ron", type = "risk-analyst" });
        Assert.Equal(["risk_analysis", "Störfälle 🔥"], started.Get<string[]>("agent.capabilities"));
        Assert.Equal("ron", (await Call("find_agents_by_capability", new { capability = "RISK_analysis" })).GetText("agents.0.name"));
        ToolAnswer described = await Call("describe_records", new { agent = "ron" });
        Assert.Equal(("risk-analyst", "risk-analyst", "risks measures", "Weighs what may go wrong."),
            (described.GetText("type"), described.GetText("schema"), TablesOf(described), described.GetText("description")));
        await KeepsWhatIsDescribed("ron", described);

        ToolAnswer handover = await Call("create_handover", new { agent = "ron" });
        Assert.Equal("quick", (await Call("list_handovers", new { id = handover.GetText("id") })).GetText("handovers.0.template"));
    }

    [Fact]
    public async Task A_type_can_have_the_tables_of_another_and_a_type_of_its_own_name_goes_on()
    {
        Write("schemas/agents/risk-analyst/0001-risks.sql", Risks);
        Write("configs/agents/auditor.yaml", "# An auditor weighs risks, too.\nversion: 1\nschema: risk-analyst\n");
        Write("configs/agents/critic.yaml", "version: 1\nschema: code-reviewer\n");
        foreach ((string name, string type, string schema, string tables) in new[]
            { ("ann", "auditor", "risk-analyst", "risks measures"), ("carl", "critic", "code-reviewer", "reviews review_findings"), ("ron", "risk-analyst", "risk-analyst", "risks measures") })
        {
            await Call("register_agent", new { name, type });
            ToolAnswer described = await Call("describe_records", new { agent = name });
            Assert.Equal((type, schema, tables), (described.GetText("type"), described.GetText("schema"), TablesOf(described)));
            await KeepsWhatIsDescribed(name, described);
        }
        // What one keeps is not the other's, though they have the same tables.
        Assert.Equal(1, (await Call("query_records", new { agent = "ann", table = "risks" })).GetNumber("total"));
    }

    [Fact]
    public async Task A_type_whose_file_is_broken_is_an_error_with_file_and_line_for_its_agents_alone()
    {
        Write("configs/agents/risk-analyst.json", "{\n  \"version\": 1,\n  \"shema\": \"risks\"\n}\n");
        await Start("alice");
        await Call("register_agent", new { name = "rita", type = "code-reviewer" });
        ToolAnswer refused = Refused("invalid_configuration", await Call("register_agent", new { name = "ron", type = "risk-analyst" }));
        Assert.Contains(".agentcraft/configs/agents/risk-analyst.json, line 3: the description of an agent type has no 'shema' here. Did you mean 'schema'", refused.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("Agents of other types are not affected", refused.Hint, StringComparison.Ordinal);
        Refused("not_found", await Call("get_agent", new { name = "ron" }));

        Write("configs/agents/risk-analyst.json", """{"version": 1}""");
        await Call("register_agent", new { name = "ron", type = "risk-analyst" });
        Write("configs/agents/risk-analyst.json", "{\n\n  \"version\": 1,\n  \"schema\": \"risks\",\n}\n");
        foreach (ToolAnswer answer in new[]
        {
            await Call("describe_records", new { agent = "ron" }),
            await Call("save_records", new { agent = "ron", table = "notes", records = new[] { new { title = "x" } } }),
            await Call("query_records", new { agent = "ron", table = "notes" }),
            await Call("append_history", new { agent = "ron", entries = new[] { new { role = "user", content = "x" } } }),
            await Call("create_handover", new { agent = "ron" }),
        })
            Assert.Contains("risk-analyst.json, line 5: this is no valid JSON", Refused("invalid_configuration", answer).ErrorMessage, StringComparison.Ordinal);
        Write("configs/agents/risk-analyst.json", "{\n\n  \"version\": 1,\n  \"schema\": \"risks\"\n}\n");
        Assert.Contains("risk-analyst.json, line 4: there is no schema 'risks': neither does one of that name ship, nor is there .agentcraft/schemas/agents/risks/",
            Refused("invalid_configuration", await Call("describe_records", new { agent = "ron" })).ErrorMessage, StringComparison.Ordinal);

        // Nobody else is kept from anything, and he himself is still there and can be written to.
        (await Call("describe_records", new { agent = "rita" })).Succeeded();
        (await Call("save_records", new { agent = "alice", table = "notes", records = new[] { new { title = "x" } } })).Succeeded();
        (await Call("create_handover", new { agent = "alice" })).Succeeded();
        (await Call("start_session", new { agent = "ron" })).Succeeded();
        await Post("alice", "ron");
        Write("configs/agents/risk-analyst.json", """{"version": 1}""");
        (await Call("save_records", new { agent = "ron", table = "notes", records = new[] { new { title = "x" } } })).Succeeded();
    }

    /// <summary>Writes a record into each table from nothing but its description, changes it, and finds it by each of its columns.</summary>
    private async Task KeepsWhatIsDescribed(string agent, ToolAnswer described)
    {
        Dictionary<string, string> ids = [];
        foreach (JsonElement table in described.At("tables").EnumerateArray())
        {
            string name = table.GetProperty("name").GetString()!;
            JsonElement[] columns = [.. table.GetProperty("columns").EnumerateArray().Where(column => !column.TryGetProperty("managed", out _))];
            JsonObject least = new(columns.Where(column => column.TryGetProperty("required", out _)).Select(column => Sample(column, ids)));
            JsonObject all = new(columns.Select(column => Sample(column, ids)));
            string id = (await Call("save_records", new { agent, table = name, records = new[] { least } })).GetText("ids.0");
            all["id"] = ids[name] = id;
            Assert.Equal(1, (await Call("save_records", new { agent, table = name, records = new[] { all } })).GetNumber("updated"));

            foreach (JsonElement column in columns.Where(column => !column.GetProperty("type").GetString()!.StartsWith("json", StringComparison.Ordinal)))
            {
                string key = column.GetProperty("name").GetString()!;
                ToolAnswer found = await Call("query_records", new { agent, table = name, where = new JsonObject { [key] = all[key]!.DeepClone() } });
                Assert.Equal(1, found.GetNumber("total"));
                foreach ((string member, JsonNode? value) in all)
                    Assert.True(JsonNode.DeepEquals(value, JsonNode.Parse(found.At("records.0").GetProperty(member).GetRawText())), $"{name}.{member} is {found.At("records.0")}");
            }
            JsonObject lacking = (JsonObject)all.DeepClone();
            lacking.Remove("id");
            lacking.Remove(columns.First(column => column.TryGetProperty("required", out _)).GetProperty("name").GetString()!);
            Refused("invalid_argument", await Call("save_records", new { agent, table = name, records = new[] { lacking } }));
        }
    }

    private static KeyValuePair<string, JsonNode?> Sample(JsonElement column, Dictionary<string, string> ids)
    {
        string name = column.GetProperty("name").GetString()!;
        JsonNode value = column.TryGetProperty("references", out JsonElement table) ? ids[table.GetString()!]
            : column.TryGetProperty("values", out JsonElement values) ? values[values.GetArrayLength() - 1].GetString()!
            : column.GetProperty("type").GetString() switch
            {
                "integer" => 1,
                "real" => 0.25,
                "json" => new JsonObject { ["é"] = new JsonArray(1, "two") },
                "json_list" => new JsonArray("a", 2),
                "time" => "2026-12-24T18:30:00.000Z",
                _ => $"{name}: é 🎉 'quoted'",
            };
        return new(name, value);
    }

    private static string TablesOf(ToolAnswer described) => string.Join(' ', described.At("tables").EnumerateArray().Select(table => table.GetProperty("name").GetString()));

    private void Write(string path, string text)
    {
        string file = Path.Combine(Root, ".agentcraft", path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
