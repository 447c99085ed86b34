using System.Text.Json;
using AgentCraft.Server.Tests.Tools;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Http;

/// <summary><c>X-AgentCraft-Toolsets</c>: each request can ask for less than the server offers.</summary>
public sealed class ToolsetHeaderTests : IAsyncLifetime
{
    private const string Header = "X-AgentCraft-Toolsets";
    private const string Sessions = "2025-11-25", Stateless = "2026-07-28";

    private readonly TemporaryProject _project = new();
    private HttpServer _server = null!;

    public async Task InitializeAsync() => _server = await HttpServer.Start(_project.Root, ["--toolsets", "core,claims"]);

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _project.Dispose();
    }

    [Theory]
    [InlineData(Sessions)]
    [InlineData(Stateless)]
    public async Task A_request_gets_the_toolsets_that_it_names_and_the_next_one_all_again(string revision)
    {
        HttpConnection client = await _server.Connect(revision);
        Assert.Equal(CatalogTests.NamesOf(tool => tool.Toolset == "claims"), await Listed(client, "claims"));
        Assert.Equal(CatalogTests.NamesOf(tool => tool.Toolset is "core" or "claims"), await Listed(client, "Claims, core"));
        Assert.Equal(CatalogTests.NamesOf(tool => tool.Toolset is "core" or "claims"), await Listed(client, "all"));
        Assert.Equal(CatalogTests.NamesOf(tool => tool.Toolset is "core" or "claims"), await Listed(client, null));
    }

    [Theory]
    [InlineData(Sessions)]
    [InlineData(Stateless)]
    public async Task A_call_that_the_header_leaves_out_is_refused_with_what_to_send(string revision)
    {
        HttpConnection client = await _server.Connect(revision);
        JsonElement refused = await Send(client, "tools/call", new { name = "start_session", arguments = new { agent = "alice" } }, "claims");
        ToolAnswer answer = new("start_session", refused.GetProperty("result"));
        Assert.Equal("toolset_off", answer.ErrorCode);
        Assert.Equal("Send X-AgentCraft-Toolsets: claims,core to have it.", answer.Hint);
        (await client.Call("start_session", new { agent = "alice" })).Succeeded();
    }

    [Theory]
    [InlineData("tasks", "The toolset tasks is off in this server, and a request cannot switch it on. X-AgentCraft-Toolsets can ask for: core,claims.")]
    [InlineData("core,admin", "The toolset admin is off in this server, and a request cannot switch it on. X-AgentCraft-Toolsets can ask for: core,claims.")]
    [InlineData("cliams", "There is no toolset 'cliams'. Did you mean 'claims'? X-AgentCraft-Toolsets can ask for: core,claims.")]
    [InlineData(",", "The name of a toolset is empty. X-AgentCraft-Toolsets can ask for: core,claims.")]
    public async Task What_cannot_be_had_is_an_error_that_says_what_can(string toolsets, string message)
    {
        foreach (string revision in new[] { Sessions, Stateless })
        {
            HttpConnection client = await _server.Connect(revision);
            foreach ((string method, object parameters) in new (string, object)[] { ("tools/list", new { }), ("tools/call", new { name = "list_agents", arguments = new { } }) })
            {
                JsonElement error = (await Send(client, method, parameters, toolsets)).GetProperty("error");
                Assert.Equal((-32602, message), (error.GetProperty("code").GetInt32(), error.GetProperty("message").GetString()));
            }
        }
    }

    [Fact]
    public async Task A_handshake_with_such_a_header_fails_at_once_and_leaves_no_session()
    {
        object parameters = new { protocolVersion = Sessions, capabilities = new { }, clientInfo = new { name = "x", version = "1" } };
        JsonElement refused = await Send(new(_server, Sessions), "initialize", parameters, "admin");
        Assert.EndsWith("X-AgentCraft-Toolsets can ask for: core,claims.", refused.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        await Eventually.Become(async () => (await _server.Health()).GetProperty("sessions").GetInt32() == 0, TimeSpan.FromSeconds(15), "no session");
    }

    [Fact]
    public async Task A_server_that_only_reads_stays_so_whatever_the_header()
    {
        await using HttpServer reader = await HttpServer.Start(_project.Root, ["--read-only"]);
        HttpConnection client = await reader.Connect();
        Assert.Equal(CatalogTests.NamesOf(tool => tool.Toolset == "core" && tool.IsReadOnly), await Listed(client, "all"));
        Assert.Equal("read_only", (await client.Call("start_session", new { agent = "alice" })).ErrorCode);
    }

    [Fact]
    public async Task A_setting_that_names_no_toolset_keeps_it_from_starting()
    {
        ServerGoneException gone = await Assert.ThrowsAsync<ServerGoneException>(() =>
            HttpServer.Start(_project.Root, environment: new Dictionary<string, string?> { ["AGENTCRAFT__TOOLSETS"] = "taks" }));
        Assert.Contains("The setting toolsets cannot be used. There is no toolset 'taks'.", gone.Message, StringComparison.Ordinal);
    }

    private static async Task<IEnumerable<string>> Listed(HttpConnection client, string? toolsets) =>
        (await Send(client, "tools/list", new { }, toolsets)).GetProperty("result").GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString()!);

    private static async Task<JsonElement> Send(HttpConnection client, string method, object parameters, string? toolsets)
    {
        using HttpExchange exchange = await client.Post(900, method, parameters, new Dictionary<string, string?> { [Header] = toolsets });
        return exchange.Header("Content-Type") == "text/event-stream" ? (await exchange.NextEvent())!.Value : JsonElement.Parse(await exchange.Rest());
    }
}
