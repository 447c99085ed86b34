using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Tools;

/// <summary>
/// Whatever free-form object a tool takes, a key in it is refused and nothing is kept. The arguments are found in the catalogue, so that a
/// new one cannot be forgotten.
/// </summary>
public sealed class SecretArgumentTests(PreparedServer prepared) : IClassFixture<PreparedServer>
{
    /// <summary>What keeps nothing but selects, and what only looks free-form because its members are told elsewhere in the definition.</summary>
    private static readonly string[] Others = ["query_records.where", "record_metric.metrics"];

    /// <summary>The members of such a list that are free-form.</summary>
    private static readonly string[] OfEntries = ["toolCalls", "toolResults"];

    private static readonly string[] Secrets =
    [
        """{"x":"ghp_abcdefghijkl1234567890"}""", """{"apiKey":"hunter2"}""", """{"a":[{"db_password":"hunter2"}]}""", """{"env":{"GITHUB_TOKEN":["hunter2"]}}""",
        """{"url":"https://me:hunter2@x.example"}""", """{"h":"Bearer hunter21234567890"}""", """{"ghp_abcdefghijkl1234567890":1}""",
    ];

    /// <summary>Tool, argument, and for a list of objects the key in one that is free-form.</summary>
    public static TheoryData<string, string, string?> Arguments
    {
        get
        {
            TheoryData<string, string, string?> found = [];
            foreach (string tool in CatalogTests.NamesOf(_ => true))
                foreach (JsonProperty argument in CatalogTests.Definition(tool).GetProperty("inputSchema").GetProperty("properties").EnumerateObject())
                    foreach (string? inner in argument.Name == "entries" ? OfEntries : FreeForm(argument.Value).Where(_ => !Others.Contains($"{tool}.{argument.Name}")))
                        found.Add(tool, argument.Name, inner);
            return found;
        }
    }

    [Fact]
    public void Config_settings_and_metadata_are_among_them() => Assert.Superset(
        new HashSet<string>
        {
            "create_project.settings", "update_project.settings", "register_agent.config", "register_agent.permissions", "start_session.metadata", "create_task.metadata",
            "update_task.metadata", "grant_tool.limits", "define_tool.inputSchema", "log_message.context", "log_event.data", "add_subtasks.subtasks", "store_analysis.data",
        },
        Arguments.Select(row => $"{row[0]}.{row[1]}").ToHashSet());

    [Theory]
    [MemberData(nameof(Arguments))]
    public async Task A_key_in_it_is_refused_with_advice_and_nothing_is_kept(string tool, string argument, string? inner)
    {
        string store = StoreDump.Of(prepared.Root);
        foreach (string secret in Secrets)
        {
            JsonObject arguments = JsonSerializer.SerializeToNode(SampleCalls.Arguments(tool, prepared.Ids))!.AsObject();
            arguments[argument] = Put(tool, argument, inner, arguments, secret);
            if (argument == "entries")
                foreach (string alone in new[] { "role", "toolCalls", "usage", "costUsd", "content" })
                    arguments.Remove(alone);
            ToolAnswer refused = await prepared.Server.Call(tool, arguments);
            Assert.True(refused.ErrorCode == "secret_refused", $"{tool} with {argument} = {secret} answered {refused.Text}");
            Assert.Contains("environment variable", refused.Hint, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", refused.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("1234567890", refused.Text, StringComparison.Ordinal);
        }
        Assert.Equal(store, StoreDump.Of(prepared.Root));
    }

    private static JsonNode Put(string tool, string argument, string? inner, JsonObject arguments, string secret)
    {
        bool isList = HostileValues.TypesOf(CatalogTests.Definition(tool).GetProperty("inputSchema").GetProperty("properties").GetProperty(argument)).Contains("array");
        if (!isList)
            return JsonNode.Parse(secret)!;
        if (inner is null)
            return new JsonArray(tool == "save_records" ? new JsonObject { ["title"] = "x", ["data"] = JsonNode.Parse(secret) } : JsonNode.Parse(secret));
        JsonObject item = argument == "entries" ? new() { ["role"] = "user", ["content"] = "x" } : arguments[argument]!.AsArray()[0]!.DeepClone().AsObject();
        bool isInnerList = argument == "entries" || HostileValues.TypesOf(CatalogTests.Definition(tool).GetProperty("inputSchema").GetProperty("properties").GetProperty(argument).GetProperty("items").GetProperty("properties").GetProperty(inner)).Contains("array");
        item[inner] = isInnerList ? new JsonArray(JsonNode.Parse(secret)) : JsonNode.Parse(secret);
        return new JsonArray(item);
    }

    /// <summary>Null for an argument that is free-form itself, or a list of such; else the keys that are.</summary>
    private static IEnumerable<string?> FreeForm(JsonElement schema)
    {
        if (IsFree(schema) || (schema.TryGetProperty("items", out JsonElement items) && IsFree(items)))
            return [null];
        return schema.TryGetProperty("items", out items) && items.TryGetProperty("properties", out JsonElement properties)
            ? properties.EnumerateObject().Where(one => IsFree(one.Value) || (one.Value.TryGetProperty("items", out JsonElement inner) && IsFree(inner))).Select(one => (string?)one.Name)
            : [];
    }

    private static bool IsFree(JsonElement schema) => schema.ValueKind == JsonValueKind.Object
        && !schema.TryGetProperty("properties", out _) && !schema.TryGetProperty("additionalProperties", out _)
        && (!schema.TryGetProperty("type", out _) || HostileValues.TypesOf(schema) is ["object"] or ["object", "null"]);
}
