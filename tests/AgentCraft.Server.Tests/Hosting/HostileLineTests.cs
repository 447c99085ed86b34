using System.Text.Json;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Server.Tests.Tools;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Hosting;

/// <summary>Lines that are no proper requests, sent to the real server: each is answered for what it is, and the server goes on.</summary>
public sealed class HostileLineTests(PreparedServer prepared) : IClassFixture<PreparedServer>
{
    private readonly StdioServer _server = prepared.Server;

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"list_agents",""", -32700)]
    [InlineData("""not JSON at all""", -32700)]
    [InlineData("""{"jsonrpc":"2.0","id":"x"}""", -32600)]
    [InlineData("""{"hello":"world"}""", -32600)]
    [InlineData("""[]""", -32600)]
    [InlineData("""[{"jsonrpc":"2.0","id":"x","method":"ping"}]""", -32600)]
    [InlineData("\"just text\"", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":"x","method":"tools/frobnicate"}""", -32601)]
    [InlineData("""{"jsonrpc":"2.0","id":"x","method":"tools/call"}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":"x","method":"tools/call","params":null}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":"x","method":"tools/call","params":[1]}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":"x","method":"tools/call","params":"x"}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":5}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"list_agents","arguments":[1]}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"list_agents","arguments":"{}"}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"list_agents","arguments":{},"arguments":{}}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"list_agents","_meta":5}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":"x","method":"tools/list","params":{"cursor":5}}""", -32602)]
    public async Task A_request_that_cannot_be_read_is_told_why(string line, int code)
    {
        await _server.SendRaw(line);
        JsonElement error = JsonElement.Parse((await _server.ReadLine())!).GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetInt32());
        AnswerChecks.Decent(error.GetProperty("message").GetString()!);
        await StillAnswers();
    }

    [Theory]
    [InlineData("""{"name":"red\ud83c"}""")]
    [InlineData("""{"name":"list_agents","arguments":{"\ud83c":1}}""")]
    [InlineData("""{"name":"list_agents","arguments":{"type":"\udf89\ud83c"}}""")]
    public async Task Half_of_a_surrogate_pair_anywhere_is_invalid_text(string parameters)
    {
        await _server.SendRaw($$"""{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{{parameters}}}""");
        ToolAnswer answer = new("?", JsonElement.Parse((await _server.ReadLine())!).GetProperty("result"));
        Assert.Equal("invalid_text", answer.ErrorCode);
        AnswerChecks.Error(answer);
        await StillAnswers();
    }

    [Theory]
    [InlineData("red_inbox", "Unknown tool 'red_inbox'. Did you mean 'read_inbox'? tools/list shows all.")]
    [InlineData("frobnicate", "Unknown tool 'frobnicate'. tools/list shows all.")]
    [InlineData("", "Unknown tool ''. tools/list shows all.")]
    public async Task An_unknown_tool_is_told_the_nearest(string tool, string message) =>
        Assert.Equal(message, (await Assert.ThrowsAsync<RpcErrorException>(() => _server.Call(tool))).RpcMessage);

    [Fact]
    public async Task An_unknown_tool_of_three_megabytes_is_not_echoed() =>
        AnswerChecks.Decent((await Assert.ThrowsAsync<RpcErrorException>(() => _server.Call(new string('x', 3 << 20)))).RpcMessage);

    [Fact]
    public async Task A_line_of_ten_megabytes_is_refused_with_its_id_and_changes_nothing()
    {
        string before = StoreDump.Of(prepared.Root);
        StartedRequest request = await _server.StartCall("log_message", new { from = "alice", to = "alice", content = new string('x', 10 << 20) });
        RpcErrorException error = await Assert.ThrowsAsync<RpcErrorException>(() => request.Result());
        Assert.Equal(-32600, error.Code);
        Assert.Contains("the limit is 8388608", error.RpcMessage, StringComparison.Ordinal);
        Assert.Equal(before, StoreDump.Of(prepared.Root));
        await StillAnswers();
    }

    [Theory]
    [InlineData("7777")]
    [InlineData("\"a string 🎉\"")]
    [InlineData("-1")]
    [InlineData("9007199254740993")]
    public async Task The_answer_has_the_request_s_id_as_it_was(string id)
    {
        await _server.SendRaw($$"""{"jsonrpc":"2.0","id":{{id}},"method":"ping"}""");
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(id), JsonElement.Parse((await _server.ReadLine())!).GetProperty("id")));
    }

    [Fact]
    public async Task Two_requests_with_one_id_are_both_answered()
    {
        await _server.SendRaw("""{"jsonrpc":"2.0","id":"same","method":"tools/call","params":{"name":"wait_for_messages","arguments":{"agent":"alice","timeoutSeconds":1}}}""");
        await _server.SendRaw("""{"jsonrpc":"2.0","id":"same","method":"ping"}""");
        for (int i = 0; i < 2; i++)
            Assert.Equal("same", JsonElement.Parse((await _server.ReadLine())!).GetProperty("id").GetString());
        await StillAnswers();
    }

    [Fact]
    public async Task The_last_of_an_argument_given_twice_counts()
    {
        await _server.SendRaw("""{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"start_session","arguments":{"agent":"first","agent":"last"}}}""");
        ToolAnswer answer = new("start_session", JsonElement.Parse((await _server.ReadLine())!).GetProperty("result"));
        Assert.Equal("last", answer.GetText("agent.name"));
        Assert.Equal("not_found", (await _server.Call("read_inbox", new { agent = "first" })).ErrorCode);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/cancelled"}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{}}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"never sent"}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/frobnicated","params":[1]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":"never asked","result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":"never asked","error":{"code":1,"message":"x"}}""")]
    public async Task Notifications_and_answers_that_mean_nothing_are_passed_over(string line)
    {
        await _server.SendRaw(line);
        await StillAnswers();
    }

    private async Task StillAnswers() => Assert.True((await _server.Call("list_agents")).GetNumber("total") >= 0);
}
