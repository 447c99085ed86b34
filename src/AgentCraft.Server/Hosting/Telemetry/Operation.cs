using System.Diagnostics;
using System.Diagnostics.Metrics;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentCraft.Server.Hosting.Telemetry;

/// <summary>
/// A request or notification that is being handled, as the semantic conventions for MCP tell of it: a span whose parent is the trace context in
/// <c>_meta</c>, and one value of <c>mcp.server.operation.duration</c>. It has names that are ours, and nothing that a client wrote: no arguments,
/// no contents, no resource's address, no text of an error. See DESIGN.md one folder up.
/// </summary>
internal sealed class Operation
{
    /// <summary>By this name those who listen find spans and instruments.</summary>
    public const string SourceName = "AgentCraft";

    private const string Item = "agentcraft.operation", Unknown = "_OTHER", ToolError = "tool_error";

    private static readonly ActivitySource Source = new(SourceName, ServerOptions.Version);
    private static readonly Meter Instruments = new(SourceName, ServerOptions.Version);
    private static readonly Histogram<double> Duration = Instruments.CreateHistogram("mcp.server.operation.duration", "s",
        "MCP request or notification duration as observed on the receiver from the time it was received until the result or ack is sent.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300] });

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Activity? _span;
    private TagList _tags;

    private Operation(JsonRpcMessage message, OperationNames names)
    {
        string method = names.Method(message), target = names.Target(message) is { } known ? $" {known}" : "";
        names.Describe(ref _tags, message);
        if (!Source.HasListeners())
            return;
        ActivityContext parent = TraceContext.Of(message);
        Activity? ambient = Activity.Current;
        ActivityLink[] links = ambient is { Recorded: true } ? [new(ambient.Context)] : [];
        // That of an HTTP request, perhaps of the one that began the session: it is no parent, and does not decide whether this one is recorded.
        Activity.Current = null;
        _span = Source.StartActivity(ActivityKind.Server, parent, links: links, name: method + target);
        if (_span is null)
            Activity.Current = ambient;
        if (_span is not null && message is JsonRpcRequest { Id: var id } && id.Id is long)
            _span.SetTag("jsonrpc.request.id", id.ToString());
    }

    /// <summary>Somebody listens.</summary>
    public static bool IsWanted => Duration.Enabled || Source.HasListeners();

    /// <summary>Begins it, and leaves it with the message for <see cref="Of"/>.</summary>
    public static Operation Begin(JsonRpcMessage message, OperationNames names)
    {
        Operation operation = new(message, names);
        message.Context ??= new();
        (message.Context.Items ??= new Dictionary<string, object?>())[Item] = operation;
        return operation;
    }

    /// <summary>The operation that a message is; null when nobody listens.</summary>
    public static Operation? Of(JsonRpcMessage message) => message.Context?.Items is { } items && items.TryGetValue(Item, out object? operation) ? (Operation?)operation : null;

    /// <summary>The tool was called: by whom, where that is known, and with which error, if any.</summary>
    public void Called(string? agent, string? error)
    {
        if (agent is not null)
            _span?.SetTag("gen_ai.agent.name", Data.SecretText.Hide(agent));
        if (error is null)
            return;
        _tags.Add("error.type", ToolError);
        _tags.Add("agentcraft.error.code", error);
        _span?.SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>It has been answered.</summary>
    /// <param name="failure">What it failed with; null when it was answered with a result.</param>
    public void End(Exception? failure)
    {
        if (failure is not null)
        {
            string? code = failure is McpProtocolException refused ? ((int)refused.ErrorCode).ToString(System.Globalization.CultureInfo.InvariantCulture) : null;
            _tags.Add("error.type", code ?? (failure is OperationCanceledException ? "cancelled" : Unknown));
            if (code is not null)
                _tags.Add("rpc.response.status_code", code);
            _span?.SetStatus(ActivityStatusCode.Error);
        }
        Duration.Record(Stopwatch.GetElapsedTime(_start).TotalSeconds, _tags);
        if (_span is null)
            return;
        foreach (KeyValuePair<string, object?> tag in _tags)
            _span.SetTag(tag.Key, tag.Value);
        _span.Dispose();
    }
}
