using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Tools;

/// <summary>Every tool that gives a list gives it in pages, by a cursor that only it can have made.</summary>
[OnEveryEngine]
public sealed class PagingTests(PreparedServers servers) : IClassFixture<PreparedServers>, IAsyncLifetime
{
    private PreparedServer _prepared = null!;

    /// <summary>Those that take a cursor.</summary>
    public static TheoryData<string> Cursors => [.. CatalogTests.NamesOf(tool => Takes(tool.Name, "cursor"))];

    /// <summary>Those that take a limit too; a wait has none.</summary>
    public static TheoryData<string> Pages => [.. CatalogTests.NamesOf(tool => Takes(tool.Name, "cursor") && Takes(tool.Name, "limit"))];

    public async Task InitializeAsync() => _prepared = await servers.OfEngine();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public void A_tool_that_gives_a_list_takes_a_limit_and_a_cursor_and_gives_the_next()
    {
        // A tree that is too large is read by its parts; templates are a few files.
        string[] lists = [.. CatalogTests.NamesOf(tool => tool.IsReadOnly && (tool.Name.Split('_')[0] is "list" or "search" or "find"
            || Takes(tool.Name, "cursor") || Gives(tool.Name, "hasMore"))).Except(["get_task_tree", "list_handover_templates", "list_templates"])];
        Assert.All(lists, tool => Assert.True(Takes(tool, "cursor") && Gives(tool, "cursor") && Gives(tool, "hasMore"), $"{tool} gives a list without pages."));
        Assert.All(lists.Except(["wait_for_messages"]), tool => Assert.True(Takes(tool, "limit"), $"{tool} has no limit."));
    }

    [Theory]
    [MemberData(nameof(Cursors))]
    public async Task A_cursor_that_the_list_did_not_give_is_refused(string tool)
    {
        if (SampleCalls.IsRefused(tool))
            return;
        string? cursor = CursorOf(await Call(tool, []));
        string other = tool == "list_agents" ? (await _prepared.Server.Call("read_inbox", new { agent = "bob" })).GetText("cursor")
            : (await _prepared.Server.Call("list_agents", new { limit = 1 })).GetText("cursor");
        foreach (string bad in new[]
        {
            "x", "", " ", "1", "0", "-1", "null", "é", "=", "%00", $"{cursor}x", $"x{cursor}", $" {cursor}", $"{cursor}=", other, Forged("x:y:1"), Forged("::"), Forged(":::::"), Forged($"{tool}:0:0"),
            Forged("agents:x:99999999999999999999"), new string('A', 100_000),
        })
        {
            ToolAnswer answer = await Call(tool, new() { ["cursor"] = bad });
            Assert.True(answer.ErrorCode == "invalid_cursor", $"{tool} with the cursor '{bad[..Math.Min(bad.Length, 60)]}' answered {answer.Text}");
            Assert.Contains("cursor", answer.Hint, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Pages_of_one_give_what_one_page_gives(string tool)
    {
        if (SampleCalls.IsRefused(tool))
            return;
        JsonElement all = (await Call(tool, new() { ["limit"] = 200 })).At(""), first = (await Call(tool, new() { ["limit"] = 1 })).At("");
        string list = all.EnumerateObject().Where(member => Length(member.Value) > 1 && Length(first.GetProperty(member.Name)) == 1).Select(member => member.Name)
            .FirstOrDefault() ?? throw new Xunit.Sdk.XunitException($"{tool} finds fewer than two: SampleCalls.Prepare must make more. {all}");
        List<string> paged = [];
        JsonObject arguments = new() { ["limit"] = 1 };
        for (bool hasMore = true; hasMore;)
        {
            JsonElement page = (await Call(tool, arguments)).At("");
            JsonElement item = Assert.Single(page.GetProperty(list).EnumerateArray());
            paged.Add(item.GetRawText());
            hasMore = page.GetProperty("hasMore").GetBoolean();
            Assert.True(paged.Count <= all.GetProperty(list).GetArrayLength(), $"{tool} goes on for ever: {page}");
            if (hasMore)
                arguments["cursor"] = page.GetProperty("cursor").GetString();
        }
        Assert.Equal(all.GetProperty(list).EnumerateArray().Select(item => item.GetRawText()), paged);
        Assert.False(all.GetProperty("hasMore").GetBoolean());
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_cursor_goes_on_only_with_the_filter_and_the_order_that_it_was_made_with(string tool)
    {
        if (SampleCalls.IsRefused(tool))
            return;
        string cursor = (await Call(tool, new() { ["limit"] = 1 })).GetText("cursor");
        foreach (JsonProperty argument in CatalogTests.Definition(tool).GetProperty("inputSchema").GetProperty("properties").EnumerateObject())
            foreach (JsonNode value in Choices(argument))
            {
                JsonObject arguments = new() { ["limit"] = 1, [argument.Name] = value };
                ToolAnswer without = await Call(tool, arguments);
                arguments["cursor"] = cursor;
                ToolAnswer answer = await Call(tool, arguments);
                // What says the same as leaving it out goes on; where there is nothing, nothing can be skipped.
                Assert.True(without.IsError || answer.ErrorCode == "invalid_cursor" || CursorOf(without) is null || CursorOf(without) == cursor,
                    $"{tool} with {argument.Name} = {value} went on from a cursor that was made without: {answer.Text}");
            }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_has_at_least_one_and_at_most_two_hundred(string tool)
    {
        if (SampleCalls.IsRefused(tool))
            return;
        foreach (int none in new[] { 0, -1, int.MinValue })
            Assert.Equal("invalid_argument", (await Call(tool, new() { ["limit"] = none })).ErrorCode);
        (await Call(tool, new() { ["limit"] = int.MaxValue })).Succeeded();
    }

    private Task<ToolAnswer> Call(string tool, JsonObject more)
    {
        JsonObject arguments = JsonSerializer.SerializeToNode(SampleCalls.Arguments(tool, _prepared.Ids))!.AsObject();
        foreach ((string name, JsonNode? value) in more)
            arguments[name] = value!.DeepClone();
        return _prepared.Server.Call(tool, arguments);
    }

    private static int Length(JsonElement value) => value.ValueKind == JsonValueKind.Array ? value.GetArrayLength() : 0;

    /// <summary>Null where the page is the first and empty.</summary>
    private static string? CursorOf(ToolAnswer page) => page.At("").TryGetProperty("cursor", out JsonElement cursor) ? cursor.GetString() : null;

    /// <summary>Values that change which rows come, or in which order.</summary>
    private static IEnumerable<JsonNode> Choices(JsonProperty argument) =>
        argument.Value.TryGetProperty("enum", out JsonElement values) ? values.EnumerateArray().Select(value => JsonNode.Parse(value.GetRawText())!)
        : HostileValues.TypesOf(argument.Value).Contains("boolean") ? [true, false]
        : argument.Name is "agent" or "from" or "to" or "assignee" or "createdBy" or "grantedTo" ? ["alice", "bob"]
        : argument.Name is "since" or "createdAfter" ? ["2020-01-01"]
        : argument.Name is "project" ? ["spare"]
        : [];

    private static string Forged(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static bool Takes(string tool, string argument) => CatalogTests.Definition(tool).GetProperty("inputSchema").GetProperty("properties").TryGetProperty(argument, out _);

    private static bool Gives(string tool, string member) => CatalogTests.Definition(tool).GetProperty("outputSchema").GetProperty("properties").TryGetProperty(member, out _);
}
