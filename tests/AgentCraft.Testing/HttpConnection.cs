using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace AgentCraft.Testing;

/// <summary>One MCP client of an <see cref="HttpServer"/>, with a session or without, in the shapes of <see cref="StdioServer"/>.</summary>
public sealed class HttpConnection(HttpServer server, string protocolVersion)
{
    private const string FirstStateless = "2026-07-28";

    private readonly ConcurrentQueue<JsonElement> _notifications = [];
    private readonly Channel<JsonElement> _notified = Channel.CreateUnbounded<JsonElement>();
    private long _lastId;

    /// <summary>The server.</summary>
    public HttpServer Server => server;

    /// <summary>The revision that it speaks.</summary>
    public string ProtocolVersion => protocolVersion;

    /// <summary>By which it says who it is; null for none.</summary>
    public string? Token { get; set; }

    /// <summary>True for a revision in which each request is complete in itself.</summary>
    public bool IsStateless => string.CompareOrdinal(protocolVersion, FirstStateless) >= 0;

    /// <summary>What <c>initialize</c> returned; null before, and without sessions.</summary>
    public string? SessionId { get; private set; }

    /// <summary>All notifications that came with the responses up to now.</summary>
    public IReadOnlyList<JsonElement> Notifications => [.. _notifications];

    /// <summary>The handshake; returns the result of <c>initialize</c>.</summary>
    public async Task<JsonElement> Initialize()
    {
        JsonElement result = await Request("initialize", new { protocolVersion, capabilities = new { }, clientInfo = Outbound.ClientInfo });
        await Notify("notifications/initialized");
        return result;
    }

    /// <summary>Sends a request and returns its result.</summary>
    /// <exception cref="RpcErrorException">The server answered with an error, whatever the status.</exception>
    /// <exception cref="ServerGoneException">The response ended without an answer.</exception>
    public async Task<JsonElement> Request(string method, object? parameters = null, CancellationToken cancellation = default) =>
        await (await StartRequest(method, parameters, cancellation)).Result(cancellation);

    /// <summary>Sends a request and leaves its response for later.</summary>
    /// <param name="hangUp">Hangs up when cancelled.</param>
    public Task<StartedRequest> StartRequest(string method, object? parameters = null, CancellationToken hangUp = default)
    {
        long id = Interlocked.Increment(ref _lastId);
        return Task.FromResult(new StartedRequest(server.Life, id, method, Answer(id, method, parameters, hangUp)));
    }

    /// <summary>Calls a tool; a failure of the tool is an answer too.</summary>
    public async Task<ToolAnswer> Call(string tool, object? arguments = null, CancellationToken cancellation = default)
    {
        StartedRequest call = await StartCall(tool, arguments, cancellation);
        JsonElement result = await call.Result(cancellation);
        return new ToolAnswer(tool, result) { ReceivedAt = call.ReceivedAt };
    }

    /// <summary>Calls a tool and leaves its answer for later.</summary>
    public Task<StartedRequest> StartCall(string tool, object? arguments = null, CancellationToken hangUp = default) =>
        StartRequest("tools/call", new { name = tool, arguments = arguments ?? new { } }, hangUp);

    /// <summary>Posts a request, with these headers added or (null) taken away, and returns its response once it begins.</summary>
    public Task<HttpExchange> Post(long? id, string method, object? parameters = null, IReadOnlyDictionary<string, string?>? headers = null, CancellationToken cancellation = default)
    {
        Dictionary<string, string?> all = HeadersOf(method, parameters);
        foreach ((string name, string? value) in headers ?? new Dictionary<string, string?>())
            all[name] = value;
        object? sent = IsStateless ? Outbound.WithRevision(parameters, protocolVersion) : parameters;
        return server.Post(Encoding.UTF8.GetString(Outbound.Line(id, method, sent).Span), all, cancellation);
    }

    /// <summary>Sends a notification; fails unless it is accepted.</summary>
    public async Task Notify(string method, object? parameters = null)
    {
        using HttpExchange exchange = await Post(null, method, parameters);
        if (exchange.Status != System.Net.HttpStatusCode.Accepted)
            throw new UnexpectedAnswerException($"{method} was answered {exchange.Status}: {await exchange.Rest()}");
    }

    /// <summary>Tells the server that nobody waits for this response any more.</summary>
    public Task CancelRequest(long id, string reason = "test") => Notify("notifications/cancelled", new { requestId = id, reason });

    /// <summary>The next notification with this method that came with a response; others before it are passed over.</summary>
    public async Task<JsonElement> NextNotification(string method)
    {
        while (true)
        {
            JsonElement next = await server.Life.Within(end => _notified.Reader.ReadAsync(end).AsTask(), $"the notification {method}");
            if (next.GetProperty("method").ValueEquals(method))
                return next;
        }
    }

    /// <summary>Opens the session's stream (GET).</summary>
    public Task<HttpExchange> OpenStream(CancellationToken hangUp = default) => server.Send(HttpMethod.Get, "/mcp", null, HeadersOf(null, null), hangUp);

    /// <summary>Ends the session (DELETE).</summary>
    public Task<HttpExchange> Delete() => server.Send(HttpMethod.Delete, "/mcp", null, HeadersOf(null, null));

    private async Task<Response> Answer(long id, string method, object? parameters, CancellationToken hangUp)
    {
        using HttpExchange exchange = await Post(id, method, parameters, null, hangUp);
        SessionId ??= exchange.Header("Mcp-Session-Id");
        bool isStream = exchange.Header("Content-Type") == "text/event-stream";
        while ((isStream ? await exchange.NextEvent(hangUp) : JsonElement.Parse(await exchange.Rest())) is { } message)
        {
            if (message.TryGetProperty("id", out JsonElement answered) && !message.TryGetProperty("method", out _))
                return answered.ValueKind == JsonValueKind.Number && answered.GetInt64() == id ? new(message, Stopwatch.GetTimestamp())
                    : throw new UnexpectedAnswerException($"{method} (id {id}) was answered {exchange.Status}: {message}");
            _notifications.Enqueue(message);
            _notified.Writer.TryWrite(message);
        }
        return default;
    }

    private Dictionary<string, string?> HeadersOf(string? method, object? parameters)
    {
        Dictionary<string, string?> headers = [];
        if (Token is not null)
            headers["Authorization"] = $"Bearer {Token}";
        if (SessionId is not null)
            headers["Mcp-Session-Id"] = SessionId;
        if (SessionId is not null || IsStateless)
            headers["MCP-Protocol-Version"] = protocolVersion;
        if (!IsStateless || method is null)
            return headers;
        headers["Mcp-Method"] = method;
        JsonElement given = JsonSerializer.SerializeToElement(parameters, Outbound.Options);
        if (method is "tools/call" or "prompts/get" or "resources/read")
            headers["Mcp-Name"] = Encoded(given.GetProperty(method == "resources/read" ? "uri" : "name").GetString());
        return headers;
    }

    // SEP-2243: what no header can hold goes as Base64.
    private static string? Encoded(string? value) => value is null || value.All(c => c is > ' ' and <= '~') ? value
        : $"=?base64?{Convert.ToBase64String(Encoding.UTF8.GetBytes(value))}?=";
}
