using System.Text;
using System.Text.Json;

namespace AgentCraft.Testing;

/// <summary>
/// A server, a real process or one that the tests' own hosts, and a client that speaks plain JSON-RPC lines with it. Any number of requests may be under way at once.
/// No wait is without a limit, and a failure says what was awaited and how the server's stderr ends.
/// </summary>
public sealed class StdioServer : IAsyncDisposable
{
    private readonly ServerLife _life;
    private readonly IServerStreams _streams;
    private readonly Inbound _inbound = new();
    private long _lastId;

    private StdioServer(ServerLife life, IServerStreams streams, string name)
    {
        (_life, _streams) = (life, streams);
        _inbound.Start(streams.Output, $"stdout of {name}");
    }

    private ServerProcess Process => _life as ServerProcess ?? throw new InvalidOperationException("This server is no process of its own.");

    /// <summary>How long a single wait may take; 30 s unless set.</summary>
    public TimeSpan Limit
    {
        get => _life.Limit;
        set => _life.Limit = value;
    }

    /// <summary>
    /// For a revision without a handshake (2026-07-28): each request carries it in <c>_meta</c>, and no <see cref="Initialize"/>.
    /// </summary>
    public string? ProtocolVersion { get; set; }

    /// <summary>The process id.</summary>
    public int Pid => Process.Pid;

    /// <summary>What the server wrote to stderr up to now.</summary>
    public string StandardError => _life.StandardError;

    /// <summary>All notifications up to now.</summary>
    public IReadOnlyList<JsonElement> Notifications => _inbound.Notifications;

    /// <summary>Lines that <see cref="ReadLine"/> would return at once; zero proves that only protocol went to stdout.</summary>
    public int UnreadLines => _inbound.Rest.Reader.Count;

    /// <summary>Starts <c>agentcraft serve --stdio --root ROOT</c> in that root, as a client would, and does not wait for it.</summary>
    /// <param name="environment">Variables to add; a null value takes one away.</param>
    public static StdioServer Start(
        string root, IEnumerable<string>? arguments = null, IReadOnlyDictionary<string, string?>? environment = null) =>
        StartProgram(ServerExecutable.Path, ["serve", "--stdio", "--root", root, .. arguments ?? []], root, environment);

    /// <summary>The same under strace, which <see cref="Need.Strace"/> says is here: what it asks of the system is written down, the open files by their paths.</summary>
    /// <param name="root">The project.</param>
    /// <param name="calls">Which calls, with commas between them.</param>
    /// <param name="trace">The file that they are written to.</param>
    public static StdioServer StartTraced(string root, string calls, string trace) => StartProgram("strace",
        ["-f", "-y", "-ttt", "-e", $"trace={calls}", "-o", trace, ServerExecutable.Path, "serve", "--stdio", "--toolsets", "all", "--root", root], root);

    /// <summary>Starts any other server that speaks the protocol on its standard streams.</summary>
    public static StdioServer StartProgram(
        string program, IEnumerable<string> arguments, string directory, IReadOnlyDictionary<string, string?>? environment = null) =>
        Of(new ServerProcess(program, arguments, directory, environment));

    /// <summary>One that runs in this process; still without a handshake.</summary>
    /// <param name="run">Serves what comes on the first stream by the second, and returns when the first has ended.</param>
    /// <param name="log">What it has logged up to now.</param>
    public static StdioServer Hosted(Func<Stream, Stream, Task> run, Func<string> log)
    {
        HostedStreams streams = HostedStreams.Start(run, log);
        return new(streams, streams, "a hosted server");
    }

    /// <summary>Starts a server and shakes hands with it.</summary>
    public static async Task<StdioServer> Connect(
        string root, IEnumerable<string>? arguments = null, IReadOnlyDictionary<string, string?>? environment = null)
    {
        StdioServer server = Start(root, arguments, environment);
        await server.InitializeOrEnd();
        return server;
    }

    /// <summary>The handshake; a server that fails at it is ended.</summary>
    public async Task InitializeOrEnd()
    {
        try
        {
            await Initialize();
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <summary>The handshake of the revisions up to 2025-11-25; returns the result of <c>initialize</c>.</summary>
    public async Task<JsonElement> Initialize(string protocolVersion = "2025-11-25")
    {
        JsonElement result = await Request("initialize", new { protocolVersion, capabilities = new { }, clientInfo = Outbound.ClientInfo });
        await Notify("notifications/initialized");
        return result;
    }

    /// <summary>Sends a request and returns its result.</summary>
    /// <exception cref="RpcErrorException">The server answered with an error.</exception>
    /// <exception cref="ServerGoneException">The server ended first.</exception>
    public async Task<JsonElement> Request(string method, object? parameters = null, CancellationToken cancellation = default) =>
        await (await StartRequest(method, parameters)).Result(cancellation);

    /// <summary>Sends a request and leaves its response for later.</summary>
    public async Task<StartedRequest> StartRequest(string method, object? parameters = null)
    {
        long id = Interlocked.Increment(ref _lastId);
        var request = new StartedRequest(_life, id, method, _inbound.Expect(id));
        try
        {
            await SendRaw(Outbound.Line(id, method, ProtocolVersion is { } v ? Outbound.WithRevision(parameters, v) : parameters));
        }
        catch
        {
            _inbound.Forget(id);
            throw;
        }
        return request;
    }

    /// <summary>Calls a tool; a failure of the tool is an answer too.</summary>
    public async Task<ToolAnswer> Call(string tool, object? arguments = null, CancellationToken cancellation = default)
    {
        StartedRequest call = await StartCall(tool, arguments);
        JsonElement result = await call.Result(cancellation);
        return new ToolAnswer(tool, result) { ReceivedAt = call.ReceivedAt };
    }

    /// <summary>Calls a tool and leaves its answer for later.</summary>
    public Task<StartedRequest> StartCall(string tool, object? arguments = null) =>
        StartRequest("tools/call", new { name = tool, arguments = arguments ?? new { } });

    /// <summary>Sends a notification.</summary>
    public Task Notify(string method, object? parameters = null) => SendRaw(Outbound.Line(null, method, parameters));

    /// <summary>Tells the server that nobody waits for this response any more.</summary>
    public Task CancelRequest(long id, string reason = "test") => Notify("notifications/cancelled", new { requestId = id, reason });

    /// <summary>Sends a line as it is, with a line end after it. What comes back is read by <see cref="ReadLine"/>.</summary>
    public Task SendRaw(string line) => SendRaw(Encoding.UTF8.GetBytes(line + "\n"));

    /// <summary>Sends exactly these bytes: part of a line, or several.</summary>
    public Task SendRaw(ReadOnlyMemory<byte> bytes) => _streams.Write(bytes);

    /// <summary>
    /// The next line on stdout that is neither a notification nor the response to a request of <see cref="Request"/> and its like;
    /// null at the end of the stream.
    /// </summary>
    public Task<string?> ReadLine() => _life.Within(end => Inbound.Next(_inbound.Rest, end), "a line on stdout");

    /// <summary>The next notification with this method, in order of arrival; others before it are passed over.</summary>
    public async Task<JsonElement> NextNotification(string method)
    {
        string what = $"the notification {method}";
        while (await _life.Within(end => Inbound.Next(_inbound.Notified, end), what) is { ValueKind: JsonValueKind.Object } message)
        {
            if (message.GetProperty("method").ValueEquals(method))
                return message;
        }
        throw await _life.Gone(what);
    }

    /// <summary>Closes the server's stdin, which asks it to end.</summary>
    public void CloseInput() => _streams.CloseInput();

    /// <summary>SIGKILL, now, to exactly this process.</summary>
    public void Kill() => Process.Kill();

    /// <summary>Waits until the process has ended; returns its exit code (137 after <see cref="Kill"/> on Unix).</summary>
    public Task<int> WaitForExit(TimeSpan limit) => Process.WaitForExit(limit);

    /// <summary>Closes the input, waits up to 5 s for the end, and then kills this process, and no other.</summary>
    public ValueTask DisposeAsync() => _life.DisposeAsync();

    private static StdioServer Of(ServerProcess process) => new(process, process, $"{process.Pid}");
}
