using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentCraft.Testing;

/// <summary>
/// A real <c>agentcraft serve --http</c> on a free port, and plain HTTP with it: a process, or hosted by that of the tests. Clients are made
/// by <see cref="Connect"/>.
/// </summary>
public sealed class HttpServer : IAsyncDisposable
{
    private const string Json = "application/json";
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    private readonly ServerLife _life;

    private HttpServer(ServerLife life, Uri mcp, string greeting, Task<string> restOfOutput)
    {
        (_life, Mcp, Greeting, RestOfOutput) = (life, mcp, greeting, restOfOutput);
        Client = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5) }) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The MCP endpoint, as the server printed it.</summary>
    public Uri Mcp { get; }

    /// <summary>What the server printed up to its URL.</summary>
    public string Greeting { get; }

    /// <summary>What it printed after that, once it has ended.</summary>
    public Task<string> RestOfOutput { get; }

    /// <summary>For requests of any other kind; knows no limits of its own.</summary>
    public HttpClient Client { get; }

    /// <summary>How long a single wait may take; 30 s unless set.</summary>
    public TimeSpan Limit
    {
        get => _life.Limit;
        set => _life.Limit = value;
    }

    /// <summary>The process id.</summary>
    public int Pid => Process.Pid;

    /// <summary>What the server wrote to stderr up to now.</summary>
    public string StandardError => _life.StandardError;

    /// <summary>The same without a line for each call: empty while nothing is wrong.</summary>
    public string Troubles => _life.Troubles;

    internal ServerLife Life => _life;

    private ServerProcess Process => _life as ServerProcess ?? throw new InvalidOperationException("This server is no process of its own.");

    /// <summary>Starts <c>agentcraft serve --http --root ROOT</c> on a free port and waits for its URL.</summary>
    public static Task<HttpServer> Start(
        string root, IEnumerable<string>? arguments = null, IReadOnlyDictionary<string, string?>? environment = null) =>
        StartProgram(ServerExecutable.Path, ["serve", "--http", "--url", "http://127.0.0.1:0", "--root", root, .. arguments ?? []], root, environment);

    /// <summary>One that runs in this process already.</summary>
    /// <param name="mcp">Its endpoint.</param>
    /// <param name="log">What it has logged up to now.</param>
    /// <param name="stop">Ends it.</param>
    public static HttpServer Hosted(Uri mcp, Func<string> log, Func<Task> stop) => new(new HostedServer(log, stop), mcp, "", Task.FromResult(""));

    /// <summary>Starts any other server that prints the URL of its MCP endpoint.</summary>
    public static async Task<HttpServer> StartProgram(
        string program, IEnumerable<string> arguments, string directory, IReadOnlyDictionary<string, string?>? environment = null)
    {
        ServerProcess process = new(program, arguments, directory, environment);
        try
        {
            StreamReader output = new(process.Output, Encoding.UTF8);
            StringBuilder greeting = new();
            while (await process.Within(end => output.ReadLineAsync(end).AsTask(), "the server's URL") is { } line)
            {
                greeting.AppendLine(line);
                if (Regex.Match(line, @"http://[^\s""]+/mcp") is { Success: true } url)
                {
                    return new(process, new Uri(url.Value), greeting.ToString(), output.ReadToEndAsync());
                }
            }
            throw await process.Gone("its URL");
        }
        catch
        {
            process.Kill();
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client of a revision with sessions after its handshake, or of one without.</summary>
    public async Task<HttpConnection> Connect(string protocolVersion = "2025-11-25", string? token = null)
    {
        HttpConnection connection = new(this, protocolVersion) { Token = token };
        if (!connection.IsStateless)
            await connection.Initialize();
        return connection;
    }

    /// <summary>Posts a body to the MCP endpoint with the headers that every client sends, and these; null takes one away.</summary>
    public Task<HttpExchange> Post(string body, IReadOnlyDictionary<string, string?>? headers = null, CancellationToken cancellation = default) =>
        Post(new ByteArrayContent(Encoding.UTF8.GetBytes(body)), headers, cancellation);

    /// <inheritdoc cref="Post(string, IReadOnlyDictionary{string, string?}?, CancellationToken)"/>
    public Task<HttpExchange> Post(HttpContent content, IReadOnlyDictionary<string, string?>? headers = null, CancellationToken cancellation = default)
    {
        content.Headers.ContentType ??= new MediaTypeHeaderValue(Json);
        return Send(HttpMethod.Post, "/mcp", content, headers, cancellation);
    }

    /// <summary>Sends any request.</summary>
    public Task<HttpExchange> Send(
        HttpMethod method, string path, HttpContent? content = null, IReadOnlyDictionary<string, string?>? headers = null, CancellationToken cancellation = default)
    {
        HttpRequestMessage request = new(method, new Uri(Mcp, path)) { Content = content };
        request.Headers.TryAddWithoutValidation("Accept", $"{Json}, text/event-stream");
        foreach ((string name, string? value) in headers ?? new Dictionary<string, string?>())
        {
            HttpHeaders target = name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) && content is not null ? content.Headers : request.Headers;
            target.Remove(name);
            if (value is not null)
                target.TryAddWithoutValidation(name, value);
        }
        return HttpExchange.Send(Client, request, Limit, cancellation);
    }

    /// <summary>What <c>/health/ready</c> says, whatever its status.</summary>
    public async Task<JsonElement> Health()
    {
        using HttpExchange exchange = await Send(HttpMethod.Get, "/health/ready");
        return JsonElement.Parse(await exchange.Rest());
    }

    /// <summary>Asks the process to end, as a service manager does.</summary>
    public void Terminate()
    {
        if (OperatingSystem.IsWindows())
            Process.Kill();
        else
            Signals.Terminate(Pid);
    }

    /// <summary>SIGKILL, now, to exactly this process.</summary>
    public void Kill() => Process.Kill();

    /// <summary>Waits until the process has ended; returns its exit code.</summary>
    public Task<int> WaitForExit(TimeSpan limit) => Process.WaitForExit(limit);

    /// <summary>Asks the process to end and waits for it.</summary>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_life is ServerProcess)
            await EndProcess();
        await _life.DisposeAsync();
    }

    private async Task EndProcess()
    {
        try
        {
            if (Signals.IsAlive(Pid))
                Terminate();
            await Process.WaitForExit(EndLimit);
        }
        catch (Exception late) when (late is TimeoutException or System.ComponentModel.Win32Exception)
        {
            Process.Kill();
        }
    }
}
