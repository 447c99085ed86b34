using System.Text.Json;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;
using static AgentCraft.Server.Tests.Tools.HostileValues;

namespace AgentCraft.Server.Tests.Tools;

/// <summary>Wrong values that need more than a type to be wrong.</summary>
public sealed class HostileArgumentTests : HostileCalls
{
    [Fact]
    public async Task A_trace_would_be_noticed()
    {
        foreach (string content in new[] { "one", "two" })
        {
            (await Server.Call("log_message", new { from = "alice", to = "bob", content })).Succeeded();
            string before = Store;
            Assert.NotEqual(before, LookAgain());
            Assert.Equal(StoreDump.Of(Root), Store);
        }
    }

    [Theory]
    [InlineData("record_metric", "metrics", """[{"x":1}]""", "metrics[0] has no member 'x'")]
    [InlineData("record_metric", "metrics", """[{"name":"x"}]""", "metrics[0] lacks 'value'")]
    [InlineData("append_history", "entries", """[{"content":"x"}]""", "entries[0] lacks 'role'")]
    [InlineData("append_history", "entries", """[{"role":"x"}]""", "entries[0].role must be one of user, assistant, tool")]
    public async Task What_the_list_says_only_once_is_checked_all_the_same(string tool, string argument, string value, string told) =>
        Assert.StartsWith(told, (await Refused(tool, argument, value, "invalid_argument", argument)).ErrorMessage, StringComparison.Ordinal);

    [Theory]
    [InlineData("log_message", "content", "content has 3,145,728 bytes; the limit is 1,048,576.")]
    [InlineData("create_handover", "title", "title has 3,145,728 bytes; the limit is 500.")]
    [InlineData("end_session", "summary", "summary has 3,145,728 bytes; the limit is 65,536.")]
    [InlineData("register_agent", "instruction", "instruction has 3,145,728 bytes; the limit is 65,536.")]
    public async Task Text_over_its_limit_is_told_so(string tool, string argument, string message) =>
        Assert.Equal(message, (await Refused(tool, argument, Huge, "payload_too_large", argument)).ErrorMessage);

    [Theory]
    [InlineData("log_message", "context")]
    [InlineData("start_session", "metadata")]
    [InlineData("register_agent", "config")]
    [InlineData("register_agent", "permissions")]
    [InlineData("end_session", "createHandover")]
    [InlineData("create_handover", "sections")]
    public async Task A_member_that_is_there_twice_or_huge_is_refused(string tool, string argument)
    {
        await Refused(tool, argument, """{"a":"1","a":"2"}""", "invalid_argument", argument);
        await Refused(tool, argument, $$"""{"a":{{Huge}}}""", null, null);
    }

    [Fact]
    public async Task Deep_nesting_is_kept_or_refused()
    {
        ToolAnswer kept = await Send("log_message", "context", Nested(50));
        Assert.Equal(50, Depth((await Server.Call("get_conversation", new { agentA = "alice", agentB = "bob", limit = 1 })).At("messages.0.context")));
        Assert.False(kept.IsError);
        foreach (int depth in new[] { 62, 64, 100, 10_000 })
        {
            await Server.SendRaw(Line("deep", "log_message", Json(With("log_message", "context", Nested(depth)))));
            AnswerChecks.Decent(Describe(JsonElement.Parse((await Server.ReadLine())!)));
        }
        Assert.Equal("bob", (await Server.Call("read_inbox", new { agent = "bob" })).GetText("agent"));
    }

    [Theory]
    [InlineData("1e400", "invalid_argument")]
    [InlineData("-1e400", "invalid_argument")]
    [InlineData("\"NaN\"", "invalid_argument")]
    [InlineData("1e308", null)]
    [InlineData("-0.0", null)]
    [InlineData("123456789012345678901234567890", null)]
    [InlineData("5e-324", null)]
    public async Task A_metric_s_value_is_a_finite_number(string value, string? code) =>
        Assert.Equal(code, (await Send("record_metric", "value", value)).ErrorCode);

    [Fact]
    public async Task An_unknown_name_of_a_megabyte_costs_no_time()
    {
        for (int i = 0; i < 50; i++)
            await Server.Call("register_agent", new { name = $"agent-number-{i}-with-a-long-name-of-sixty-characters" });
        LookAgain();
        long start = Environment.TickCount64;
        await Refused("log_message", "to", Huge, "not_found", null);
        Assert.InRange(Environment.TickCount64 - start, 0, 5000);
    }

    private static int Depth(JsonElement value) => value.TryGetProperty("a", out JsonElement inner) ? 1 + Depth(inner) : 1;
}
