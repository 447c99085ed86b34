using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgentCraft.Data.Configuration;

namespace AgentCraft.Data.Instances;

/// <summary>The MCP servers of a workspace, as its clients read them: ours, and those of its template.</summary>
internal static partial class McpConfiguration
{
    private const string Own = "agentcraft", Servers = "mcpServers";
    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The servers by name.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c>, <c>secret_refused</c></exception>
    public static JsonObject Of(ResolvedTemplate template, ConfiguredMcpServer own)
    {
        if (template.McpServers.Keys.FirstOrDefault(name => name.Equals(Own, StringComparison.OrdinalIgnoreCase)) is { } taken)
            throw new AgentCraftException(ErrorCodes.InvalidConfiguration, $"{template.Path} names an MCP server '{taken}', which is AgentCraft's own.", "Give that server another name.");
        JsonObject servers = new() { [Own] = Node(own) };
        foreach ((string name, ConfiguredMcpServer server) in template.McpServers.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            servers[name] = Node(server);
        McpSecrets.Refuse(servers, template.Path);
        return servers;
    }

    /// <summary>The text of <c>.mcp.json</c>: what a person added to it stays, ours and the template's are set.</summary>
    /// <param name="servers">Ours and the template's.</param>
    /// <param name="present">The file as it is; null when there is none.</param>
    /// <param name="where">What to call it.</param>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c> for a file that is there and no JSON object.</exception>
    public static string Text(JsonObject servers, byte[]? present, string where)
    {
        JsonObject all = present is null ? [] : Present(present, where);
        if (all[Servers] is not JsonObject named)
            all[Servers] = named = [];
        foreach ((string name, JsonNode? server) in servers)
            named[name] = server!.DeepClone();
        return all.ToJsonString(Pretty) + "\n";
    }

    /// <summary>Cursor names a variable <c>${env:NAME}</c> where others say <c>${NAME}</c>.</summary>
    public static JsonObject ForCursor(JsonObject servers) => (JsonObject)JsonNode.Parse(Variable().Replace(servers.ToJsonString(Pretty), "$${env:$1}"))!;

    private static JsonObject Present(byte[] bytes, string where)
    {
        try
        {
            JsonObject? all = JsonNode.Parse(bytes) as JsonObject;
            _ = all?.Count;
            if (all is not null)
                return all;
        }
        catch (Exception broken) when (broken is JsonException or ArgumentException)
        {
        }
        throw new AgentCraftException(ErrorCodes.InvalidConfiguration, $"{where} is there and is no JSON object.", "Correct it or move it away, then repeat the call.");
    }

    private static JsonObject Node(ConfiguredMcpServer server)
    {
        JsonObject node = [];
        if (server.Url is not null)
            (node["type"], node["url"]) = ("http", server.Url);
        if (server.Command is not null)
            (node["command"], node["args"]) = (server.Command, new JsonArray([.. server.Args.Select(arg => (JsonNode)arg)]));
        if (server.Env.Count > 0)
            node["env"] = Node(server.Env);
        if (server.Headers.Count > 0)
            node["headers"] = Node(server.Headers);
        return node;
    }

    private static JsonObject Node(IReadOnlyDictionary<string, string> values) =>
        new(values.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));

    [GeneratedRegex(@"\$\{([A-Za-z_][A-Za-z0-9_]*)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();
}
