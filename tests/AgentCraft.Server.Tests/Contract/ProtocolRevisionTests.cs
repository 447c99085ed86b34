using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>Every protocol revision of the SDK over standard input and output: those with a handshake, and the one without.</summary>
public sealed class ProtocolRevisionTests : IDisposable
{
    private const string WithoutHandshake = "2026-07-28";
    private readonly TemporaryProject _project = new();

    public static TheoryData<string> Revisions => new("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", WithoutHandshake);

    public void Dispose() => _project.Dispose();

    [Theory]
    [MemberData(nameof(Revisions))]
    public async Task Tools_are_listed_called_and_refused(string revision)
    {
        await using StdioServer server = await Open(revision);
        JsonElement tools = (await server.Request("tools/list")).GetProperty("tools");
        Assert.Equal(12, tools.GetArrayLength());
        ToolAnswer brief = await server.Call("start_session", new { agent = "alice" });
        Assert.Equal("alice", brief.GetText("agent.name"));
        Assert.Equal("alice", JsonElement.Parse(brief.Text).GetProperty("agent").GetProperty("name").GetString());
        ToolAnswer refused = await server.Call("read_inbox", new { agent = "alcie" });
        Assert.Equal("not_found", refused.ErrorCode);
        Assert.Contains("'alice'", refused.Hint, StringComparison.Ordinal);
        RpcErrorException unknown = await Assert.ThrowsAsync<RpcErrorException>(() => server.Call("red_inbox"));
        Assert.Equal((-32602, "Unknown tool 'red_inbox'. Did you mean 'read_inbox'? tools/list shows all."), (unknown.Code, unknown.RpcMessage));
        Assert.Equal(-32601, (await Assert.ThrowsAsync<RpcErrorException>(() => server.Request("tools/lost"))).Code);
        Assert.Equal(0, server.UnreadLines);
    }

    [Theory]
    [MemberData(nameof(Revisions))]
    public async Task A_wait_is_answered_and_a_cancelled_one_never(string revision)
    {
        await using StdioServer server = await Open(revision);
        await server.Call("start_session", new { agent = "alice" });
        string cursor = (await server.Call("start_session", new { agent = "bob" })).GetText("cursor");
        StartedRequest cancelled = await server.StartCall("wait_for_messages", new { agent = "bob", cursor, timeoutSeconds = 300 });
        await server.CancelRequest(cancelled.Id);
        StartedRequest wait = await server.StartCall("wait_for_messages", new { agent = "bob", cursor, timeoutSeconds = 60 });
        await server.Call("log_message", new { from = "alice", to = "bob", content = "Wake up." });
        Assert.Equal("Wake up.", new ToolAnswer("wait_for_messages", await wait.Result()).GetText("messages.0.content"));
        await server.Call("read_inbox", new { agent = "bob" });
        Assert.False(cancelled.IsCompleted);
        Assert.Equal(0, server.UnreadLines);
    }

    [Fact]
    public async Task Discovery_names_the_server_and_its_revisions()
    {
        await using StdioServer server = await Open(WithoutHandshake);
        string answer = (await server.Request("server/discover")).GetRawText();
        Assert.Contains("\"agentcraft\"", answer, StringComparison.Ordinal);
        Assert.Contains(WithoutHandshake, answer, StringComparison.Ordinal);
        Assert.Contains("start_session", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handshake_names_the_server_and_says_how_to_begin()
    {
        await using StdioServer server = StdioServer.Start(_project.Root);
        JsonElement hello = await server.Initialize();
        Assert.Equal("2025-11-25", hello.GetProperty("protocolVersion").GetString());
        Assert.Equal("agentcraft", hello.GetProperty("serverInfo").GetProperty("name").GetString());
        Assert.True(hello.GetProperty("capabilities").TryGetProperty("tools", out _));
        Assert.Contains("start_session first", hello.GetProperty("instructions").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_revision_is_answered_with_one_that_the_server_speaks()
    {
        await using StdioServer server = StdioServer.Start(_project.Root);
        string? answered = (await server.Initialize("1999-01-01")).GetProperty("protocolVersion").GetString();
        Assert.Equal("2025-11-25", answered);
    }

    private async Task<StdioServer> Open(string revision)
    {
        StdioServer server = StdioServer.Start(_project.Root);
        if (revision == WithoutHandshake)
            server.ProtocolVersion = revision;
        else
            Assert.Equal(revision, (await server.Initialize(revision)).GetProperty("protocolVersion").GetString());
        return server;
    }
}
