using System.Net;
using System.Text.Json;
using AgentCraft.Data.Tokens;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Http;

/// <summary>The sender is the token's agent, never an argument.</summary>
[OnEveryEngine]
public sealed class PrincipalTests : IAsyncLifetime
{
    private const string Sessions = "2025-11-25", Stateless = "2026-07-28";

    private TokenServer _one = null!;

    public async Task InitializeAsync() => _one = await TokenServer.Start();

    public async Task DisposeAsync() => await _one.DisposeAsync();

    [Theory]
    [InlineData(Sessions)]
    [InlineData(Stateless)]
    public async Task The_caller_s_name_may_be_left_out_or_be_its_own(string version)
    {
        HttpConnection alice = await _one.Connect("alice", version), bob = await _one.Connect("bob", version);
        string id = (await alice.Call("start_session")).GetText("agent.id");
        Assert.Equal("alice", (await alice.Call("register_agent", new { type = "coder" })).GetText("name"));
        foreach (string? from in new[] { null, "alice", "ALICE", id })
            (await alice.Call("log_message", new { from, to = "bob", content = "hi" })).Succeeded();
        Assert.All((await bob.Call("read_inbox")).At("messages").EnumerateArray(), message => Assert.Equal("alice", message.GetProperty("from").GetString()));
        Assert.Equal(("bob", 4L), ((await bob.Call("read_inbox")).GetText("agent"), (await bob.Call("list_agents")).GetNumber("unreadHint.count")));
    }

    [Theory]
    [InlineData(TokenScope.Agent)]
    [InlineData(TokenScope.Admin)]
    public async Task Acting_as_another_is_refused_and_audited(TokenScope scope)
    {
        HttpConnection alice = await _one.Connect("alice", Stateless, scope), bob = await _one.Connect("bob");
        string bobs = (await bob.Call("start_session")).GetText("agent.id");
        string message = (await alice.Call("log_message", new { to = "bob", content = "hi" })).GetText("messages.0.id");
        (string Tool, object Arguments)[] calls =
        [
            ("start_session", new { agent = "bob" }), ("end_session", new { agent = "bob" }), ("log_message", new { from = "bob", to = "alice", content = "x" }), ("log_message", new { from = bobs, to = "alice", content = "x" }),
            ("read_inbox", new { agent = "bob" }), ("wait_for_messages", new { agent = "bob", timeoutSeconds = 0 }), ("acknowledge_messages", new { agent = "bob", ids = new[] { message } }),
            ("claim_paths", new { agent = "bob", patterns = new[] { "src/**" } }), ("claim_task", new { agent = "bob" }), ("record_metric", new { agent = "bob", name = "x", value = 1 }),
            ("register_agent", new { name = "bob" }), ("register_agent", new { name = "bob", parent = "alice" }), ("register_agent", new { name = "stranger" }), ("create_handover", new { agent = "bob" }), ("get_history", new { agent = "bob" }),
            ("acknowledge_messages", new { agent = "nobody", ids = new[] { message } }), ("update_agent_status", new { agent = "bob", status = "busy" }),
        ];
        foreach ((string tool, object arguments) in calls)
        {
            ToolAnswer refused = await alice.Call(tool, arguments);
            Assert.True(refused.ErrorCode == "not_allowed", $"{tool} {JsonSerializer.Serialize(arguments)}: {refused.Text}");
            Assert.Contains("alice", refused.Hint);
            Assert.DoesNotContain("unreadHint", refused.Text);
        }
        Assert.Equal(1, (await bob.Call("read_inbox")).GetNumber("unread"));
        Assert.False((await bob.Call("get_agent", new { name = "bob" })).Structured!.Value.TryGetProperty("parent", out _));
        IReadOnlyList<TokenServer.AuditRow> audit = await _one.Audit(row => row.Action == "update_agent_status");
        foreach ((string tool, _) in calls)
            Assert.Contains(audit, row => row.Action == tool && row is { Agent: "alice", Outcome: "refused", Remote: "127.0.0.1" } && row.Principal!.StartsWith("token_", StringComparison.Ordinal) && row.Detail is not null);
    }

    [Fact]
    public async Task Agents_below_the_caller_are_its_to_register_and_speak_for_and_no_others()
    {
        HttpConnection alice = await _one.Connect("alice"), bob = await _one.Connect("bob");
        (await alice.Call("start_session")).Succeeded();
        (await bob.Call("start_session")).Succeeded();
        ToolAnswer helper = (await alice.Call("register_agent", new { name = "helper", parent = "alice" })).Succeeded();
        Assert.Equal("alice", helper.GetText("parent"));
        Assert.Equal("alice", (await alice.Call("read_inbox")).GetText("agent"));
        (await alice.Call("register_agent", new { name = "helper", capabilities = new[] { "test" } })).Succeeded();
        (await alice.Call("update_agent_status", new { name = "helper", status = "busy" })).Succeeded();
        (await alice.Call("add_agent_usage", new { name = "helper", tokens = 1 })).Succeeded();
        Assert.Equal("not_allowed", (await bob.Call("register_agent", new { name = "helper" })).ErrorCode);
        Assert.Equal("not_allowed", (await bob.Call("register_agent", new { name = "helper", parent = "bob" })).ErrorCode);
        Assert.Equal("not_allowed", (await bob.Call("update_agent_status", new { name = "helper", status = "failed" })).ErrorCode);
        Assert.Equal("not_allowed", (await bob.Call("add_agent_usage", new { name = "alice", tokens = 1 })).ErrorCode);
        Assert.Equal("not_allowed", (await alice.Call("log_message", new { from = "helper", to = "bob", content = "x" })).ErrorCode);
    }

    [Fact]
    public async Task Another_s_session_is_as_unknown_as_one_that_never_was()
    {
        CreatedToken first = await _one.Create("alice"), second = await _one.Create("alice");
        HttpConnection alice = await _one.Server.Connect(Sessions, first.Secret), bob = await _one.Connect("bob");
        Dictionary<string, string?> stolen = new() { ["Mcp-Session-Id"] = alice.SessionId }, invented = new() { ["Mcp-Session-Id"] = new string('0', 32) };
        using HttpExchange theirs = await bob.Post(7, "tools/list", null, stolen), nobodys = await bob.Post(7, "tools/list", null, invented);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (theirs.Status, nobodys.Status));
        Assert.Equal(await nobodys.Rest(), await theirs.Rest());
        foreach (HttpMethod method in new[] { HttpMethod.Get, HttpMethod.Delete })
            using (HttpExchange refused = await _one.Server.Send(method, "/mcp", null, new Dictionary<string, string?>(stolen) { ["Authorization"] = $"Bearer {bob.Token}", ["MCP-Protocol-Version"] = Sessions }))
                Assert.Equal(HttpStatusCode.NotFound, refused.Status);
        alice.Token = second.Secret;
        await alice.Request("ping");
    }

    [Theory]
    [InlineData(Sessions)]
    [InlineData(Stateless)]
    public async Task Another_s_inbox_is_unknown_as_a_resource_a_subscription_and_in_a_prompt(string version)
    {
        HttpConnection alice = await _one.Connect("alice", version);
        await _one.Create("bob");
        RpcErrorException none = await Assert.ThrowsAsync<RpcErrorException>(() => alice.Request("resources/read", new { uri = "agentcraft://inboxes/x" }));
        RpcErrorException other = await Assert.ThrowsAsync<RpcErrorException>(() => alice.Request("resources/read", new { uri = "agentcraft://agents/bob/inbox" }));
        Assert.Equal(none.Code, other.Code);
        await alice.Request("resources/read", new { uri = "agentcraft://agents/alice/inbox" });
        if (version == Sessions)
        {
            await Assert.ThrowsAsync<RpcErrorException>(() => alice.Request("resources/subscribe", new { uri = "agentcraft://agents/bob/inbox" }));
            await alice.Request("resources/subscribe", new { uri = "agentcraft://agents/alice/inbox" });
        }
        await Assert.ThrowsAsync<RpcErrorException>(() => alice.Request("prompts/get", new { name = "coordinate", arguments = new { agent = "bob" } }));
        Assert.Contains("'alice'", (await alice.Request("prompts/get", new { name = "coordinate" })).GetRawText().Replace("\\u0027", "'"));
    }
}
