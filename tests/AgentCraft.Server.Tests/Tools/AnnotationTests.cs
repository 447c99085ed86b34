using System.Text.Json;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Tools;

/// <summary>The annotations are true: what says that it only reads changes no row, what says that it is idempotent changes none the second time.</summary>
[OnEveryEngine]
public sealed class AnnotationTests : IAsyncLifetime
{
    private readonly TemporaryProject _project = new();
    private StdioServer _server = null!;
    private IReadOnlyDictionary<string, string> _ids = null!;

    public static TheoryData<string> Tools => SampleCalls.Tools;

    public async Task InitializeAsync()
    {
        _server = await StdioServer.Connect(_project.Root, ["--toolsets", "all"]);
        _ids = await SampleCalls.Prepare(_server);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _project.Dispose();
    }

    [Theory]
    [MemberData(nameof(Tools))]
    public async Task A_hint_is_true(string tool)
    {
        JsonElement hints = (await _server.Request("tools/list")).GetProperty("tools").EnumerateArray()
            .Single(t => t.GetProperty("name").ValueEquals(tool)).GetProperty("annotations");
        object arguments = SampleCalls.Arguments(tool, _ids);
        string before = StoreDump.Of(_project.Root);
        (await _server.Call(tool, arguments)).Succeeded();
        string first = StoreDump.Of(_project.Root);
        ToolAnswer again = await _server.Call(tool, arguments);
        string second = StoreDump.Of(_project.Root);

        Assert.Equal(SampleCalls.CodeWhenRepeated(tool), again.ErrorCode);
        if (hints.GetProperty("readOnlyHint").GetBoolean())
            Assert.Equal(before, first);
        if (hints.GetProperty("idempotentHint").GetBoolean())
            Assert.Equal(first, second);
        else
            Assert.True(first != second || tool is "start_session" or "create_project", $"{tool} could say that it is idempotent.");
    }

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
