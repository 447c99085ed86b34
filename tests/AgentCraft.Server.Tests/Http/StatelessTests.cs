using System.Net;
using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Http;

public sealed class StatelessTests : IAsyncLifetime
{
    private const string Revision = "2026-07-28";

    private readonly TemporaryProject _project = new();
    private HttpServer _server = null!;
    private HttpConnection _client = null!;

    public async Task InitializeAsync()
    {
        _server = await HttpServer.Start(_project.Root);
        _client = await _server.Connect(Revision);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task A_call_needs_no_handshake_and_makes_no_session()
    {
        JsonElement discovered = await _client.Request("server/discover");
        ToolAnswer brief = await _client.Call("start_session", new { agent = "coder" });

        Assert.Equal([Revision], discovered.GetProperty("supportedVersions").EnumerateArray().Select(v => v.GetString()));
        Assert.Equal("coder", brief.GetText("agent.name"));
        Assert.Null(_client.SessionId);
        Assert.Equal(0, (await _server.Health()).GetProperty("sessions").GetInt32());
    }

    [Fact]
    public async Task No_call_is_taken_for_the_agent_of_another()
    {
        await _client.Call("start_session", new { agent = "coder" });
        Assert.Equal("invalid_argument", (await _client.Call("read_inbox")).ErrorCode);
    }

    [Fact]
    public async Task Listening_is_acknowledged_first()
    {
        using HttpExchange listening = await _client.Post(1, "subscriptions/listen", new { notifications = new { toolsListChanged = true } });
        Assert.Equal("notifications/subscriptions/acknowledged", (await listening.NextEvent())!.Value.GetProperty("method").GetString());
    }

    [Theory]
    [InlineData("initialize")]
    [InlineData("ping")]
    [InlineData("logging/setLevel")]
    [InlineData("resources/subscribe")]
    [InlineData("resources/unsubscribe")]
    [InlineData("no/such_method")]
    public async Task A_method_that_the_revision_does_not_have_is_not_found(string method)
    {
        using HttpExchange exchange = await _client.Post(1, method, new { });
        Assert.Equal(HttpStatusCode.NotFound, exchange.Status);
        string body = await exchange.Rest();
        Assert.Contains("-32601", body);
    }

    [Fact]
    public async Task There_is_neither_GET_nor_DELETE()
    {
        using HttpExchange get = await _client.OpenStream();
        using HttpExchange delete = await _client.Delete();

        Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST"), (get.Status, get.Header("Allow")));
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST"), (delete.Status, delete.Header("Allow")));
    }

    [Fact]
    public async Task A_notification_is_accepted_and_an_answer_to_nothing_is_not()
    {
        await _client.CancelRequest(77);
        using HttpExchange answer = await _server.Post("""{"jsonrpc":"2.0","id":1,"result":{}}""", new Dictionary<string, string?> { ["MCP-Protocol-Version"] = Revision });
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
    }

    [Fact]
    public async Task Two_clients_talk_and_wait()
    {
        await _client.Call("start_session", new { agent = "coder" });
        await _client.Call("start_session", new { agent = "reviewer" });
        StartedRequest wait = await _client.StartCall("wait_for_messages", new { agent = "reviewer", timeoutSeconds = 60 });
        await _client.Call("log_message", new { from = "coder", to = "reviewer", content = "Grüße 🙏" });

        Assert.Equal("Grüße 🙏", new ToolAnswer("wait_for_messages", await wait.Result()).GetText("messages.0.content"));
    }
}
