using System.Text.Json;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;
using static AgentCraft.Server.Tests.Tools.HostileValues;

namespace AgentCraft.Server.Tests.Tools;

/// <summary>
/// Calls with wrong values, on a server and a store of the test's own: nothing is a crash, nothing that is refused leaves a trace, nothing
/// takes long, and the server goes on.
/// </summary>
[OnEveryEngine]
public abstract class HostileCalls : IAsyncLifetime
{
    /// <summary>For any one call, on a busy machine.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(15);

    private readonly PreparedServer _prepared = new();
    private StdioServer _server = null!;
    private StoreWatch _watch = null!;
    private string _store = "";
    private int _calls;

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

    /// <summary>The server under test.</summary>
    protected StdioServer Server => _server;

    /// <summary>Where its store is.</summary>
    protected string Root => _prepared.Root;

    /// <summary>The store as it was after the last call.</summary>
    protected string Store => _store;

    /// <summary>Looks at the store anew: what was just done by other means is no trace.</summary>
    protected string LookAgain() => _store = _watch.Dump();

    /// <summary>Every argument of a tool with every kind of wrong value, made from the tool's own schema.</summary>
    protected async Task TryAnyValueOfAnyArgument(string tool)
    {
        JsonElement definition = (await _server.Request("tools/list")).GetProperty("tools").EnumerateArray().Single(t => t.GetProperty("name").ValueEquals(tool));
        bool reads = definition.GetProperty("annotations").GetProperty("readOnlyHint").GetBoolean();
        JsonElement schema = definition.GetProperty("inputSchema");
        foreach (JsonProperty argument in schema.GetProperty("properties").EnumerateObject())
            await TryEveryValue(tool, argument.Name, argument.Value, reads);
        await TryEveryTextEverywhere(tool, schema, reads);
        await TryWhatIsMissingUnknownOrNoObject(tool, schema);
        Assert.True(!reads || _store == _watch.Dump(), $"{tool} only reads and yet changed the store.");
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

    protected async Task<ToolAnswer> Refused(string tool, string argument, string? value, string? code, string? mention)
    {
        ToolAnswer answer = await Send(tool, argument, value);
        string call = $"{tool} with {argument} = {Shown(value)} answered {answer.Result.GetRawText()}";
        Assert.True(answer.IsError, call);
        Assert.True(code is null || code == answer.ErrorCode, call);
        Assert.True(mention is null || answer.ErrorMessage!.Contains(mention, StringComparison.Ordinal), call);
        return answer;
    }

    /// <summary>Calls with this one argument set as raw JSON, or left out for null.</summary>
    protected Task<ToolAnswer> Send(string tool, string argument, string? value, bool reads = false) =>
        Send(tool, $"{argument} = {Shown(value)}", With(tool, argument, value), reads);

    /// <summary>Calls; a call that is refused, or of a tool that only reads, must leave the store as it was.</summary>
    private async Task<ToolAnswer> Send(string tool, string what, Dictionary<string, string> arguments, bool reads)
    {
        JsonElement response = await Exchange(tool, Json(arguments));
        Assert.True(response.TryGetProperty("result", out JsonElement result), $"{tool} with {what}: {response.GetRawText()}");
        ToolAnswer answer = new(tool, result);
        if (answer.IsError)
            AnswerChecks.Error(answer);
        // There every look reads all tables: for what only reads, one at the end must do.
        if (reads && Engines.Current != Engine.Sqlite)
            return answer;
        string store = _watch.Dump();
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

    protected Dictionary<string, string> With(string tool, string argument, string? value)
    {
        Dictionary<string, string> arguments = Sample(tool);
        arguments.Remove(argument);
        if (value is not null)
            arguments[argument] = value;
        return arguments;
    }

    protected static string Json(Dictionary<string, string> arguments) => $"{{{string.Join(',', arguments.Select(pair => $"\"{pair.Key}\":{pair.Value}"))}}}";

    protected static string Line(string id, string tool, string arguments) =>
        $$$"""{"jsonrpc":"2.0","id":"{{{id}}}","method":"tools/call","params":{"name":"{{{tool}}}","arguments":{{{arguments}}} } }""";

    private static string Shown(string? value) => value is null ? "nothing" : value.Length > 80 ? $"{value[..80]}…" : value;

    protected static string Describe(JsonElement response) => response.TryGetProperty("error", out JsonElement error)
        ? error.GetProperty("message").GetString()!
        : response.GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString()!;
}
