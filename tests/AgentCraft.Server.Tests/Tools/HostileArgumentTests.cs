using System.Text.Json;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Tools;

/// <summary>
/// Every argument of every tool with every kind of wrong value, made from the tools' own schemas. Nothing is a crash, nothing that is
/// refused leaves a trace, and the server goes on.
/// </summary>
public sealed class HostileArgumentTests(PreparedServer prepared) : IClassFixture<PreparedServer>
{
    private const string Nul = "\"a\\u0000b\"", HalfPair = "\"\\ud83c\"";
    private static readonly string Huge = $"\"{new string('x', 3 << 20)}\"";

    private static readonly string[] Hostile =
        ["\"'; DROP TABLE messages; --\"", "\"../../etc/passwd\"", "\"\\u202Egnp.exe\\u200B\\u2028\"", "\"%s%n{0}{{x}}${HOME}`id`\"", "\"\"", "\" \""];

    private readonly StdioServer _server = prepared.Server;
    private string _store = StoreDump.Of(prepared.Root);
    private int _calls;

    public static TheoryData<string> Tools => SampleCalls.Tools;

    [Theory]
    [MemberData(nameof(Tools))]
    public async Task Any_value_of_any_argument_is_taken_or_refused_without_a_trace(string tool)
    {
        JsonElement schema = (await _server.Request("tools/list")).GetProperty("tools").EnumerateArray()
            .Single(t => t.GetProperty("name").ValueEquals(tool)).GetProperty("inputSchema");
        // Unread mail, or the longest wait would be what it says.
        (await _server.Call("log_message", new { from = "alice", to = "bob", content = "hello" })).Succeeded();
        _store = StoreDump.Of(prepared.Root);
        foreach (JsonProperty argument in schema.GetProperty("properties").EnumerateObject())
        {
            string[] types = TypesOf(argument.Value);
            foreach (string value in WrongTypes(types))
                await Refused(tool, argument.Name, value, "invalid_argument", mention: argument.Name);
            foreach (string value in BadText(types))
                await Refused(tool, argument.Name, value, "invalid_text", mention: null);
            foreach (string value in Others(types))
                await Send(tool, argument.Name, value);
        }
        foreach (string required in schema.TryGetProperty("required", out JsonElement names) ? names.EnumerateArray().Select(n => n.GetString()!) : [])
        {
            Assert.Equal($"{required} is missing.", (await Refused(tool, required, null, "invalid_argument", required)).ErrorMessage);
            Assert.Equal($"{required} is missing.", (await Refused(tool, required, "null", "invalid_argument", required)).ErrorMessage);
        }
        ToolAnswer unknown = await Refused(tool, "agnt", "\"x\"", "invalid_argument", "agnt");
        Assert.Contains("Its arguments are:", unknown.Hint, StringComparison.Ordinal);

        Assert.Equal("bob", (await _server.Call("read_inbox", new { agent = "bob" })).GetText("agent"));
        Assert.Equal(0, _server.UnreadLines);
        Assert.DoesNotContain(" fail: ", _server.StandardError, StringComparison.Ordinal);
    }

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
    public async Task Bad_text_is_found_however_deep(string tool, string argument)
    {
        foreach (string text in new[] { Nul, HalfPair })
        {
            await Refused(tool, argument, $$"""{"a":{{text}}}""", "invalid_text", null);
            await Refused(tool, argument, $$"""{ {{text}}:"a"}""", "invalid_text", null);
            await Refused(tool, argument, $$"""{"a":[{"b":[{{text}}]}]}""", "invalid_text", null);
        }
        await Refused(tool, argument, """{"a":"1","a":"2"}""", "invalid_argument", argument);
        await Refused(tool, argument, $$"""{"a":"{{new string('x', 3 << 20)}}"}""", null, null);
    }

    [Fact]
    public async Task Deep_nesting_is_kept_or_refused()
    {
        ToolAnswer kept = await Send("log_message", "context", Nested(50));
        Assert.Equal(50, Depth((await _server.Call("get_conversation", new { agentA = "alice", agentB = "bob", limit = 1 })).At("messages.0.context")));
        Assert.False(kept.IsError);
        foreach (int depth in new[] { 62, 64, 100, 10_000 })
        {
            await _server.SendRaw(Line("deep", "log_message", Arguments("log_message", "context", Nested(depth))));
            JsonElement answer = JsonElement.Parse((await _server.ReadLine())!);
            AnswerChecks.Decent(Describe(answer));
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
        _store = StoreDump.Of(prepared.Root);
        long start = Environment.TickCount64;
        await Refused("log_message", "to", Huge, "not_found", null);
        Assert.InRange(Environment.TickCount64 - start, 0, 5000);
    }

    private static IEnumerable<string> WrongTypes(string[] types) => new (string Json, string[] Fits)[]
    {
        ("5", ["integer", "number"]), ("0.5", ["number"]), ("true", ["boolean"]), ("\"5\"", ["string"]), ("[]", ["array"]), ("{}", ["object"]),
        ("[{}]", ["array"]), ("99999999999", ["number"]), ("1e400", ["number"]),
    }.Where(value => !value.Fits.Intersect(types).Any()).Select(value => value.Json)
        .Concat(types.Contains("array") ? ["[null]", "[5]", "[[]]"] : []);

    private static string[] BadText(string[] types) =>
    [
        .. types.Contains("string") ? [Nul, HalfPair] : Array.Empty<string>(),
        .. types.Contains("array") ? [$"[{Nul}]", $"[\"x\",{HalfPair}]"] : Array.Empty<string>(),
        .. types.Contains("object") ? [$$"""{"a":{{Nul}}}""", $$"""{"a":{{HalfPair}}}"""] : Array.Empty<string>(),
    ];

    private static string[] Others(string[] types) =>
    [
        "null",
        .. types.Contains("string") ? [.. Hostile, Huge] : Array.Empty<string>(),
        .. types.Contains("array") ? ["[]", $"[{Huge}]", $"[{string.Join(',', Hostile)}]"] : Array.Empty<string>(),
        .. types.Contains("integer") || types.Contains("number") ? ["-1", "0", "2147483647", "-2147483648"] : Array.Empty<string>(),
        .. types.Contains("object") ? ["{}", """{"a":null}""", """{"":""}""", $$"""{"a":{{Huge}}}"""] : Array.Empty<string>(),
    ];

    private static string[] TypesOf(JsonElement schema) => schema.GetProperty("type") is { ValueKind: JsonValueKind.Array } several
        ? [.. several.EnumerateArray().Select(type => type.GetString()!)]
        : [schema.GetProperty("type").GetString()!];

    private async Task<ToolAnswer> Refused(string tool, string argument, string? value, string? code, string? mention)
    {
        ToolAnswer answer = await Send(tool, argument, value);
        string call = $"{tool} with {argument} = {(value?.Length > 80 ? value[..80] : value)} answered {answer.Result.GetRawText()}";
        Assert.True(answer.IsError, call);
        Assert.True(code is null || code == answer.ErrorCode, call);
        Assert.True(mention is null || answer.ErrorMessage!.Contains(mention, StringComparison.Ordinal), call);
        return answer;
    }

    /// <summary>Calls with this one argument set as raw JSON, or left out for null; a refused call must leave the store as it was.</summary>
    private async Task<ToolAnswer> Send(string tool, string argument, string? value)
    {
        await _server.SendRaw(Line($"call-{++_calls}", tool, Arguments(tool, argument, value)));
        JsonElement response = JsonElement.Parse((await _server.ReadLine())!);
        Assert.Equal($"call-{_calls}", response.GetProperty("id").GetString());
        Assert.True(response.TryGetProperty("result", out JsonElement result), $"{tool}, {argument}: {response.GetRawText()}");
        ToolAnswer answer = new(tool, result);
        string store = StoreDump.Of(prepared.Root);
        if (answer.IsError)
        {
            AnswerChecks.Error(answer);
            Assert.True(_store == store, $"{tool} with {argument} was refused and yet changed the store: {answer.Text}");
        }
        _store = store;
        return answer;
    }

    private string Arguments(string tool, string argument, string? value)
    {
        Dictionary<string, string> arguments = SampleCalls.Arguments(tool, prepared.Message).ToDictionary(pair => pair.Key, pair => pair.Value.GetRawText());
        arguments.Remove(argument);
        if (value is not null)
            arguments[argument] = value;
        return $"{{{string.Join(',', arguments.Select(pair => $"\"{pair.Key}\":{pair.Value}"))}}}";
    }

    private static string Line(string id, string tool, string arguments) =>
        $$$"""{"jsonrpc":"2.0","id":"{{{id}}}","method":"tools/call","params":{"name":"{{{tool}}}","arguments":{{{arguments}}} } }""";

    private static string Nested(int depth) => string.Concat(Enumerable.Repeat("{\"a\":", depth - 1)) + "{}" + new string('}', depth - 1);

    private static int Depth(JsonElement value) => value.TryGetProperty("a", out JsonElement inner) ? 1 + Depth(inner) : 1;

    private static string Describe(JsonElement response) => response.TryGetProperty("error", out JsonElement error)
        ? error.GetProperty("message").GetString()!
        : response.GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString()!;
}
