using System.Net;
using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Http;

public sealed class SessionTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    private readonly TemporaryProject _project = new();
    private HttpServer _server = null!;

    public async Task InitializeAsync() => _server = await HttpServer.Start(_project.Root);

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _project.Dispose();
    }

    [Theory]
    [InlineData("2024-11-05")]
    [InlineData("2025-03-26")]
    [InlineData("2025-06-18")]
    [InlineData("2025-11-25")]
    public async Task Every_revision_with_a_handshake_gets_a_session(string revision)
    {
        HttpConnection client = new(_server, revision);
        JsonElement initialized = await client.Initialize();

        Assert.Equal(revision, initialized.GetProperty("protocolVersion").GetString());
        Assert.Matches("^[0-9a-f]{32}$", client.SessionId);
        Assert.Equal("coder", (await client.Call("start_session", new { agent = "coder" })).GetText("agent.name"));
    }

    [Fact]
    public async Task A_session_remembers_its_own_agent_and_no_other_session_s()
    {
        HttpConnection coder = await _server.Connect();
        HttpConnection reviewer = await _server.Connect();
        await coder.Call("start_session", new { agent = "coder" });
        await reviewer.Call("start_session", new { agent = "reviewer" });

        Assert.NotEqual(coder.SessionId, reviewer.SessionId);
        Assert.Equal("coder", (await coder.Call("read_inbox")).GetText("agent"));
        Assert.Equal("reviewer", (await reviewer.Call("read_inbox")).GetText("agent"));
    }

    [Fact]
    public async Task An_unknown_session_is_not_found_and_a_missing_one_a_bad_request()
    {
        const string ping = """{"jsonrpc":"2.0","id":7,"method":"ping"}""";
        using HttpExchange unknown = await _server.Post(ping, new Dictionary<string, string?> { ["Mcp-Session-Id"] = "nonsense" });
        using HttpExchange missing = await _server.Post(ping);
        using HttpExchange get = await _server.Send(HttpMethod.Get, "/mcp", null, new Dictionary<string, string?> { ["Mcp-Session-Id"] = "nonsense" });
        using HttpExchange delete = await _server.Send(HttpMethod.Delete, "/mcp");

        Assert.Equal(HttpStatusCode.NotFound, unknown.Status);
        Assert.Equal(7, JsonElement.Parse(await unknown.Rest()).GetProperty("id").GetInt32());
        Assert.Equal(HttpStatusCode.BadRequest, missing.Status);
        Assert.Equal(HttpStatusCode.NotFound, get.Status);
        Assert.Equal(HttpStatusCode.BadRequest, delete.Status);
    }

    [Fact]
    public async Task DELETE_ends_a_session_with_its_streams_and_its_waits()
    {
        HttpConnection client = await _server.Connect();
        await client.Call("start_session", new { agent = "coder" });
        using HttpExchange stream = await client.OpenStream();
        using HttpExchange wait = await client.Post(90, "tools/call", new { name = "wait_for_messages", arguments = new { timeoutSeconds = 60 } });

        using HttpExchange deleted = await client.Delete();
        Assert.Equal(HttpStatusCode.OK, deleted.Status);
        Assert.Null(await stream.NextEvent());
        Assert.Null(await wait.NextEvent());
        using HttpExchange again = await client.Delete();
        Assert.Equal(HttpStatusCode.NotFound, again.Status);
        using HttpExchange after = await client.Post(91, "ping");
        Assert.Equal(HttpStatusCode.NotFound, after.Status);
        await Eventually.Become(async () => (await _server.Health()).GetProperty("runningRequests").GetInt32() == 0, Soon, "the wait's end");
    }

    [Fact]
    public async Task A_session_is_told_by_its_id_whatever_supported_revision_the_header_names()
    {
        HttpConnection client = await _server.Connect("2025-06-18");
        using HttpExchange other = await client.Post(5, "ping", null, new Dictionary<string, string?> { ["MCP-Protocol-Version"] = "2025-11-25" });
        using HttpExchange none = await client.Post(6, "ping", null, new Dictionary<string, string?> { ["MCP-Protocol-Version"] = null });
        using HttpExchange unsupported = await client.Post(7, "ping", null, new Dictionary<string, string?> { ["MCP-Protocol-Version"] = "2020-01-01" });

        Assert.Equal(HttpStatusCode.OK, other.Status);
        Assert.Equal(HttpStatusCode.OK, none.Status);
        Assert.Equal(HttpStatusCode.BadRequest, unsupported.Status);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"protocolVersion":7}""")]
    [InlineData("""{"protocolVersion":"2025-11-25","capabilities":[],"clientInfo":null}""")]
    [InlineData("""[]""")]
    [InlineData("""{"protocolVersion":"2026-07-28","capabilities":{},"clientInfo":{"name":"x","version":"1"}}""")]
    public async Task A_handshake_that_fails_leaves_no_session(string parameters)
    {
        using HttpExchange refused = await _server.Post($$"""{"jsonrpc":"2.0","id":"x","method":"initialize","params":{{parameters}}}""");

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Null(refused.Header("Mcp-Session-Id"));
        Assert.Contains("\"id\":\"x\"", await refused.Rest());
        Assert.Equal(0, (await _server.Health()).GetProperty("sessions").GetInt32());
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task A_revision_that_nobody_speaks_is_a_bad_request_whatever_the_method(string method)
    {
        HttpConnection client = await _server.Connect();
        using HttpExchange refused = await _server.Send(new HttpMethod(method), "/mcp", null, new Dictionary<string, string?>
        {
            ["Mcp-Session-Id"] = client.SessionId, ["MCP-Protocol-Version"] = "zzz", ["Accept"] = "text/event-stream",
        });
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
    }

    [Fact]
    public async Task A_stale_session_id_does_not_keep_a_client_from_beginning_again()
    {
        HttpConnection client = await _server.Connect();
        string old = client.SessionId!;
        using HttpExchange deleted = await client.Delete();
        using HttpExchange again = await client.Post(9, "initialize",
            new { protocolVersion = "2025-11-25", capabilities = new { }, clientInfo = new { name = "x", version = "1" } });

        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.NotEqual(old, again.Header("Mcp-Session-Id"));
    }
}
