using System.Diagnostics;
using System.Net.Sockets;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Http;

public sealed class ShutdownTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Requires(Need.Unix, "SIGTERM")]
    public async Task The_server_ends_within_two_seconds_whatever_is_open_and_answers_those_who_wait()
    {
        await using HttpServer server = await HttpServer.Start(_project.Root);
        HttpConnection client = await server.Connect();
        await client.Call("start_session", new { agent = "coder" });
        HttpConnection stateless = await server.Connect("2026-07-28");
        StartedRequest[] waits =
        [
            await client.StartCall("wait_for_messages", new { timeoutSeconds = 60 }),
            await stateless.StartCall("wait_for_messages", new { agent = "coder", timeoutSeconds = 60 }),
        ];
        using HttpExchange stream = await client.OpenStream();
        using TcpClient silent = await HalfOpen(server, "");
        using TcpClient halfHeader = await HalfOpen(server, "POST /mcp HTTP/1.1\r\nHost: localhost\r\n");
        using TcpClient halfBody = await HalfOpen(server, "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
        await Eventually.Become(async () => (await server.Health()).GetProperty("runningRequests").GetInt32() == 2, TimeSpan.FromSeconds(15), "two waits");

        long begin = Stopwatch.GetTimestamp();
        server.Terminate();
        foreach (StartedRequest wait in waits)
        {
            ToolAnswer ended = new("wait_for_messages", await wait.Result());
            Assert.Equal(("stopping", true), (ended.ErrorCode, ended.IsRetryable));
        }
        Assert.Null(await stream.NextEvent());
        Assert.Equal(0, await server.WaitForExit(TimeSpan.FromSeconds(10)));
        Assert.InRange(Stopwatch.GetElapsedTime(begin), TimeSpan.Zero, Limit);
        Assert.Equal("", server.Troubles);
    }

    [Requires(Need.Unix, "SIGTERM")]
    public async Task An_idle_server_ends_at_once()
    {
        await using HttpServer server = await HttpServer.Start(_project.Root);
        HttpConnection client = await server.Connect();
        await client.Call("start_session", new { agent = "coder" });

        long begin = Stopwatch.GetTimestamp();
        server.Terminate();
        Assert.Equal(0, await server.WaitForExit(TimeSpan.FromSeconds(10)));
        Assert.InRange(Stopwatch.GetElapsedTime(begin), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    private static async Task<TcpClient> HalfOpen(HttpServer server, string sent)
    {
        TcpClient client = new();
        await client.ConnectAsync(server.Mcp.Host, server.Mcp.Port);
        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(sent));
        return client;
    }
}
