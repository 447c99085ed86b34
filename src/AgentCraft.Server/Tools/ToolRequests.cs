using AgentCraft.Data;
using AgentCraft.Data.Messages;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>Answers <c>tools/list</c> and <c>tools/call</c> from the catalogue, the same on every transport.</summary>
internal sealed class ToolRequests(Lazy<Stores> stores, ToolCatalog catalog, ILogger<ToolRequests> log, CancellationToken stopping)
{
    /// <summary>Puts both handlers into a server's options.</summary>
    public void AddTo(McpServerOptions options)
    {
        options.Handlers.ListToolsHandler = (_, _) => new(new ListToolsResult { Tools = [.. catalog.All.Select(tool => tool.Definition)] });
        options.Handlers.CallToolHandler = Call;
    }

    private async ValueTask<CallToolResult> Call(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        string name = request.Params?.Name ?? "";
        CatalogTool tool = catalog.Find(name) ?? throw Unknown(name);
        ToolCall call = new(ConnectionOf(request), request, stores, stopping);
        try
        {
            object result = await tool.Invoke(call, request.Params!.Arguments, cancellationToken);
            if (call.Caller is { } caller)
                _ = stores.Value.Heartbeats.Beat(caller);
            return CatalogTool.ToResult(result, await FindUnread(call, cancellationToken));
        }
        catch (Exception failure) when (failure is not McpProtocolException && !cancellationToken.IsCancellationRequested)
        {
            ToolError error = ToolErrors.Describe(failure, name, log);
            return ToolErrors.ToResult(error.Retryable ? error : error with { UnreadHint = await TryFindUnread(call) });
        }
    }

    private static ClientConnection ConnectionOf(RequestContext<CallToolRequestParams> request) =>
        request.Services?.GetService(typeof(ClientConnection)) as ClientConnection ?? new ClientConnection();

    private async Task<UnreadHint?> FindUnread(ToolCall call, CancellationToken cancellationToken) =>
        call.Caller is { } caller ? await stores.Value.Inboxes.FindUnread(caller, cancellationToken) : null;

    /// <summary>An error must reach the client even when the store cannot be read; while it is busy, reading is not even tried.</summary>
    private async Task<UnreadHint?> TryFindUnread(ToolCall call)
    {
        try
        {
            return await FindUnread(call, CancellationToken.None);
        }
        catch (Exception)
        {
            return null;
        }
    }

    private McpProtocolException Unknown(string name)
    {
        string shown = name.Length <= 60 ? name : name[..60] + "…";
        return new($"Unknown tool '{shown}'. {Text.DidYouMean(name, catalog.All.Select(tool => tool.Name))}tools/list shows all.", McpErrorCode.InvalidParams);
    }
}
