using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Hosting.StreamableHttp;

/// <summary>
/// Checks the <c>Mcp-Param-*</c> headers, in which clients repeat those arguments of a tool that its schema marks with
/// <c>x-mcp-header</c> (SEP-2243). The tools of the catalogue mark none; tools in a server's collection may.
/// </summary>
internal static class ParameterHeaders
{
    private const string Prefix = "Mcp-Param-";
    private const string Mark = "x-mcp-header";
    private const long LargestSafeInteger = (1L << 53) - 1;

    /// <summary>What is wrong with the headers of a tool call; null when nothing.</summary>
    public static string? Fault(HttpRequest request, JsonRpcMessage message, IEnumerable<McpServerTool> tools)
    {
        if (message is not JsonRpcRequest { Method: RequestMethods.ToolsCall })
            return null;
        JsonObject? parameters = PostedMessage.ParametersOf(message);
        string? name = PostedMessage.TextOf(parameters, "name");
        return tools.FirstOrDefault(tool => tool.ProtocolTool.Name == name) is { } called
            ? FaultIn(request, called.ProtocolTool.InputSchema, parameters?["arguments"] as JsonObject)
            : null;
    }

    /// <summary>The text in a header; null if its characters or its Base64 are not valid.</summary>
    public static string? Decode(HttpRequest request, string header)
    {
        string value = request.Headers[header].ToString().Trim();
        return value.All(c => c is '\t' or (>= ' ' and <= '~')) ? McpHeaderEncoder.DecodeValue(value) : null;
    }

    private static string? FaultIn(HttpRequest request, JsonElement schema, JsonObject? arguments)
    {
        if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("properties", out JsonElement properties))
            return null;
        foreach (JsonProperty property in properties.EnumerateObject())
        {
            JsonNode? argument = arguments?[property.Name];
            if ((MarkedFault(request, property, argument) ?? FaultIn(request, property.Value, argument as JsonObject)) is { } fault)
                return fault;
        }
        return null;
    }

    private static string? MarkedFault(HttpRequest request, JsonProperty property, JsonNode? argument)
    {
        if (property.Value.ValueKind != JsonValueKind.Object || !property.Value.TryGetProperty(Mark, out JsonElement mark))
            return null;
        string header = Prefix + mark.GetString();
        if (!request.Headers.ContainsKey(header))
            return argument is null ? null : $"{header} is missing: it must be the argument {property.Name}.";
        string? given = Decode(request, header);
        string? expected = argument is null ? null : McpHeaderEncoder.DecodeValue(McpHeaderEncoder.ConvertToHeaderValue(argument));
        return given is not null && Match(given, expected, property.Value) ? null : $"{header} is not the argument {property.Name}.";
    }

    // 42 and 42.0 are the same whole number; one that JavaScript would round is refused even when both say it.
    private static bool Match(string given, string? expected, JsonElement schema)
    {
        const NumberStyles Number = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (expected is null || !IsInteger(schema))
            return given == expected;
        return long.TryParse(given, Number, CultureInfo.InvariantCulture, out long a)
            && long.TryParse(expected, Number, CultureInfo.InvariantCulture, out long b)
            && a == b && a is >= -LargestSafeInteger and <= LargestSafeInteger;
    }

    private static bool IsInteger(JsonElement schema) => schema.TryGetProperty("type", out JsonElement type) && type.ValueKind switch
    {
        JsonValueKind.String => type.ValueEquals("integer"),
        JsonValueKind.Array => type.EnumerateArray().Any(t => t.ValueKind == JsonValueKind.String && t.ValueEquals("integer")),
        _ => false,
    };
}
