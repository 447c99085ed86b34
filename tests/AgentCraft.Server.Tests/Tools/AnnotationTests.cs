using System.Text.Json;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Tools;

/// <summary>The annotations are true, shown by what two equal calls change in the store; and what they do not say is not true.</summary>
[OnEveryEngine]
public sealed class AnnotationTests(PreparedServers shared) : IClassFixture<PreparedServers>, IAsyncLifetime
{
    private readonly PreparedServer _own = new();
    private bool _usesOwn;

    public static TheoryData<string> Tools => SampleCalls.Tools;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _usesOwn ? _own.DisposeAsync() : Task.CompletedTask;

    [Theory]
    [MemberData(nameof(Tools))]
    public async Task What_a_tool_says_of_itself_is_true(string tool)
    {
        if (SampleCalls.IsRefused(tool))
            return;
        JsonElement hints = CatalogTests.Definition(tool).GetProperty("annotations");
        bool reads = hints.GetProperty("readOnlyHint").GetBoolean(), repeats = hints.GetProperty("idempotentHint").GetBoolean();
        PreparedServer prepared = reads ? await shared.OfEngine() : await Own();
        object arguments = SampleCalls.Arguments(tool, prepared.Ids);
        string before = StoreDump.Of(prepared.Root);
        (await prepared.Server.Call(tool, arguments)).Succeeded();
        string first = StoreDump.Of(prepared.Root);
        ToolAnswer again = await prepared.Server.Call(tool, arguments);
        string second = StoreDump.Of(prepared.Root);

        Assert.Equal(SampleCalls.CodeWhenRepeated(tool), again.ErrorCode);
        Assert.True(reads == (before == first), reads ? $"{tool} says that it only reads." : $"The sample call of {tool} changes nothing, so it shows nothing.");
        Assert.True(repeats == (first == second) || SampleCalls.CodeWhenRepeated(tool) is not null || tool == "start_session",
            repeats ? $"{tool} says that it is idempotent." : $"{tool} could say that it is idempotent.");
        if (!hints.GetProperty("destructiveHint").GetBoolean())
            Assert.Empty(StoreDump.Keys(before).Except(StoreDump.Keys(second)));
        bool takesKey = CatalogTests.Definition(tool).GetProperty("inputSchema").GetProperty("properties").TryGetProperty("idempotencyKey", out _);
        Assert.True(takesKey || repeats || Made(before, first) == 0 || Made(first, second) == 0, $"{tool} makes a row with every call, and takes no idempotency key: a repeated call would make two.");
    }

    private async Task<PreparedServer> Own()
    {
        _usesOwn = true;
        await _own.InitializeAsync();
        return _own;
    }

    private static int Made(string before, string after) => StoreDump.Keys(after).Except(StoreDump.Keys(before)).Count();

    [Fact]
    public async Task What_ends_with_a_hand_over_is_idempotent_too()
    {
        PreparedServer own = await Own();
        var arguments = new { agent = "alice", summary = "done", createHandover = new { title = "T", publish = true } };
        (await own.Server.Call("end_session", arguments)).Succeeded();
        string first = StoreDump.Of(own.Root);
        Assert.True((await own.Server.Call("end_session", arguments)).Get<bool>("handover.replayed"));
        Assert.Equal(first, StoreDump.Of(own.Root));
    }
}
