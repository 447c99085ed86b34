using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Data;
using AgentCraft.Server.Tools;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Hosting;

/// <summary>
/// Says what is wrong with a request whose parameters the SDK cannot read, where the SDK itself says "An error occurred". No handler of
/// ours has run by then.
/// </summary>
internal static class UnreadableRequests
{
    /// <summary>For <c>McpServerOptions.Filters.Message.IncomingFilters</c>.</summary>
    public static McpMessageHandler Explain(McpMessageHandler next) => async (context, cancellationToken) =>
    {
        try
        {
            await next(context, cancellationToken);
        }
        catch (Exception fault) when (context.JsonRpcMessage is JsonRpcRequest && fault is JsonException or ArgumentException or InvalidOperationException)
        {
            JsonRpcRequest request = (JsonRpcRequest)context.JsonRpcMessage;
            if (fault is JsonException unreadable)
                throw new McpProtocolException(Describe(request.Method, unreadable), McpErrorCode.InvalidParams);
            if (fault is ArgumentException)
                throw new McpProtocolException($"The params of {request.Method} cannot be read: a member is there twice.", McpErrorCode.InvalidParams);
            // The SDK copies the parameters, and half of a surrogate pair, which JSON can spell, is the one thing that it cannot copy.
            await Answer(context.Server, request, cancellationToken);
        }
    };

    private static string Describe(string method, JsonException unreadable)
    {
        string place = unreadable.Path is { Length: > 2 } path ? $" at {path[2..]}" : "";
        string example = method == RequestMethods.ToolsCall ? " Send {\"name\": \"list_agents\", \"arguments\": {}}." : "";
        return $"The params of {method} cannot be read{place}: a member is missing or has the wrong type.{example}";
    }

    private static Task Answer(McpServer server, JsonRpcRequest request, CancellationToken cancellationToken)
    {
        const string Message = "The call contains half of a surrogate pair, which no text can hold.";
        if (request.Method != RequestMethods.ToolsCall)
            throw new McpProtocolException(Message, McpErrorCode.InvalidParams);
        CallToolResult result = ToolErrors.ToResult(new(ErrorCodes.InvalidText, Message,
            "Send the text as valid UTF-8; a character such as 🎉 takes both halves, \\ud83c\\udf89.", Retryable: false));
        return server.SendMessageAsync(new JsonRpcResponse
        {
            Id = request.Id,
            Result = JsonSerializer.SerializeToNode(result, McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(CallToolResult))),
        }, cancellationToken);
    }
}
