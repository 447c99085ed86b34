using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using AgentCraft.Testing;
using Xunit.Abstractions;

namespace AgentCraft.Server.Tests.Http;

/// <summary>What bad clients do to good ones: nothing that these notice. Each test looks at the process's handles and memory too.</summary>
public sealed class RobustnessTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Slowest = TimeSpan.FromMilliseconds(500);

    private readonly TemporaryProject _project = new();
    private HttpServer _server = null!;
    private HttpConnection _healthy = null!;

    public async Task InitializeAsync()
    {
        _server = await HttpServer.Start(_project.Root, environment: new Dictionary<string, string?> { ["AGENTCRAFT__HTTP__MAXSESSIONS"] = "2100" });
        _healthy = await _server.Connect("2026-07-28");
        await _healthy.Call("start_session", new { agent = "healthy" });
        await _healthy.Call("log_message", new { from = "healthy", to = "healthy", content = "warm" });
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _project.Dispose();
    }

    [Requires(Need.Linux, "/proc shows the server's handles")]
    public async Task Slow_and_half_open_connections_slow_nobody_else_down()
    {
        int count = Quantity.Of(quick: 100, full: 500);
        int sockets = Sockets;
        string[] beginnings =
        [
            "",
            "POST /mcp HTTP/1.1\r\nHost: local",
            "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 4000000\r\n\r\n{\"jsonrpc\"",
            "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"js",
            "GET /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n",
        ];
        List<TcpClient> slow = [];
        for (int i = 0; i < count; i++)
        {
            TcpClient client = new();
            slow.Add(client);
            await client.ConnectAsync(_server.Mcp.Host, _server.Mcp.Port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(beginnings[i % beginnings.Length]));
        }

        Assert.InRange(await P95(Quantity.Of(quick: 100, full: 500)), TimeSpan.Zero, Slowest);
        slow.ForEach(client => client.Dispose());
        await SocketsBackTo(sockets);
    }

    [Theory]
    [InlineData("POST /mcp HTTP/1.1\r\nHost: local", "")]
    [InlineData("POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{", "came slower than 240 bytes a second (http.minBodyRate). Send it again")]
    public async Task Who_does_not_send_what_was_announced_is_hung_up_on(string beginning, string told)
    {
        using TcpClient client = new();
        await client.ConnectAsync(_server.Mcp.Host, _server.Mcp.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(beginning));
        string answer = await new StreamReader(client.GetStream()).ReadToEndAsync().WaitAsync(Soon);

        Assert.StartsWith("HTTP/1.1 408 ", answer);
        Assert.Contains(told, answer);
        Assert.Equal("", _server.Troubles);
    }

    [Requires(Need.Linux, "/proc shows the server's handles and memory")]
    public async Task Idle_sessions_cost_little_and_are_given_back()
    {
        int count = Quantity.Of(quick: 300, full: 2000);
        (int sockets, long before) = (Sockets, ResidentBytes);
        List<HttpConnection> sessions = await Open(count);
        long each = (ResidentBytes - before) / count;

        Assert.InRange(await P95(Quantity.Of(quick: 100, full: 500)), TimeSpan.Zero, Slowest);
        output.WriteLine($"{each} bytes a session");
        Assert.True(each < 100_000, $"{each} bytes a session");
        await End(sessions);
        long once = ResidentBytes;
        for (int round = 0; round < 5; round++)
            await End(await Open(count));
        Assert.Equal(0, (await _server.Health()).GetProperty("sessions").GetInt32());
        // The collector lets some 90 MB come and go; sessions that stayed would be 400 MB in the full size.
        Assert.True(ResidentBytes < once + 150_000_000, $"{once} bytes after one round, {ResidentBytes} after six");
        await SocketsBackTo(sockets);
    }

    [Requires(Need.Linux, "/proc shows the server's handles")]
    public async Task Clients_that_drop_in_the_middle_of_a_wait_leave_nothing_behind()
    {
        int count = Quantity.Of(quick: 50, full: 500);
        int sockets = Sockets;
        HttpConnection session = await _server.Connect();
        string cursor = (await _healthy.Call("read_inbox", new { agent = "healthy", limit = 200 })).GetText("cursor");
        HttpExchange[] waits = await Task.WhenAll(Enumerable.Range(0, count).Select(i => (i % 2 == 0 ? session : _healthy).Post(
            1000 + i, "tools/call", new { name = "wait_for_messages", arguments = new { agent = "healthy", timeoutSeconds = 300, cursor } })));
        await Running(count);
        Assert.InRange(await P95(100), TimeSpan.Zero, Slowest);

        Array.ForEach(waits, wait => wait.Dispose());
        await Running(0);
        await SocketsBackTo(sockets);
        Assert.Equal("", _server.Troubles);
    }

    [Requires(Need.Linux, "/proc shows the server's memory")]
    public async Task A_flood_of_oversized_bodies_is_refused_and_takes_no_memory()
    {
        using CancellationTokenSource end = new(TimeSpan.FromSeconds(Quantity.Of(quick: 3, full: 15)));
        byte[] body = new byte[8 << 20];
        int refused = 0;
        Task[] flood = [.. Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                HttpContent content = i % 2 == 0 ? new ByteArrayContent(body) : new StreamContent(new Unknown(body));
                using HttpExchange exchange = await _server.Post(content);
                Assert.Equal(HttpStatusCode.RequestEntityTooLarge, exchange.Status);
                Interlocked.Increment(ref refused);
            }
        }))];
        List<TimeSpan> took = [];
        while (!end.IsCancellationRequested)
            took.AddRange(await Time(20));
        await Task.WhenAll(flood);

        Assert.InRange(Percentile95(took), TimeSpan.Zero, Slowest);
        Assert.True(refused > 8, $"{refused} were refused");
        Assert.True(ResidentBytes < 400_000_000, $"{ResidentBytes} bytes");
    }

    private int Handles => Directory.GetFileSystemEntries($"/proc/{_server.Pid}/fd").Length;

    // The other handles are the store's: it keeps a connection for each read that ever ran at the same moment.
    private int Sockets => Directory.GetFileSystemEntries($"/proc/{_server.Pid}/fd").Count(IsSocket);

    private long ResidentBytes
    {
        get
        {
            using Process process = Process.GetProcessById(_server.Pid);
            return process.WorkingSet64;
        }
    }

    private Task SocketsBackTo(int before) => Eventually.Become(() => Sockets <= before + 20, Soon, $"at most {before + 20} sockets");

    private Task Running(int handlers) => Eventually.Become(
        async () => (await _server.Health()).GetProperty("runningRequests").GetInt32() == handlers, Soon, $"{handlers} running requests");

    private async Task<List<HttpConnection>> Open(int count)
    {
        List<HttpConnection> sessions = [];
        foreach (HttpConnection[] some in Enumerable.Range(0, count).Select(_ => new HttpConnection(_server, "2025-11-25")).Chunk(16))
        {
            await Task.WhenAll(some.Select(session => session.Initialize()));
            sessions.AddRange(some);
        }
        return sessions;
    }

    private static async Task End(List<HttpConnection> sessions)
    {
        foreach (HttpConnection[] some in sessions.Chunk(16))
            foreach (HttpExchange deleted in await Task.WhenAll(some.Select(session => session.Delete())))
                deleted.Dispose();
    }

    private static bool IsSocket(string handle)
    {
        try
        {
            return File.ResolveLinkTarget(handle, returnFinalTarget: false)?.Name.StartsWith("socket:", StringComparison.Ordinal) is true;
        }
        catch (IOException)
        {
            return false; // Closed meanwhile.
        }
    }

    private async Task<TimeSpan> P95(int calls) => Percentile95(await Time(calls));

    private TimeSpan Percentile95(List<TimeSpan> took)
    {
        TimeSpan p95 = took.Order().ElementAt(took.Count * 95 / 100);
        output.WriteLine($"A healthy call: p95 {p95.TotalMilliseconds:0.0} ms of {took.Count}; the server: {ResidentBytes >> 20} MiB, {Handles} handles");
        return p95;
    }

    private async Task<List<TimeSpan>> Time(int calls)
    {
        List<TimeSpan> took = [];
        for (int i = 0; i < calls; i++)
        {
            long begin = Stopwatch.GetTimestamp();
            (i % 2 == 0
                ? await _healthy.Call("list_agents")
                : await _healthy.Call("record_metric", new { agent = "healthy", name = "n", value = i })).Succeeded();
            took.Add(Stopwatch.GetElapsedTime(begin));
        }
        return took;
    }

    private sealed class Unknown(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
