using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Hosting.StreamableHttp;

/// <summary>
/// Checks that the <c>Mcp-*</c> headers of a request say what its body says, so that nobody between client and server can be misled by
/// them. The first stateless revision asks for them (SEP-2243, SEP-2575); older clients send at most the version.
/// </summary>
internal static class ProtocolHeaders
{
    public const string SessionId = "Mcp-Session-Id";
    public const string Version = "MCP-Protocol-Version";
    public const string Method = "Mcp-Method";
    public const string Name = "Mcp-Name";

    private const string VersionMeta = "io.modelcontextprotocol/protocolVersion";
    private const string CapabilitiesMeta = "io.modelcontextprotocol/clientCapabilities";

    /// <summary>The revision that a request's header names; null when it has none.</summary>
    public static string? VersionOf(HttpRequest request) => request.Headers[Version].ToString() is { Length: > 0 } version ? version : null;

    /// <summary>Whether a request belongs to a revision without sessions.</summary>
    public static bool IsStateless(HttpRequest request) => ProtocolVersions.IsStateless(VersionOf(request));

    // Answered with what server/discover lists: older clients agree on a version by initialize and never ask for another.
    /// <summary>What is wrong with the version of any request, with a body or without; null when nothing.</summary>
    public static HttpRefusal? CheckVersion(HttpRequest request, RequestId id = default)
    {
        string? version = VersionOf(request);
        return version is null || ProtocolVersions.All.Contains(version) ? null : new(
            StatusCodes.Status400BadRequest, (int)McpErrorCode.UnsupportedProtocolVersion, $"{Version} names a revision that this server does not speak.", id,
            new JsonObject { ["supported"] = new JsonArray(ProtocolVersions.FirstStateless), ["requested"] = version });
    }

    /// <summary>What is wrong with the headers of a message; null when nothing.</summary>
    public static HttpRefusal? Check(HttpRequest request, JsonRpcMessage message, IEnumerable<McpServerTool> tools)
    {
        if (PostedMessage.MethodOf(message) is not { } method)
            return CheckVersion(request);
        RequestId id = PostedMessage.IdOf(message);
        JsonObject? parameters = PostedMessage.ParametersOf(message);
        string? fault = VersionFault(request, method, parameters);
        if (fault is null && IsStateless(request))
            fault = MethodFault(request, method) ?? NameFault(request, method, parameters) ?? ParameterHeaders.Fault(request, message, tools);
        return CheckVersion(request, id)
            ?? (fault is null ? null : HttpRefusal.BadRequest(fault, McpErrorCode.HeaderMismatch, id))
            ?? CheckMeta(request, message, parameters, id);
    }

    private static string? VersionFault(HttpRequest request, string method, JsonObject? parameters)
    {
        string? header = VersionOf(request);
        if (method == RequestMethods.Initialize && header is not null && PostedMessage.TextOf(parameters, "protocolVersion") is { } asked && asked != header)
            return $"{Version} and params.protocolVersion differ.";
        string? meta = PostedMessage.TextOf(parameters?["_meta"] as JsonObject, VersionMeta);
        if (!ProtocolVersions.IsStateless(meta) && !ProtocolVersions.IsStateless(header))
            return null;
        return header is null ? $"{Version} is missing: it must say what _meta says."
            : meta is not null && meta != header ? $"{Version} and _meta/{VersionMeta} differ." : null;
    }

    private static string? MethodFault(HttpRequest request, string method) =>
        request.Headers[Method].ToString().Trim() is not { Length: > 0 } header ? $"{Method} is missing: it must be the message's method."
        : header != method ? $"{Method} is not the message's method." : null;

    private static string? NameFault(HttpRequest request, string method, JsonObject? parameters)
    {
        string? member = method switch
        {
            RequestMethods.ToolsCall or RequestMethods.PromptsGet => "name",
            RequestMethods.ResourcesRead => "uri",
            _ => null,
        };
        if (member is null)
            return null;
        if (request.Headers[Name].Count == 0)
            return $"{Name} is missing: it must be params.{member}.";
        return ParameterHeaders.Decode(request, Name) is { } name && name == PostedMessage.TextOf(parameters, member) ? null : $"{Name} is not params.{member}.";
    }

    // A notification gets no answer that its sender would read, so what it lacks is no reason to lose it.
    private static HttpRefusal? CheckMeta(HttpRequest request, JsonRpcMessage message, JsonObject? parameters, RequestId id)
    {
        if (message is not JsonRpcRequest || !IsStateless(request))
            return null;
        var meta = parameters?["_meta"] as JsonObject;
        string? missing = PostedMessage.TextOf(meta, VersionMeta) is null ? VersionMeta : meta![CapabilitiesMeta] is not JsonObject ? CapabilitiesMeta : null;
        return missing is null ? null : HttpRefusal.BadRequest($"params._meta must have {missing}.", McpErrorCode.InvalidParams, id);
    }
}
