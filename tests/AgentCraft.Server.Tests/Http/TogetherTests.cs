using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Http;

[OnEveryEngine]
public sealed class TogetherTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task Messages_and_waits_cross_between_stdio_and_HTTP(string revision)
    {
        await using HttpServer server = await HttpServer.Start(_project.Root);
        HttpConnection http = await server.Connect(revision);
        await using StdioServer stdio = await StdioServer.Connect(_project.Root);
        await http.Call("start_session", new { agent = "over-http" });
        await stdio.Call("start_session", new { agent = "over-stdio" });

        StartedRequest stdioWaits = await stdio.StartCall("wait_for_messages", new { agent = "over-stdio", timeoutSeconds = 60 });
        await http.Call("log_message", new { from = "over-http", to = "over-stdio", content = "question" });
        Assert.Equal("question", Inbox(await stdioWaits.Result()).GetText("messages.0.content"));

        StartedRequest httpWaits = await http.StartCall("wait_for_messages", new { agent = "over-http", timeoutSeconds = 60 });
        await stdio.Call("log_message", new { from = "over-stdio", to = "over-http", content = "answer" });
        Assert.Equal("answer", Inbox(await httpWaits.Result()).GetText("messages.0.content"));
    }

    [Fact]
    public async Task Both_write_at_once_and_nothing_is_lost()
    {
        int each = Quantity.Of(quick: 50, full: 1000);
        await using HttpServer server = await HttpServer.Start(_project.Root);
        HttpConnection session = await server.Connect();
        HttpConnection stateless = await server.Connect("2026-07-28");
        await using StdioServer stdio = await StdioServer.Connect(_project.Root);
        await session.Call("start_session", new { agent = "reader" });
        await stdio.Call("start_session", new { agent = "writer" });

        await Task.WhenAll(
            Write(each, content => session.Call("log_message", new { from = "writer", to = "reader", content })),
            Write(each, content => stateless.Call("log_message", new { from = "writer", to = "reader", content })),
            Write(each, content => stdio.Call("log_message", new { from = "writer", to = "reader", content })));

        Assert.Equal(3 * each, (await stateless.Call("read_inbox", new { agent = "reader" })).GetNumber("unread"));
        Assert.Equal(3 * each, (await stdio.Call("read_inbox", new { agent = "reader" })).GetNumber("unread"));
    }

    private static async Task Write(int count, Func<string, Task<ToolAnswer>> write)
    {
        for (int i = 0; i < count; i++)
            (await write($"message {i}")).Succeeded();
    }

    private static ToolAnswer Inbox(System.Text.Json.JsonElement result) => new("wait_for_messages", result);
}
