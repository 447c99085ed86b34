using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace AgentCraft.Server.Hosting.StreamableHttp;

/// <summary>The revisions that the SDK speaks. It keeps its own list to itself.</summary>
internal static class ProtocolVersions
{
    /// <summary>The first without sessions: each request is complete in itself.</summary>
    public const string FirstStateless = "2026-07-28";

    /// <summary>Those that begin with <c>initialize</c>.</summary>
    private static readonly string[] WithSessions = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];

    /// <summary>All of them, the oldest first.</summary>
    public static IReadOnlyList<string> All { get; } = [.. WithSessions, FirstStateless];

    /// <summary>Dates in this form sort as text.</summary>
    public static bool IsStateless(string? version) => string.CompareOrdinal(version, FirstStateless) >= 0;

    /// <summary>The revision that an <c>initialize</c> asks for although it has no handshake; null when it asks for another.</summary>
    public static string? WithoutHandshake(JsonRpcMessage initialize) =>
        initialize is JsonRpcRequest { Params: JsonObject parameters } && parameters["protocolVersion"] is JsonValue value
        && value.TryGetValue(out string? version) && IsStateless(version) ? version : null;
}
