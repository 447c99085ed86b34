using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Http;

public sealed class RequestCheckTests(RequestCheckTests.OneServer shared) : IClassFixture<RequestCheckTests.OneServer>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private const string Discover = """
        {"jsonrpc":"2.0","id":7,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}
        """;

    private const string Call = """
        {"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"list_agents","arguments":{},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}
        """;

    private static readonly Dictionary<string, string?> ToDiscover = new() { ["MCP-Protocol-Version"] = "2026-07-28", ["Mcp-Method"] = "server/discover" };

    [Theory]
    [InlineData("localhost", 200)]
    [InlineData("localhost:7717", 200)]
    [InlineData("127.0.0.1:1", 200)]
    [InlineData("[::1]:7717", 200)]
    [InlineData("ide.test:80", 200)]
    [InlineData("evil.com", 403)]
    [InlineData("localhost.evil.com", 403)]
    [InlineData("127.0.0.1.evil.com", 403)]
    [InlineData("LOCALHOST:7717", 200)]
    [InlineData("IDE.test", 200)]
    [InlineData("localhost.", 403)]
    [InlineData("ide.test.", 403)]
    [InlineData("ide.test.evil.com", 403)]
    [InlineData("notide.test", 403)]
    [InlineData("localhost.localdomain", 403)]
    [InlineData("[::ffff:127.0.0.1]", 200)]
    [InlineData("[::2]:7717", 403)]
    [InlineData("127.0.0.1.nip.io:7717", 403)]
    [InlineData("10.0.0.1", 403)]
    [InlineData("0.0.0.0", 403)]
    public async Task Only_names_of_this_machine_are_served(string host, int status)
    {
        Assert.Equal(status, await Discovered(("Host", host)));
        using HttpExchange health = await shared.Server.Send(HttpMethod.Get, "/health/live", null, new Dictionary<string, string?> { ["Host"] = host });
        Assert.Equal(status, (int)health.Status);
    }

    [Theory]
    [InlineData("http://localhost:3000", 200)]
    [InlineData("http://127.0.0.1", 200)]
    [InlineData("https://[::1]:8443", 200)]
    [InlineData("https://ide.test", 200)]
    [InlineData("https://ide.test:444", 403)]
    [InlineData("http://evil.com", 403)]
    [InlineData("http://localhost.evil.com", 403)]
    [InlineData("http://localhost@evil.com", 403)]
    [InlineData("http://localhost:3000, http://evil.com", 403)]
    [InlineData("null", 403)]
    [InlineData("NULL", 403)]
    [InlineData("HTTP://LOCALHOST:3000", 200)]
    [InlineData("http://localhost.", 403)]
    [InlineData("http://localhost:3000/", 403)]
    [InlineData("http://127.0.0.1.evil.com", 403)]
    [InlineData("http://127.0.0.1@evil.com", 403)]
    [InlineData("http://evil.com#localhost", 403)]
    [InlineData("http://evil.com/localhost", 403)]
    [InlineData("http://[::1]evil.com", 403)]
    [InlineData("http://user:pass@localhost", 403)]
    [InlineData("chrome-extension://abcdef", 403)]
    [InlineData("ftp://localhost", 403)]
    [InlineData("file://", 403)]
    [InlineData("localhost", 403)]
    public async Task Only_pages_of_this_machine_may_call(string origin, int status) => Assert.Equal(status, await Discovered(("Origin", origin)));

    [Theory]
    [InlineData("ide.test", "http://ide.test", 200)]
    [InlineData("ide.test:8080", "https://ide.test:8080", 200)]
    [InlineData("ide.test", "https://ide.test:8080", 403)]
    [InlineData("ide.test", "http://user@ide.test", 403)]
    [InlineData("evil.com", "http://evil.com", 403)]
    public async Task A_page_of_the_host_that_was_asked_for_may_call(string host, string origin, int status) => Assert.Equal(status, await Discovered(("Host", host), ("Origin", origin)));

    [Theory]
    [InlineData("Host: user@localhost")]
    [InlineData("Host: localhost@evil.com")]
    [InlineData("Host: localhost:port")]
    [InlineData("Host: localhost\r\nHost: evil.com")]
    [InlineData("Host: [::1].evil.com")]
    [InlineData("Host: localhost/evil")]
    [InlineData("Host:")]
    [InlineData("X: y")]
    public async Task A_host_that_is_none_is_refused(string header)
    {
        using TcpClient client = new();
        await client.ConnectAsync(shared.Server.Mcp.Host, shared.Server.Mcp.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /health/live HTTP/1.1\r\n{header}\r\nConnection: close\r\n\r\n"));
        Assert.Matches("^HTTP/1.1 40[03] ", await new StreamReader(client.GetStream()).ReadToEndAsync().WaitAsync(Limit));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("text/plain; charset=utf-8; application/json")]
    [InlineData(null)]
    public async Task What_a_foreign_page_can_send_without_asking_does_nothing(string? type)
    {
        const string Post = """{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"create_project","arguments":{"name":"evil"},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}""";
        Dictionary<string, string?> headers = new() { ["MCP-Protocol-Version"] = "2026-07-28", ["Mcp-Method"] = "tools/call", ["Mcp-Name"] = "create_project", ["Content-Type"] = type };
        using (HttpExchange refused = await shared.Server.Post(Post, headers))
            Assert.Equal(415, (int)refused.Status);
        foreach (string origin in new[] { "null", "http://evil.com", "http://localhost.evil.com" })
            foreach (string? sent in new[] { type, "application/json" })
                using (HttpExchange foreign = await shared.Server.Post(Post, new Dictionary<string, string?>(headers) { ["Origin"] = origin, ["Content-Type"] = sent }))
                    Assert.Equal(403, (int)foreign.Status);
        Assert.DoesNotContain("evil", (await new HttpConnection(shared.Server, "2026-07-28").Request("resources/read", new { uri = "agentcraft://agents" })).GetRawText());
    }

    [Fact]
    public async Task Every_answer_tells_browsers_to_run_frame_and_keep_nothing()
    {
        List<HttpExchange> answers =
        [
            await shared.Server.Post(Discover, ToDiscover), await shared.Server.Post("nonsense"), await shared.Server.Post(Discover, new Dictionary<string, string?>(ToDiscover) { ["Origin"] = "null" }),
            await shared.Server.Post(Discover, new Dictionary<string, string?>(ToDiscover) { ["Content-Type"] = "text/plain" }), await shared.Server.Send(HttpMethod.Get, "/health/live"), await shared.Server.Send(HttpMethod.Get, "/health/ready"),
            await shared.Server.Send(HttpMethod.Get, "/nowhere"), await shared.Server.Send(HttpMethod.Put, "/mcp"), await shared.Server.Send(HttpMethod.Get, "/mcp?access_token=x"), await shared.Server.Send(HttpMethod.Get, "/mcp"),
        ];
        foreach (HttpExchange answer in answers)
            using (answer)
            {
                Assert.Equal("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'", answer.Header("Content-Security-Policy"));
                Assert.Equal(("nosniff", "same-origin", "DENY", "same-origin", "same-origin"), (answer.Header("X-Content-Type-Options"), answer.Header("Referrer-Policy"), answer.Header("X-Frame-Options"),
                    answer.Header("Cross-Origin-Opener-Policy"), answer.Header("Cross-Origin-Resource-Policy")));
                Assert.Contains("no-store", answer.Header("Cache-Control"));
                Assert.Null(answer.Header("Access-Control-Allow-Origin"));
            }
    }

    [Theory]
    [InlineData("application/json", 200)]
    [InlineData("application/json; charset=utf-8", 200)]
    [InlineData("application/json; charset=utf-16", 415)]
    [InlineData("text/plain", 415)]
    [InlineData("application/x-www-form-urlencoded", 415)]
    [InlineData("application/jsonp", 415)]
    [InlineData("nonsense", 415)]
    public async Task Only_JSON_is_taken(string type, int status) => Assert.Equal(status, await Discovered(("Content-Type", type)));

    [Fact]
    public async Task A_compressed_body_is_refused() => Assert.Equal(415, await Discovered(("Content-Encoding", "gzip")));

    [Theory]
    [InlineData("application/json, text/event-stream", 200)]
    [InlineData("*/*", 200)]
    [InlineData(null, 200)]
    [InlineData("application/json", 406)]
    [InlineData("text/event-stream", 406)]
    [InlineData("text/html", 406)]
    public async Task A_client_must_take_both_kinds_of_answer(string? accept, int status) => Assert.Equal(status, await Discovered(("Accept", accept)));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_over_the_limit_is_too_large_and_the_client_sees_it(bool chunked)
    {
        HttpContent content = new ByteArrayContent(new byte[5 << 20]);
        if (chunked)
            content = new StreamContent(new Unknown(new byte[5 << 20]));
        using HttpExchange refused = await shared.Server.Post(content, ToDiscover);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.Status);
        Assert.Contains("http.maxBodyBytes", (await refused.Error()).GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_body_of_just_the_limit_is_read()
    {
        using HttpExchange read = await shared.Server.Post(Discover.Trim().PadRight(4 << 20), ToDiscover);
        Assert.Equal(HttpStatusCode.OK, read.Status);
    }

    [Theory]
    [InlineData("", -32700, "null")]
    [InlineData("nonsense", -32700, "null")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"x","params":{""", -32700, "7")]
    [InlineData("""{"jsonrpc":"2.0","method":"x","params":DEEP,"id":7}""", -32700, "7")]
    [InlineData("""[{"jsonrpc":"2.0","id":7,"method":"x"}]""", -32600, "null")]
    [InlineData("null", -32600, "null")]
    [InlineData("42", -32600, "null")]
    [InlineData("""{"jsonrpc":"2.0","id":7}""", -32600, "7")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"x"}""", -32600, "null")]
    [InlineData("""{"jsonrpc":"1.0","id":7,"method":"x"}""", -32600, "7")]
    public async Task A_body_that_is_no_message_is_a_bad_request(string body, int code, string id)
    {
        using HttpExchange refused = await shared.Server.Post(body.Replace("DEEP", new string('[', 99) + new string(']', 99)));
        JsonElement answer = JsonElement.Parse(await refused.Rest());

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(code, answer.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal(id, answer.GetProperty("id").GetRawText());
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"a","name":"b","_meta":{},"_meta":{}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"_meta":{"x":1,"x":2}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":[1,2]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"_meta":7}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"\ud800"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"initialize","params":{"protocolVersion":"a","protocolVersion":"b"}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{}}}""")]
    public async Task A_strange_message_is_the_client_s_fault_not_the_server_s(string body)
    {
        foreach (Dictionary<string, string?> headers in (Dictionary<string, string?>[])[[], new() { ["MCP-Protocol-Version"] = "2026-07-28", ["Mcp-Method"] = "tools/call", ["Mcp-Name"] = "a" }])
        {
            using HttpExchange refused = await shared.Server.Post(body, headers);
            Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        }
    }

    [Theory]
    [InlineData("MCP-Protocol-Version", "1999-01-01", -32022)]
    [InlineData("MCP-Protocol-Version", "2027-01-01", -32022)]
    [InlineData("MCP-Protocol-Version", null, -32020)]
    [InlineData("MCP-Protocol-Version", "2025-11-25", -32020)]
    [InlineData("Mcp-Method", null, -32020)]
    [InlineData("Mcp-Method", "tools/list", -32020)]
    [InlineData("Mcp-Method", "TOOLS/CALL", -32020)]
    [InlineData("Mcp-Name", null, -32020)]
    [InlineData("Mcp-Name", "log_message", -32020)]
    [InlineData("Mcp-Name", "=?base64?!!?=", -32020)]
    public async Task Headers_must_say_what_the_body_says(string header, string? value, int code)
    {
        Dictionary<string, string?> headers = new() { ["MCP-Protocol-Version"] = "2026-07-28", ["Mcp-Method"] = "tools/call", ["Mcp-Name"] = "list_agents", [header] = value };
        using HttpExchange refused = await shared.Server.Post(Call, headers);
        JsonElement answer = JsonElement.Parse(await refused.Rest());

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(code, answer.GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal(7, answer.GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task A_name_in_Base64_is_the_name()
    {
        using HttpExchange called = await shared.Server.Post(Call, new Dictionary<string, string?>
        {
            ["MCP-Protocol-Version"] = "2026-07-28",
            ["Mcp-Method"] = "tools/call",
            ["Mcp-Name"] = $"=?base64?{Convert.ToBase64String("list_agents"u8)}?=",
        });
        Assert.Equal(HttpStatusCode.OK, called.Status);
    }

    [Theory]
    [InlineData("io.modelcontextprotocol/protocolVersion")]
    [InlineData("io.modelcontextprotocol/clientCapabilities")]
    public async Task What_each_request_must_carry_is_named_when_it_is_missing(string meta)
    {
        using HttpExchange refused = await shared.Server.Post(Discover.Replace(meta, "other"), ToDiscover);
        JsonElement error = await refused.Error();

        Assert.Equal((HttpStatusCode.BadRequest, -32602), (refused.Status, error.GetProperty("code").GetInt32()));
        Assert.Contains(meta, error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_revision_that_is_not_spoken_is_answered_with_those_that_are()
    {
        using HttpExchange refused = await shared.Server.Post(Discover, new Dictionary<string, string?>(ToDiscover) { ["MCP-Protocol-Version"] = "2099-01-01" });
        JsonElement data = (await refused.Error()).GetProperty("data");

        Assert.Equal("2099-01-01", data.GetProperty("requested").GetString());
        Assert.Contains("2026-07-28", data.GetProperty("supported").EnumerateArray().Select(v => v.GetString()));
    }

    [Theory]
    [InlineData("PUT", "/mcp", 405)]
    [InlineData("OPTIONS", "/mcp", 405)]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("GET", "/appsettings.json", 404)]
    [InlineData("POST", "/health/live", 405)]
    public async Task Nothing_else_is_there(string method, string path, int status)
    {
        using HttpExchange exchange = await shared.Server.Send(new HttpMethod(method), path);
        Assert.Equal(status, (int)exchange.Status);
        Assert.Null(exchange.Header("Server"));
        Assert.Null(exchange.Header("Access-Control-Allow-Origin"));
    }

    private async Task<int> Discovered(params (string Name, string? Value)[] headers)
    {
        Dictionary<string, string?> all = new(ToDiscover);
        foreach ((string name, string? value) in headers)
            all[name] = value;
        using HttpExchange exchange = await shared.Server.Post(Discover, all);
        return (int)exchange.Status;
    }

    /// <summary>A stream that does not say how long it is, so that it is sent in chunks.</summary>
    private sealed class Unknown(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }

    public sealed class OneServer : IAsyncLifetime
    {
        private readonly TemporaryProject _project = new();

        public HttpServer Server { get; private set; } = null!;

        public async Task InitializeAsync() => Server = await HttpServer.Start(_project.Root, environment: new Dictionary<string, string?>
        {
            ["AGENTCRAFT__HTTP__ALLOWEDHOSTS__0"] = "ide.test",
            ["AGENTCRAFT__HTTP__ALLOWEDORIGINS__0"] = "https://ide.test",
        });

        public async Task DisposeAsync()
        {
            await Server.DisposeAsync();
            _project.Dispose();
        }
    }
}
