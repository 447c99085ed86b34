using System.Diagnostics;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace AgentCraft.Server.Hosting.Telemetry;

/// <summary>The W3C trace context that a client puts into <c>_meta</c>: whichever way the message came.</summary>
internal static class TraceContext
{
    private const int Longest = 512;

    /// <summary>That of a message; the default where it has none, or none that can be read.</summary>
    public static ActivityContext Of(JsonRpcMessage message) =>
        ParametersOf(message)?["_meta"] is JsonObject meta && TextOf(meta, "traceparent") is { } parent && ActivityContext.TryParse(parent, TextOf(meta, "tracestate"), isRemote: true, out ActivityContext context)
            ? context : default;

    /// <summary>The parameters of a request or notification, where they are an object.</summary>
    public static JsonObject? ParametersOf(JsonRpcMessage message) => message switch
    {
        JsonRpcRequest request => request.Params as JsonObject,
        JsonRpcNotification notification => notification.Params as JsonObject,
        _ => null,
    };

    private static string? TextOf(JsonObject meta, string name) => meta[name] is JsonValue value && value.TryGetValue(out string? text) && text.Length <= Longest ? text : null;
}
