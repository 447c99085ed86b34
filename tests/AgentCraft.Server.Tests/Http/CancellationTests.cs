using System.Diagnostics;
using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Http;

public sealed class CancellationTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);
    private static readonly object Waiting = new { name = "wait_for_messages", arguments = new { agent = "coder", timeoutSeconds = 60 } };

    private readonly TemporaryProject _project = new();
    private HttpServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await HttpServer.Start(_project.Root);
        await (await _server.Connect("2026-07-28")).Call("start_session", new { agent = "coder" });
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task A_cancelled_request_ends_its_POST_without_an_answer()
    {
        HttpConnection client = await _server.Connect();
        using HttpExchange wait = await client.Post(40, "tools/call", Waiting);
        await Running(1);

        await client.CancelRequest(40);
        Assert.Null(await wait.NextEvent());
        await Running(0);
        await client.Request("ping");
    }

    [Fact]
    public async Task A_request_with_a_text_for_an_id_can_be_cancelled_too()
    {
        HttpConnection client = await _server.Connect();
        using HttpExchange wait = await _server.Post(
            """{"jsonrpc":"2.0","id":"forty","method":"tools/call","params":{"name":"wait_for_messages","arguments":{"agent":"coder","timeoutSeconds":60}}}""",
            new Dictionary<string, string?> { ["Mcp-Session-Id"] = client.SessionId });
        await Running(1);

        await client.Notify("notifications/cancelled", new { requestId = "forty" });
        Assert.Null(await wait.NextEvent());
        await Running(0);
    }

    [Fact]
    public async Task One_session_cannot_cancel_the_request_of_another()
    {
        HttpConnection client = await _server.Connect();
        HttpConnection other = await _server.Connect();
        using HttpExchange wait = await client.Post(40, "tools/call", Waiting);
        await Running(1);

        await other.CancelRequest(40);
        await client.Notify("notifications/cancelled", new { requestId = 41 });
        await client.Notify("notifications/cancelled", new { });
        await client.Call("log_message", new { from = "coder", to = "coder", content = "still waiting?" });
        Assert.Equal(40, (await wait.NextEvent())!.Value.GetProperty("id").GetInt32());
    }

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task A_client_that_hangs_up_in_the_middle_of_a_wait_leaves_no_waiter_behind(string revision)
    {
        HttpConnection client = await _server.Connect(revision);
        using CancellationTokenSource hangUp = new();
        HttpExchange wait = await client.Post(40, "tools/call", Waiting, cancellation: hangUp.Token);
        await Running(1);

        wait.Dispose();
        await Running(0);
        Assert.Equal("", _server.Troubles);
    }

    [Fact]
    public async Task A_session_s_client_that_hangs_up_has_not_taken_back_what_it_asked_for()
    {
        HttpConnection client = await _server.Connect();
        for (int i = 0; i < 20; i++)
        {
            HttpExchange post = await client.Post(100 + i, "tools/call",
                new { name = "log_message", arguments = new { from = "coder", to = "coder", content = $"message {i}" } });
            post.Dispose();
        }
        await Eventually.Become(async () => (await client.Call("read_inbox", new { agent = "coder" })).GetNumber("total") == 20, Soon, "all of them");
    }

    [Fact]
    public async Task A_wait_is_answered_within_milliseconds_of_the_message()
    {
        HttpConnection client = await _server.Connect();
        List<double> took = [];
        string? cursor = null;
        for (int i = 0; i < 20; i++)
        {
            StartedRequest wait = await client.StartCall("wait_for_messages", new { agent = "coder", timeoutSeconds = 60, cursor });
            await Running(1);
            await client.Call("log_message", new { from = "coder", to = "coder", content = "ding" });
            long sent = Stopwatch.GetTimestamp();
            ToolAnswer inbox = new("wait_for_messages", await wait.Result());
            took.Add(Stopwatch.GetElapsedTime(sent, wait.ReceivedAt).TotalMilliseconds);
            cursor = inbox.GetText("cursor");
        }
        took.Sort();
        Assert.True(took[took.Count / 2] < 100, $"median {took[took.Count / 2]} ms");
    }

    private Task Running(int handlers) => Eventually.Become(
        async () => (await _server.Health()).GetProperty("runningRequests").GetInt32() == handlers, Soon, $"{handlers} running requests");
}
