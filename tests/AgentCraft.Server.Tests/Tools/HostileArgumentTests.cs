using System.Text.Json;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;
using static AgentCraft.Server.Tests.Tools.HostileValues;

namespace AgentCraft.Server.Tests.Tools;

/// <summary>
/// Every argument of every tool with every kind of wrong value, made from the tools' own schemas. Nothing is a crash, nothing that is
/// refused leaves a trace, nothing takes long, and the server goes on.
/// </summary>
[OnEveryEngine]
public sealed class HostileArgumentTests : IAsyncLifetime
{
    /// <summary>For any one call, on a busy machine.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(15);

    private readonly PreparedServer _prepared = new();
    private StdioServer _server = null!;
    private StoreWatch _watch = null!;
    private string _store = "";
    private int _calls;

    public static TheoryData<string> Tools => SampleCalls.Tools;

    public async Task InitializeAsync()
    {
        await _prepared.InitializeAsync();
        _server = _prepared.Server;
        _server.Limit = Bound;
        _watch = new(_prepared.Root);
        // Unread mail, or the longest wait would be what it says.
        (await _server.Call("log_message", new { from = "alice", to = "bob", content = "hello" })).Succeeded();
        _store = _watch.Dump();
    }

    public Task DisposeAsync()
    {
        _watch.Dispose();
        return _prepared.DisposeAsync();
    }

    // One test a tool, because most of its time is the server and the store that it begins with.
    [Theory]
    [MemberData(nameof(Tools))]
    public async Task Any_value_of_any_argument_is_taken_or_refused_without_a_trace(string tool)
    {
        JsonElement definition = (await _server.Request("tools/list")).GetProperty("tools").EnumerateArray().Single(t => t.GetProperty("name").ValueEquals(tool));
        bool reads = definition.GetProperty("annotations").GetProperty("readOnlyHint").GetBoolean();
        JsonElement schema = definition.GetProperty("inputSchema");
        foreach (JsonProperty argument in schema.GetProperty("properties").EnumerateObject())
            await TryEveryValue(tool, argument.Name, argument.Value, reads);
        await TryEveryTextEverywhere(tool, schema, reads);
        await TryWhatIsMissingUnknownOrNoObject(tool, schema);
    }

    private async Task TryEveryValue(string tool, string argument, JsonElement schema, bool reads)
    {
        // What its type alone refuses never reaches a store: once is enough.
        foreach (string value in Engines.Current == Engine.Sqlite ? WrongTypes(schema) : [])
            await Refused(tool, argument, value, "invalid_argument", mention: argument);
        foreach (string value in BadTexts(schema))
            await Refused(tool, argument, value, "invalid_text", mention: null);
        foreach (string? value in Others(schema).Prepend(null))
            await Send(tool, argument, value, reads);
    }

    private async Task TryEveryTextEverywhere(string tool, JsonElement schema, bool reads)
    {
        string[] texts = [.. schema.GetProperty("properties").EnumerateObject().Where(a => TypesOf(a.Value).Contains("string")).Select(a => a.Name)];
        foreach (string text in Strings)
        {
            Dictionary<string, string> arguments = Sample(tool);
            foreach (string name in texts)
                arguments[name] = text;
            await Send(tool, $"every text = {text}", arguments, reads);
        }
    }

    private async Task TryWhatIsMissingUnknownOrNoObject(string tool, JsonElement schema)
    {
        foreach (string required in Required(schema))
        {
            Assert.Equal($"{required} is missing.", (await Refused(tool, required, null, "invalid_argument", required)).ErrorMessage);
            Assert.Equal($"{required} is missing.", (await Refused(tool, required, "null", "invalid_argument", required)).ErrorMessage);
        }
        ToolAnswer unknown = await Refused(tool, "agnt", "\"x\"", "invalid_argument", "agnt");
        Assert.Contains("Its arguments are:", unknown.Hint, StringComparison.Ordinal);
        await Refused(tool, "", "1", "invalid_argument", "");
        foreach (string arguments in new[] { "[]", "\"x\"", "5", "true", "[{}]" })
            AnswerChecks.Decent(Describe(await Exchange(tool, arguments)));
        await Exchange(tool, "null");
        await Exchange(tool, "{}");
    }

    [Fact]
    public async Task A_trace_would_be_noticed()
    {
        foreach (string content in new[] { "one", "two" })
        {
            (await _server.Call("log_message", new { from = "alice", to = "bob", content })).Succeeded();
            Assert.NotEqual(_store, _watch.Dump());
            Assert.Equal(StoreDump.Of(_prepared.Root), _store = _watch.Dump());
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
        Assert.Equal(50, Depth((await _server.Call("get_conversation", new { agentA = "alice", agentB = "bob", limit = 1 })).At("messages.0.context")));
        Assert.False(kept.IsError);
        foreach (int depth in new[] { 62, 64, 100, 10_000 })
        {
            await _server.SendRaw(Line("deep", "log_message", Json(With("log_message", "context", Nested(depth)))));
            AnswerChecks.Decent(Describe(JsonElement.Parse((await _server.ReadLine())!)));
        }
        Assert.Equal("bob", (await _server.Call("read_inbox", new { agent = "bob" })).GetText("agent"));
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
            await _server.Call("register_agent", new { name = $"agent-number-{i}-with-a-long-name-of-sixty-characters" });
        _store = _watch.Dump();
        long start = Environment.TickCount64;
        await Refused("log_message", "to", Huge, "not_found", null);
        Assert.InRange(Environment.TickCount64 - start, 0, 5000);
    }

    private async Task<ToolAnswer> Refused(string tool, string argument, string? value, string? code, string? mention)
    {
        ToolAnswer answer = await Send(tool, argument, value);
        string call = $"{tool} with {argument} = {Shown(value)} answered {answer.Result.GetRawText()}";
        Assert.True(answer.IsError, call);
        Assert.True(code is null || code == answer.ErrorCode, call);
        Assert.True(mention is null || answer.ErrorMessage!.Contains(mention, StringComparison.Ordinal), call);
        return answer;
    }

    /// <summary>Calls with this one argument set as raw JSON, or left out for null.</summary>
    private Task<ToolAnswer> Send(string tool, string argument, string? value, bool reads = false) =>
        Send(tool, $"{argument} = {Shown(value)}", With(tool, argument, value), reads);

    /// <summary>Calls; a call that is refused, or of a tool that only reads, must leave the store as it was.</summary>
    private async Task<ToolAnswer> Send(string tool, string what, Dictionary<string, string> arguments, bool reads)
    {
        JsonElement response = await Exchange(tool, Json(arguments));
        Assert.True(response.TryGetProperty("result", out JsonElement result), $"{tool} with {what}: {response.GetRawText()}");
        ToolAnswer answer = new(tool, result);
        string store = _watch.Dump();
        if (answer.IsError)
            AnswerChecks.Error(answer);
        if (answer.IsError || reads)
            Assert.True(_store == store, $"{tool} with {what} {(reads ? "only reads" : "was refused")} and yet changed the store: {answer.Text}");
        _store = store;
        if (!answer.IsError)
            await Mend(tool);
        return answer;
    }

    private async Task Mend(string tool)
    {
        foreach ((string other, object arguments) in SampleCalls.Mending(tool))
            Assert.Contains((await _server.Call(other, arguments)).ErrorCode, new[] { null, "already_exists" });
        if (SampleCalls.Mending(tool).Length > 0)
            _store = _watch.Dump();
    }

    private async Task<JsonElement> Exchange(string tool, string arguments)
    {
        await _server.SendRaw(Line($"call-{++_calls}", tool, arguments));
        JsonElement response = JsonElement.Parse((await _server.ReadLine())!);
        Assert.Equal($"call-{_calls}", response.GetProperty("id").GetString());
        return response;
    }

    private Dictionary<string, string> Sample(string tool) =>
        SampleCalls.Arguments(tool, _prepared.Ids).ToDictionary(pair => pair.Key, pair => pair.Value.GetRawText());

    private Dictionary<string, string> With(string tool, string argument, string? value)
    {
        Dictionary<string, string> arguments = Sample(tool);
        arguments.Remove(argument);
        if (value is not null)
            arguments[argument] = value;
        return arguments;
    }

    private static string Json(Dictionary<string, string> arguments) => $"{{{string.Join(',', arguments.Select(pair => $"\"{pair.Key}\":{pair.Value}"))}}}";

    private static string Line(string id, string tool, string arguments) =>
        $$$"""{"jsonrpc":"2.0","id":"{{{id}}}","method":"tools/call","params":{"name":"{{{tool}}}","arguments":{{{arguments}}} } }""";

    private static string Shown(string? value) => value is null ? "nothing" : value.Length > 80 ? $"{value[..80]}…" : value;

    private static int Depth(JsonElement value) => value.TryGetProperty("a", out JsonElement inner) ? 1 + Depth(inner) : 1;

    private static string Describe(JsonElement response) => response.TryGetProperty("error", out JsonElement error)
        ? error.GetProperty("message").GetString()!
        : response.GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString()!;
}
