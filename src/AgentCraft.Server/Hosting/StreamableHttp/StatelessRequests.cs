using AgentCraft.Server.Tools;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Hosting.StreamableHttp;

/// <summary>
/// Serves the revisions without sessions: each POST is a client of its own, with a transport, a server and a connection that live as
/// long as it does. A client that hangs up has cancelled its request.
/// </summary>
internal sealed class StatelessRequests(McpServerOptions options, TimeSpan keepAlive, ILoggerFactory logs)
{
    // The SDK, when it lets the status be chosen, sends nothing before the first message; a call may take long to have one. Long enough
    // for an error to come first on a machine that is busy.
    private static readonly TimeSpan HeadersAfter = TimeSpan.FromSeconds(2);

    /// <summary>Serves a POST until its response has been sent.</summary>
    public async Task Post(HttpContext context, JsonRpcMessage message)
    {
        if (message is not JsonRpcRequest request)
            await Accept(context, message);
        else if (IsRemoved(request.Method))
            await new HttpRefusal(StatusCodes.Status404NotFound, (int)McpErrorCode.MethodNotFound,
                $"{request.Method} is not part of {ProtocolHeaders.VersionOf(context.Request)}.", request.Id).Write(context);
        else
            await Serve(context, request);
    }

    // What a notification could concern, a request that is under way or a session, is not known to any other POST.
    private static Task Accept(HttpContext context, JsonRpcMessage message)
    {
        if (message is not JsonRpcNotification)
            return HttpRefusal.BadRequest("This is an answer, and the server has asked nothing.").Write(context);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        return Task.CompletedTask;
    }

    private async Task Serve(HttpContext context, JsonRpcRequest request)
    {
        using var post = new Post(context, request);
        request.Context!.ProtocolVersion = ProtocolHeaders.VersionOf(context.Request);
        await using EventStream events = new(context, keepAlive, HeadersAfter);
        await using StreamableHttpServerTransport transport = new(logs) { Stateless = true };
        await using McpServer server = McpServer.Create(transport, options, logs, new ClientConnection());
        Task running = server.RunAsync(post.Ended);
        try
        {
            await transport.HandlePostRequestAsync(request, events, first => SetStatus(events, first), post.Ended);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The client is gone, and the handler goes with it.
            await post.Source.CancelAsync();
        }
        await transport.DisposeAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // SEP-2575: some errors have a status of their own, if they come before anything else was sent.
    private static ValueTask SetStatus(EventStream events, JsonRpcMessage? first) => (McpErrorCode?)(first as JsonRpcError)?.Error.Code switch
    {
        McpErrorCode.MethodNotFound => events.TrySetStatus(StatusCodes.Status404NotFound),
        McpErrorCode.MissingRequiredClientCapability or McpErrorCode.UnsupportedProtocolVersion or McpErrorCode.HeaderMismatch
            => events.TrySetStatus(StatusCodes.Status400BadRequest),
        _ => ValueTask.CompletedTask,
    };

    // The SDK refuses these too, but only where it has a way to choose the status.
    private static bool IsRemoved(string method) => method is RequestMethods.Initialize or RequestMethods.Ping or "logging/setLevel"
        or RequestMethods.ResourcesSubscribe or RequestMethods.ResourcesUnsubscribe;
}
