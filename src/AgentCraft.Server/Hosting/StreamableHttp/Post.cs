using AgentCraft.Server.Hosting.Authentication;
using AgentCraft.Server.Tools;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using ModelContextProtocol.Protocol;

namespace AgentCraft.Server.Hosting.StreamableHttp;

/// <summary>
/// One POST while it is open. Its end is told to the handler as <see cref="ToolCall.Abandoned"/>: a session's request goes on when its
/// client hangs up, as the protocol wants, but a call that only waits need not.
/// </summary>
internal sealed class Post : IDisposable
{
    private readonly CancellationTokenRegistration _aborted;

    public Post(HttpContext context, JsonRpcMessage message)
    {
        _aborted = context.RequestAborted.Register(Source.Cancel);
        message.Context ??= new();
        message.Context.Items = new Dictionary<string, object?> { [ToolCall.AbandonedItem] = Source.Token };
        message.Context.Items[ToolAudit.RemoteItem] = context.Connection.RemoteIpAddress?.ToString() ?? "http";
        if (Authenticator.PrincipalOf(context) is { } principal)
            message.Context.Items[Principal.Item] = principal;
        if (context.Request.Headers.TryGetValue(ToolSelection.Header, out StringValues toolsets))
            message.Context.Items[ToolRequests.ToolsetsItem] = toolsets.ToString();
    }

    /// <summary>Cancelled to end it. Not disposed with it, because the handler may still hold the token.</summary>
    public CancellationTokenSource Source { get; } = new();

    /// <summary>Cancelled when the client has hung up or has cancelled the request.</summary>
    public CancellationToken Ended => Source.Token;

    public void Dispose() => _aborted.Dispose();
}
