using System.Diagnostics;
using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Messages;
using AgentCraft.Server.Hosting.Telemetry;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>Answers <c>tools/list</c> and <c>tools/call</c> from the catalogue, the same on every transport.</summary>
internal sealed class ToolRequests(
    Lazy<Stores> stores, ToolCatalog catalog, ToolOptions toolOptions, ILogger<ToolRequests> log, CallLog calls, CancellationToken stopping)
{
    /// <summary>Under this name a transport puts the header <see cref="ToolSelection.Header"/> into the items of a message's context.</summary>
    public const string ToolsetsItem = "agentcraft.toolsets";

    private readonly Waits _waits = new(stores);
    private readonly ToolAudit _audit = new(stores, log);

    // Not before the first request that needs it: the settings are read for it. Publication only: they may be mended meanwhile.
    private readonly Lazy<ToolSelection> _selection = new(() => toolOptions.With(stores.Value.Settings), LazyThreadSafetyMode.PublicationOnly);

    /// <summary>Puts both handlers into a server's options, and the check of the header before all.</summary>
    public void AddTo(McpServerOptions options)
    {
        options.Handlers.ListToolsHandler = (request, _) =>
            new(new ListToolsResult { Tools = [.. Visible(request.JsonRpcRequest).Select(tool => tool.Definition)] });
        options.Handlers.CallToolHandler = Call;
        options.Filters.Message.IncomingFilters.Add(next => (context, cancellationToken) =>
        {
            if (context.JsonRpcMessage is JsonRpcRequest request)
                CheckHeader(request);
            return next(context, cancellationToken);
        });
    }

    private async ValueTask<CallToolResult> Call(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        string name = request.Params?.Name ?? "";
        CatalogTool tool = catalog.Find(name) ?? throw Unknown(name);
        Principal? principal = Principal.Of(request.JsonRpcRequest);
        ToolCall call = new(ClientConnection.Of(request.Services), request, stores, _waits, stopping);
        (long start, string? known) = (Stopwatch.GetTimestamp(), call.Caller);
        try
        {
            if (Selected(request.JsonRpcRequest) is var selection && !selection.Includes(tool))
                throw selection.Refusal(tool);
            if (principal?.May(tool) == false)
                throw principal.CannotCall(tool);
            await ActorArguments.Check(call, tool, request.Params!.Arguments, cancellationToken);
            object result = await tool.Invoke(call, request.Params!.Arguments, cancellationToken);
            await _audit.Done(call, tool, request.Params!.Arguments);
            if (call.Caller is { } caller)
                _ = stores.Value.Heartbeats.Beat(caller);
            CallToolResult answer = CatalogTool.ToResult(result, await TryFindUnread(call.Caller));
            Note(request.JsonRpcRequest, name, call.Caller, start, error: null);
            return answer;
        }
        catch (Exception failure) when (failure is not McpProtocolException && !cancellationToken.IsCancellationRequested)
        {
            ToolError error = ToolErrors.Describe(failure, name, log);
            // Whom a failed call names may be nobody, and any text.
            Note(request.JsonRpcRequest, name, known, start, error.Code);
            if (call.Caller is { } caller && !error.Retryable)
                _ = stores.Value.Heartbeats.Beat(caller);
            await _audit.Failed(call, tool, request.Params?.Arguments, error);
            // While the store is busy, reading is not even tried.
            return ToolErrors.ToResult(error.Retryable ? error : error with { UnreadHint = await TryFindUnread(principal?.Agent ?? NamedBy(request.Params?.Arguments) ?? call.Caller) });
        }
    }

    /// <summary>Tells all who watch; none of them gets to know what was said.</summary>
    private void Note(JsonRpcRequest request, string tool, string? agent, long start, string? error)
    {
        if (stores.IsValueCreated)
            stores.Value.Monitor.Calls.Note(error);
        Operation.Of(request)?.Called(CallLog.IsName(agent) ? agent : null, error);
        calls.Note(tool, agent, start, error);
    }

    /// <summary>What the caller may call.</summary>
    private IEnumerable<CatalogTool> Visible(JsonRpcRequest request)
    {
        Principal? principal = Principal.Of(request);
        return catalog.All.Where(Listed(request).Includes).Where(tool => principal?.May(tool) != false);
    }

    /// <summary>Also initialize is refused: that is when a person looks why a client does not connect.</summary>
    private void CheckHeader(JsonRpcRequest request)
    {
        try
        {
            if (HeaderOf(request) is not null)
                Selected(request);
        }
        catch (AgentCraftException refusal)
        {
            throw new McpProtocolException($"{refusal.Message} {refusal.Hint}", McpErrorCode.InvalidParams);
        }
    }

    private ToolSelection Selected(JsonRpcRequest request) =>
        HeaderOf(request) is { } toolsets ? _selection.Value.Narrow(toolsets) : _selection.Value;

    /// <summary>With settings that cannot be used the list is the command line's, or the default; calls say what is wrong.</summary>
    private ToolSelection Listed(JsonRpcRequest request)
    {
        try
        {
            return Selected(request);
        }
        catch (AgentCraftException broken)
        {
            log.LogWarning("{Fault} {Hint}", broken.Message, broken.Hint);
            return toolOptions.With(new());
        }
    }

    private static string? HeaderOf(JsonRpcRequest request) =>
        request.Context?.Items is { } items && items.TryGetValue(ToolsetsItem, out object? toolsets) ? (string?)toolsets : null;

    /// <summary>Who says to call, for a call that failed before its tool could ask.</summary>
    private static string? NamedBy(IDictionary<string, JsonElement>? arguments) =>
        ActorArguments.OfCaller.Select(argument => ActorArguments.Named(arguments, argument)).FirstOrDefault(name => name is not null);

    /// <summary>The result must reach the client even when the hint cannot be read: what was done is done.</summary>
    private async Task<UnreadHint?> TryFindUnread(string? caller)
    {
        try
        {
            return caller is null ? null : await stores.Value.Inboxes.FindUnread(caller, CancellationToken.None);
        }
        catch (Exception)
        {
            return null;
        }
    }

    private McpProtocolException Unknown(string name)
    {
        return new($"Unknown tool '{Text.Shown(name)}'. {Text.DidYouMean(name, catalog.All.Select(tool => tool.Name))}tools/list shows all.", McpErrorCode.InvalidParams);
    }
}
