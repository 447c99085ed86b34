using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AgentCraft.Data.Instances;

/// <summary>The last look before MCP servers are written to a workspace: whatever let them pass so far, nothing in them may be a secret.</summary>
internal static partial class McpSecrets
{
    /// <exception cref="AgentCraftException"><c>secret_refused</c></exception>
    public static void Refuse(JsonObject servers, string where)
    {
        FreeForm.Check(JsonSerializer.SerializeToElement(servers, DataJson.Default.JsonObject), $"{where}, mcpServers");
        foreach ((string name, JsonNode? server) in servers)
        {
            string place = $"{where}, mcpServers.{name}";
            RefuseArguments(server!["args"] as JsonArray ?? [], $"{place}.args");
            foreach ((string header, JsonNode? value) in server["headers"] as JsonObject ?? [])
                if (SecretHeader().IsMatch(header) && !IsReference(value!.GetValue<string>()))
                    throw Refused($"{place}.headers.{header}");
            if (server["url"]?.GetValue<string>() is { } url && UserInfo().Match(url) is { Success: true } user && !IsReference(user.Groups[1].Value))
                throw Refused($"{place}.url");
        }
    }

    /// <summary><c>--token abc</c> and <c>--token=abc</c>.</summary>
    private static void RefuseArguments(JsonArray arguments, string place)
    {
        string before = "";
        foreach (string argument in arguments.Select(one => one!.GetValue<string>()))
        {
            string name = argument.Split('=')[0], value = argument.Contains('=') ? argument[(name.Length + 1)..] : "";
            bool isLiteral = value.Length > 0 ? SecretOption().IsMatch(name) && !IsReference(value)
                : !argument.StartsWith('-') && SecretOption().IsMatch(before) && !IsReference(argument);
            if (isLiteral)
                throw Refused(place);
            before = argument;
        }
    }

    private static bool IsReference(string value) => value.Contains("${", StringComparison.Ordinal);

    private static AgentCraftException Refused(string place) => new(ErrorCodes.SecretRefused, $"{place} looks like a key or token, which is never written.",
        "Put it into an environment variable and name that, for example \"${API_KEY}\".");

    [GeneratedRegex("^(proxy-)?authorization$|^cookie$|key$|token$|secret$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretHeader();

    [GeneratedRegex("^-{1,2}([a-z0-9]+[-_])*(token|password|passwd|secret|apikey|api[-_]?key|access[-_]?key|private[-_]?key)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretOption();

    [GeneratedRegex("^[a-z][a-z0-9+.-]*://[^/?#]*:([^/?#]*)@", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();
}
