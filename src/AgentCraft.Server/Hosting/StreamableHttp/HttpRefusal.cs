using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Data;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentCraft.Server.Hosting.StreamableHttp;

/// <summary>A request that is not served: its HTTP status, and the JSON-RPC error that says why.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The JSON-RPC code.</param>
/// <param name="Message">What is wrong, and what would be right.</param>
/// <param name="Id">The request's id; the default (written as null) where there is none.</param>
/// <param name="Details">For programs.</param>
internal sealed record HttpRefusal(int Status, int Code, string Message, RequestId Id = default, JsonNode? Details = null)
{
    /// <summary>What concerns HTTP and has no code of its own in MCP.</summary>
    public const int Forbidden = -32000;

    /// <summary>What the TypeScript SDK answers for a session that is not, or no longer, there.</summary>
    public const int SessionNotFound = -32001;

    /// <summary>The setting whose limit was reached; null when it was none.</summary>
    public string? Limit { get; init; }

    public static HttpRefusal BadRequest(string message, McpErrorCode code = McpErrorCode.InvalidRequest, RequestId id = default) =>
        new(StatusCodes.Status400BadRequest, (int)code, message, id);

    public static HttpRefusal UnknownSession(RequestId id) => new(
        StatusCodes.Status404NotFound, SessionNotFound, "There is no such session, or no longer: begin again with initialize.", id);

    /// <summary>For a method of HTTP that this resource does not have.</summary>
    public static Task MethodNotAllowed(HttpContext context, string message)
    {
        context.Response.Headers.Allow = HttpMethods.Post;
        return new HttpRefusal(StatusCodes.Status405MethodNotAllowed, Forbidden, message).Write(context);
    }

    /// <summary>Answers with it.</summary>
    public async Task Write(HttpContext context)
    {
        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/json";
        JsonRpcMessage error = new JsonRpcError { Id = Id, Error = new() { Code = Code, Message = SecretText.Hide(Message), Data = Details } };
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(error, LineWriter.MessageType);
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
