using System.Text.Json;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;
using Xunit.Abstractions;
using static AgentCraft.Server.Tests.Tools.HostileValues;

namespace AgentCraft.Server.Tests.Tools;

/// <summary>
/// A refused call leaves nothing where nothing is yet: what the store makes by its first use (the keeper of hand-overs, an agent's file, a
/// directory) is not made for a call that is refused. The tests of hostile values look at a store that has something of everything.
/// </summary>
public sealed class RefusedCallTests(ITestOutputHelper output)
{
    private static readonly string LongText = $"\"{new string('x', 70_000)}\"";

    private static readonly Dictionary<string, string> Unknown = new[] { "message", "thread", "session", "task", "parentTask", "handover", "draft" }
        .ToDictionary(kind => kind, kind => $"{kind}_1700000000000_aaaaaaaaa");

    public static TheoryData<string> Faults => [.. new[] { """{"sections":{"#":"x"}}""", """{"sections":{"Goal":"a","goal":"b"}}""", """{"template":"no-such"}""", """{"title":"a\nb"}""" }];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_hand_over_that_is_refused_leaves_no_keeper_behind(string fault)
    {
        await using UnusedStore store = await UnusedStore.Make();
        Dictionary<string, JsonElement> arguments = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(fault)!;
        arguments["agent"] = JsonElement.Parse("\"bob\"");
        Assert.True((await store.Call("create_handover", arguments)).IsError);
        Assert.Equal(2, (await store.Call("list_agents", new { includeInactive = true })).GetNumber("total"));
        Assert.Equal(store.Before, store.Now());
    }

    [Fact]
    public async Task No_tool_leaves_anything_behind_in_an_unused_store_when_it_refuses()
    {
        UnusedStore store = await UnusedStore.Make();
        (int refused, int made) = (0, 1);
        foreach (string tool in CatalogTests.NamesOf(_ => true))
        {
            JsonElement definition = CatalogTests.Definition(tool);
            bool reads = definition.GetProperty("annotations").GetProperty("readOnlyHint").GetBoolean();
            foreach (JsonProperty argument in definition.GetProperty("inputSchema").GetProperty("properties").EnumerateObject())
                foreach (string value in BadValues(argument.Value))
                {
                    Dictionary<string, JsonElement> arguments = SampleCalls.Arguments(tool, Unknown);
                    arguments[argument.Name] = JsonElement.Parse(value);
                    if (tool == "wait_for_messages")
                        arguments["timeoutSeconds"] = JsonElement.Parse("0");
                    ToolAnswer answer = await store.Call(tool, arguments);
                    if (answer.IsError || reads)
                        Assert.True(store.Before == store.Now(), $"{tool} with {argument.Name} = {value[..Math.Min(80, value.Length)]} answered {answer.Text} and left something:\n{store.Now()}");
                    refused += answer.IsError ? 1 : 0;
                    if (answer.IsError || reads)
                        continue;
                    await store.DisposeAsync();
                    (store, made) = (await UnusedStore.Make(), made + 1);
                }
        }
        await store.DisposeAsync();
        output.WriteLine($"{refused} calls refused, {made} stores made");
        Assert.True(refused > 500);
    }

    private static IEnumerable<string> BadValues(JsonElement schema)
    {
        string[] types = TypesOf(schema);
        bool isChoice = schema.TryGetProperty("enum", out _);
        return (types.Contains("string") && !isChoice ? new[] { Nul, "\"\"", LongText } : [])
            .Concat(types.Contains("integer") || types.Contains("number") ? ["-1", "2147483647"] : [])
            .Concat(types.Contains("array") ? [$"[{Nul}]", "[\"\"]", "[]"] : [])
            .Concat(types.Contains("object") ? ["""{"#":"x"}""", """{"goal":"a","Goal":"b"}""", """{"":"x"}""", $$"""{ {{Nul}}:"x"}"""] : []);
    }

    /// <summary>A store in which two agents have begun a session and done nothing else, on a server in this process.</summary>
    private sealed class UnusedStore : IAsyncDisposable
    {
        private readonly TemporaryProject _project = new();
        private HttpServer _server = null!;
        private HttpConnection _connection = null!;
        private StoreWatch _watch = null!;

        /// <summary>Rows and files before the call.</summary>
        public string Before { get; private set; } = "";

        public static async Task<UnusedStore> Make()
        {
            UnusedStore made = new();
            made._server = await HostedHttp.Start(made._project.Root);
            made._connection = await made._server.Connect();
            foreach (string agent in new[] { "alice", "bob" })
                (await made.Call("start_session", new { agent })).Succeeded();
            made._watch = new(made._project.Root);
            made.Before = made.Now();
            return made;
        }

        public Task<ToolAnswer> Call(string tool, object arguments) => _connection.Call(tool, arguments);

        public string Now() => _watch.Dump() + string.Join('\n', Directory.EnumerateFileSystemEntries(_project.Root, "*", SearchOption.AllDirectories)
            .Where(path => !path.Contains("signals", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

        public async ValueTask DisposeAsync()
        {
            _watch.Dispose();
            await _server.DisposeAsync();
            _project.Dispose();
        }
    }
}
