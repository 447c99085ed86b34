using System.Text.Json;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Tools;

/// <summary>The annotations are true, shown by what two equal calls change in the store; and what they do not say is not true.</summary>
[OnEveryEngine]
public sealed class AnnotationTests : IAsyncLifetime
{
    private readonly TemporaryProject _project = new();
    private StdioServer _server = null!;
    private IReadOnlyDictionary<string, string> _ids = null!;

    public static TheoryData<string> Tools => SampleCalls.Tools;

    public async Task InitializeAsync()
    {
        _server = await HostedStdio.Connect(_project.Root, PreparedServer.WithoutChores);
        _ids = await SampleCalls.Prepare(_server);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _project.Dispose();
    }

    [Theory]
    [MemberData(nameof(Tools))]
    public async Task What_a_tool_says_of_itself_is_true(string tool)
    {
        if (SampleCalls.IsRefused(tool))
            return;
        JsonElement hints = CatalogTests.Definition(tool).GetProperty("annotations");
        bool reads = hints.GetProperty("readOnlyHint").GetBoolean(), repeats = hints.GetProperty("idempotentHint").GetBoolean();
        object arguments = SampleCalls.Arguments(tool, _ids);
        string before = StoreDump.Of(_project.Root);
        (await _server.Call(tool, arguments)).Succeeded();
        string first = StoreDump.Of(_project.Root);
        ToolAnswer again = await _server.Call(tool, arguments);
        string second = StoreDump.Of(_project.Root);

        Assert.Equal(SampleCalls.CodeWhenRepeated(tool), again.ErrorCode);
        Assert.True(reads == (before == first), reads ? $"{tool} says that it only reads." : $"The sample call of {tool} changes nothing, so it shows nothing.");
        Assert.True(repeats == (first == second) || SampleCalls.CodeWhenRepeated(tool) is not null || tool == "start_session",
            repeats ? $"{tool} says that it is idempotent." : $"{tool} could say that it is idempotent.");
        if (!hints.GetProperty("destructiveHint").GetBoolean())
            Assert.Empty(StoreDump.Keys(before).Except(StoreDump.Keys(second)));
    }

    [Theory]
    [MemberData(nameof(Tools))]
    public async Task What_makes_a_row_each_time_takes_an_idempotency_key(string tool)
    {
        if (SampleCalls.IsRefused(tool))
            return;
        JsonElement definition = CatalogTests.Definition(tool);
        bool takesKey = definition.GetProperty("inputSchema").GetProperty("properties").TryGetProperty("idempotencyKey", out _);
        if (takesKey || definition.GetProperty("annotations").GetProperty("idempotentHint").GetBoolean())
            return;
        string before = StoreDump.Of(_project.Root);
        (await _server.Call(tool, SampleCalls.Arguments(tool, _ids))).Succeeded();
        string first = StoreDump.Of(_project.Root);
        (await _server.Call(tool, SampleCalls.Arguments(tool, _ids))).Succeeded();
        Assert.True(Made(before, first) == 0 || Made(first, StoreDump.Of(_project.Root)) == 0, $"{tool} makes a row with every call: a repeated call would make two.");
    }

    private static int Made(string before, string after) => StoreDump.Keys(after).Except(StoreDump.Keys(before)).Count();

    [Fact]
    public async Task What_ends_with_a_hand_over_is_idempotent_too()
    {
        var arguments = new { agent = "alice", summary = "done", createHandover = new { title = "T", publish = true } };
        (await _server.Call("end_session", arguments)).Succeeded();
        string first = StoreDump.Of(_project.Root);
        Assert.True((await _server.Call("end_session", arguments)).Get<bool>("handover.replayed"));
        Assert.Equal(first, StoreDump.Of(_project.Root));
    }
}
