using System.Diagnostics;
using System.Reflection;
using System.Text.Json.Nodes;
using AgentCraft.Server.Hosting.StreamableHttp;
using AgentCraft.Server.Prompts;
using AgentCraft.Server.Tools;
using ModelContextProtocol.Protocol;

namespace AgentCraft.Server.Hosting.Telemetry;

/// <summary>What is said of an operation: only names that are known beforehand, so that neither a secret nor a flood of names gets out.</summary>
/// <param name="catalog">The tools.</param>
/// <param name="transport"><c>pipe</c> or <c>tcp</c>.</param>
internal sealed class OperationNames(ToolCatalog catalog, string transport)
{
    private const string Unknown = "_OTHER";

    private static readonly HashSet<string> Methods = [.. new[] { typeof(RequestMethods), typeof(NotificationMethods) }
        .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static)).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!)];

    /// <summary>The method; one that is not MCP's is not named.</summary>
    public string Method(JsonRpcMessage message) => MethodOf(message) is { } method && Methods.Contains(method) ? method : Unknown;

    /// <summary>The tool or prompt; null when it is none of ours.</summary>
    public string? Target(JsonRpcMessage message) => MethodOf(message) switch
    {
        RequestMethods.ToolsCall => catalog.Find(NameIn(message) ?? "")?.Name,
        RequestMethods.PromptsGet => PromptCatalog.All.FirstOrDefault(prompt => prompt.Prompt.Name == NameIn(message))?.Prompt.Name,
        _ => null,
    };

    /// <summary>Adds what both spans and metrics have.</summary>
    public void Describe(ref TagList tags, JsonRpcMessage message)
    {
        string method = Method(message);
        tags.Add("mcp.method.name", method);
        tags.Add("network.transport", transport);
        if (transport == "tcp")
            tags.Add("network.protocol.name", "http");
        if (message.Context?.ProtocolVersion is { } version && ProtocolVersions.All.Contains(version))
            tags.Add("mcp.protocol.version", version);
        if (method == RequestMethods.ToolsCall)
        {
            tags.Add("gen_ai.operation.name", "execute_tool");
            tags.Add("gen_ai.tool.name", Target(message) ?? Unknown);
        }
        else if (method == RequestMethods.PromptsGet)
            tags.Add("gen_ai.prompt.name", Target(message) ?? Unknown);
    }

    private static string? MethodOf(JsonRpcMessage message) => message switch
    {
        JsonRpcRequest request => request.Method,
        JsonRpcNotification notification => notification.Method,
        _ => null,
    };

    private static string? NameIn(JsonRpcMessage message) => TraceContext.ParametersOf(message)?["name"] is JsonValue name && name.TryGetValue(out string? text) ? text : null;
}
