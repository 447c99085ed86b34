using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Configuration;
using AgentCraft.Server.Cli;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;
using Xunit.Abstractions;

namespace AgentCraft.Server.Tests.Http;

/// <summary>Each limit refuses with its own name and the next step, writes that down, and lets go on who keeps to it.</summary>
[OnEveryEngine]
public sealed class LimitTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Stateless = "2026-07-28";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15), Slowest = TimeSpan.FromMilliseconds(500);

    private readonly TemporaryProject _project = new();
    private Stores _stores = null!;
    private HttpServer? _server;

    public Task InitializeAsync()
    {
        _stores = Roots.OpenStores(_project.Root, new StoreOptions(TestStore.Of(_project.Root) ?? ""));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task More_requests_a_second_than_one_may_send_are_429_with_Retry_After_and_others_go_on()
    {
        HttpServer server = await Start(http => http with { RequestsPerSecond = 2, RequestBurst = 3 });
        string ann = (await _stores.Tokens.Create(new("ann", Data.Tokens.TokenScope.Agent))).Secret, again = (await _stores.Tokens.Create(new("ann", Data.Tokens.TokenScope.Read))).Secret;
        string ben = (await _stores.Tokens.Create(new("ben", Data.Tokens.TokenScope.Agent))).Secret;
        List<HttpStatusCode> sent = [];
        string? wait = null;
        // More than the burst at once, with both of her tokens: they are one caller.
        foreach (string token in Enumerable.Range(0, 10).Select(i => i % 2 == 0 ? ann : again))
        {
            using HttpExchange exchange = await Discover(server, token);
            sent.Add(exchange.Status);
            if (exchange.Status != HttpStatusCode.TooManyRequests)
                continue;
            wait = exchange.Header("Retry-After");
            string message = (await exchange.Error()).GetProperty("message").GetString()!;
            Assert.StartsWith("'ann' sends more than 2 requests a second (http.requestsPerSecond). Wait 1 s and send it again", message, StringComparison.Ordinal);
        }
        Assert.All(sent.Take(3), status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Contains(HttpStatusCode.TooManyRequests, sent);
        Assert.Equal("1", wait);
        using (HttpExchange other = await Discover(server, ben))
            Assert.Equal(HttpStatusCode.OK, other.Status);
        using (HttpExchange health = await server.Send(HttpMethod.Get, "/health/live"))
            Assert.Equal(HttpStatusCode.OK, health.Status);
        await Eventually.Become(async () =>
        {
            using HttpExchange later = await Discover(server, ann);
            return later.Status == HttpStatusCode.OK;
        }, Soon, "another request to be let through");
        Assert.Contains(await Audit("http.requestsPerSecond"), row => row.StartsWith("ann token_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_flood_of_refusals_is_a_few_lines_of_the_audit_log()
    {
        HttpServer server = await Start(http => http with { RequestsPerSecond = 1, RequestBurst = 1 });
        string ann = (await _stores.Tokens.Create(new("ann", Data.Tokens.TokenScope.Agent))).Secret;
        for (int i = 0; i < 50; i++)
            (await Discover(server, ann)).Dispose();
        Assert.InRange((await Audit("http.requestsPerSecond")).Count, 1, 3);
    }

    [Fact]
    public async Task Without_tokens_many_agents_on_this_machine_and_64_callers_at_once_meet_no_limit()
    {
        HttpServer server = await Start(http => http);
        HttpConnection shared = await server.Connect(Stateless);
        for (int i = 0; i < 50; i++)
            (await shared.Call("start_session", new { agent = $"agent-{i}" })).Succeeded();
        StartedRequest[] waits = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => shared.StartCall("wait_for_messages", new { agent = $"agent-{i}", timeoutSeconds = 30 })));
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async i =>
        {
            for (int call = 0; call < Quantity.Of(quick: 5, full: 20); call++)
                (await shared.Call("list_agents", new { limit = 1 })).Succeeded();
        }));
        (await shared.Call("log_message", new { from = "agent-0", to = Enumerable.Range(0, 50).Select(i => $"agent-{i}").ToArray(), content = "done" })).Succeeded();
        foreach (StartedRequest wait in waits)
            Assert.False((await wait.Result()).GetProperty("structuredContent").GetProperty("timedOut").GetBoolean());
        Assert.Empty(await Rows("limit_reached"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task More_waits_than_one_agent_may_have_are_refused_until_one_ends(bool withToken)
    {
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(_project.PathOf(".agentcraft")).FullName, "config.json"), """{"http": {"maxWaits": 2}}""");
        HttpServer server = await Start(http => http);
        string? token = withToken ? (await _stores.Tokens.Create(new("ann", Data.Tokens.TokenScope.Agent))).Secret : null, other = withToken ? (await _stores.Tokens.Create(new("ben", Data.Tokens.TokenScope.Agent))).Secret : null;
        HttpConnection ann = await server.Connect("2025-11-25", token), ben = await server.Connect(Stateless, other);
        (await ann.Call("start_session", new { agent = "ann" })).Succeeded();
        (await ben.Call("start_session", new { agent = "ben" })).Succeeded();
        using CancellationTokenSource hangUp = new();
        StartedRequest first = await ann.StartCall("wait_for_messages", new { agent = "ann", timeoutSeconds = 60 }, hangUp.Token), second = await ann.StartCall("wait_for_messages", new { agent = "Ann", timeoutSeconds = 60 });
        await Eventually.Become(async () => (await server.Health()).GetProperty("runningRequests").GetInt32() == 2, Soon, "two waits to be open");
        ToolAnswer refused = await ann.Call("wait_for_messages", new { agent = "ann", timeoutSeconds = 0.01 });
        Assert.Equal(("limit_reached", "'ann' has 2 waits open already (http.maxWaits)."), (refused.ErrorCode, refused.ErrorMessage));
        Assert.Contains("call wait_for_messages again", refused.Hint);
        (await ann.Call("wait_for_messages", new { agent = "ann", timeoutSeconds = 0 })).Succeeded();
        (await ben.Call("wait_for_messages", new { agent = "ben", timeoutSeconds = 0.01 })).Succeeded();
        await hangUp.CancelAsync();
        await Eventually.Become(async () => !(await ann.Call("wait_for_messages", new { agent = "ann", timeoutSeconds = 0.01 })).IsError, Soon, "room for another wait");
        (await ben.Call("log_message", new { from = "ben", to = "ann", content = "x" })).Succeeded();
        Assert.Equal(1, (await second.Result()).GetProperty("structuredContent").GetProperty("unread").GetInt32());
        Assert.NotEmpty(await Audit("http.maxWaits"));
        await Assert.ThrowsAnyAsync<Exception>(() => first.Result());
    }

    [Fact]
    public async Task One_connection_too_many_is_told_so_and_one_that_ends_makes_room()
    {
        HttpServer server = await Start(http => http with { MaxConnections = 3 });
        List<TcpClient> open = [];
        for (int i = 0; i < 3; i++)
        {
            open.Add(await Dial(server));
            await Send(open[i], "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 200", await Answer(open[i]));
        }
        using (TcpClient refused = await Dial(server))
        {
            await Send(refused, "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\n{}x");
            string answer = await new StreamReader(refused.GetStream()).ReadToEndAsync().WaitAsync(Soon);
            Assert.StartsWith("HTTP/1.1 503 Service Unavailable\r\n", answer, StringComparison.Ordinal);
            Assert.Contains("\r\nRetry-After: 10\r\n", answer);
            Assert.Contains("There are 3 connections (http.maxConnections). Close those that you do not need", JsonElement.Parse(answer.Split("\r\n\r\n")[1]).GetProperty("error").GetProperty("message").GetString());
        }
        open[0].Dispose();
        await Eventually.Become(async () =>
        {
            using TcpClient next = await Dial(server);
            await Send(next, "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            return (await new StreamReader(next.GetStream()).ReadToEndAsync().WaitAsync(Soon)).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        }, Soon, "room for a connection");
        open.ForEach(client => client.Dispose());
        Assert.NotEmpty(await Audit("http.maxConnections"));
    }

    [Fact]
    public async Task Deep_large_and_slow_bodies_are_refused_with_the_setting_and_what_to_do()
    {
        HttpServer server = await Start(http => http with { MaxJsonDepth = 8, MaxBodyBytes = 2000, BodySeconds = 1, HeaderSeconds = 1 });
        string deep = $$$"""{"jsonrpc":"2.0","id":7,"method":"x","params":{"a":{{{new string('[', 6)}}}{{{new string(']', 6)}}}}}""";
        using (HttpExchange just = await server.Post(deep))
            Assert.DoesNotContain("http.maxJsonDepth", await just.Rest());
        await Refused(await server.Post(deep.Replace("[[", "[[[").Replace("]]", "]]]")), 400, "The body nests deeper than 8 levels (http.maxJsonDepth). Flatten it");
        await Refused(await server.Post(new string('x', 3000)), 413, "The body is larger than 2000 bytes (http.maxBodyBytes). A message has at most 1 MiB; keep what is larger in a file");
        using TcpClient slow = await Dial(server), silent = await Dial(server);
        await Send(slow, "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
        await Send(silent, "POST /mcp HTTP/1.1\r\nHost: loc");
        Task<string> unsent = Answer(silent);
        string answer = await Answer(slow);
        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("took longer than 1 s (http.bodySeconds). Send it again", answer.Contains("\r\n\r\n{", StringComparison.Ordinal) ? answer : await Answer(slow));
        Assert.StartsWith("HTTP/1.1 408 ", await unsent, StringComparison.Ordinal);
        foreach (string limit in new[] { "http.maxJsonDepth", "http.maxBodyBytes", "http.bodySeconds" })
            Assert.NotEmpty(await Audit(limit));
    }

    [Fact]
    public async Task Five_hundred_clients_that_trickle_hold_up_nobody_else()
    {
        HttpServer server = await Start(http => http);
        HttpConnection healthy = await server.Connect(Stateless);
        (await healthy.Call("start_session", new { agent = "healthy" })).Succeeded();
        string head = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n";
        TcpClient[] trickling = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => Dial(server)));
        foreach ((int i, TcpClient client) in trickling.Index())
            await Send(client, i % 2 == 0 ? head : $"{head}Content-Length: 4000000\r\n\r\n{{\"jsonrpc\":");
        int sent = 0;
        using CancellationTokenSource end = new();
        // A byte of each in turn, of headers or of bodies; those that the server has given up on by then are dialled no more.
        Task trickle = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
                foreach ((int i, TcpClient client) in trickling.Index())
                    try
                    {
                        await client.GetStream().WriteAsync(i % 2 == 0 ? "X"u8.ToArray() : " "u8.ToArray(), end.Token);
                        sent++;
                    }
                    catch (Exception gone) when (gone is IOException or OperationCanceledException)
                    {
                        // Hung up on.
                    }
        });
        List<TimeSpan> took = [];
        for (int call = 0; call < 100; call++)
        {
            long start = Stopwatch.GetTimestamp();
            (await healthy.Call("log_message", new { from = "healthy", to = "healthy", content = "x" })).Succeeded();
            took.Add(Stopwatch.GetElapsedTime(start));
        }
        int held = trickling.Count(IsOpen);
        await end.CancelAsync();
        await trickle;
        Array.ForEach(trickling, client => client.Dispose());
        TimeSpan p95 = took.Order().ElementAt(95);
        output.WriteLine($"p95 {p95.TotalMilliseconds:0.0} ms, {sent} bytes trickled, {held} clients held to the end");
        Assert.True(sent > 500 && held >= 450, $"{sent} bytes, {held} clients");
        Assert.InRange(p95, TimeSpan.Zero, Slowest);
    }

    private async Task<HttpServer> Start(Func<HttpSettings, HttpSettings> with) => _server = await HostedHttp.Start(_project.Root, with);

    /// <summary>The server has neither answered nor hung up.</summary>
    private static bool IsOpen(TcpClient client) => client.Connected && !client.Client.Poll(0, SelectMode.SelectRead);

    private static Task<HttpExchange> Discover(HttpServer server, string? token) =>
        new HttpConnection(server, Stateless) { Token = token }.Post(7, "server/discover");

    private static async Task Refused(HttpExchange exchange, int status, string message)
    {
        using (exchange)
        {
            Assert.Equal(status, (int)exchange.Status);
            Assert.StartsWith(message, (await exchange.Error()).GetProperty("message").GetString(), StringComparison.Ordinal);
        }
    }

    private static async Task<TcpClient> Dial(HttpServer server)
    {
        TcpClient client = new();
        await client.ConnectAsync(server.Mcp.Host, server.Mcp.Port);
        return client;
    }

    private static async Task Send(TcpClient client, string text) => await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));

    private static async Task<string> Answer(TcpClient client)
    {
        byte[] buffer = new byte[4096];
        return Encoding.ASCII.GetString(buffer, 0, await client.GetStream().ReadAsync(buffer).AsTask().WaitAsync(Soon));
    }

    private async Task<List<string>> Audit(string limit)
    {
        List<string> rows = [];
        await Eventually.Become(async () => (rows = await Rows("limit_reached", limit)).Count > 0, Soon, $"{limit} in the audit log");
        return rows;
    }

    private async Task<List<string>> Rows(string action, string? target = null) => await _stores.Databases.Central.Read(c => c.Query<string>(
        "SELECT COALESCE(agent, '') || ' ' || COALESCE(principal, '') || ' ' || detail FROM audit_log WHERE action = @Action AND outcome = 'refused' AND (@Target IS NULL OR target = @Target)", new { Action = action, Target = target }));
}
