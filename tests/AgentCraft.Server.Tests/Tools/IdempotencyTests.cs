using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Tools;

/// <summary>Every tool that takes an idempotency key keeps to it.</summary>
[OnEveryEngine]
public sealed class IdempotencyTests : IAsyncLifetime
{
    private readonly PreparedServer _prepared = new();

    public static TheoryData<string> Tools => [.. CatalogTests.NamesOf(tool => tool.Definition.InputSchema.GetProperty("properties").TryGetProperty("idempotencyKey", out _))];

    public Task InitializeAsync() => _prepared.InitializeAsync();

    public Task DisposeAsync() => _prepared.DisposeAsync();

    [Theory]
    [MemberData(nameof(Tools))]
    public async Task A_call_with_a_key_is_done_once_its_first_result_is_given_again_and_never_for_another_call(string tool)
    {
        if (SampleCalls.IsRefused(tool))
            return;
        JsonObject call = Sample(tool);
        ToolAnswer first = (await _prepared.Server.Call(tool, call)).Succeeded();
        string store = StoreDump.Of(_prepared.Root);
        ToolAnswer again = (await _prepared.Server.Call(tool, call)).Succeeded();
        Assert.Equal((false, true), (first.Get<bool>("replayed"), again.Get<bool>("replayed")));
        Assert.Equal(Without(first), Without(again));
        Assert.Equal(store, StoreDump.Of(_prepared.Root));
        // A backup has nothing else to say.
        if (tool == "create_backup")
            return;
        List<string?> codes = [];
        foreach (JsonObject other in Others(tool, call))
        {
            ToolAnswer answer = await _prepared.Server.Call(tool, other);
            Assert.True(answer.IsError, $"{tool} took {other.ToJsonString()} for {call.ToJsonString()}: {answer.Text}");
            codes.Add(answer.ErrorCode);
        }
        // What else analyze_session takes is a session, which must exist before a key is looked at.
        Assert.Contains(codes, code => code == "idempotency_conflict" || (tool == "analyze_session" && code == "not_found"));
        Assert.Equal(store, StoreDump.Of(_prepared.Root));
    }

    [Theory]
    [MemberData(nameof(Tools))]
    public async Task Of_many_calls_with_one_key_at_once_one_is_done(string tool)
    {
        if (SampleCalls.IsRefused(tool))
            return;
        JsonObject call = Sample(tool);
        await using StdioServer other = await StdioServer.Connect(_prepared.Root, PreparedServer.Arguments);
        ToolAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? other : _prepared.Server).Call(tool, call)));
        Assert.Single(answers, answer => !answer.Get<bool>("replayed"));
        Assert.Single(answers.Select(Without).Distinct());
    }

    private JsonObject Sample(string tool)
    {
        JsonObject call = JsonSerializer.SerializeToNode(SampleCalls.Arguments(tool, _prepared.Ids))!.AsObject();
        call["idempotencyKey"] = "k";
        return call;
    }

    /// <summary>
    /// The call with one argument changed or added, each in turn but who calls: keys are each agent's own. Nothing is added that may say
    /// the same as leaving it out.
    /// </summary>
    private static IEnumerable<JsonObject> Others(string tool, JsonObject call)
    {
        foreach (JsonProperty argument in CatalogTests.Definition(tool).GetProperty("inputSchema").GetProperty("properties").EnumerateObject())
        {
            JsonNode? changed = call[argument.Name] is { } value ? Changed(value)
                : HostileValues.TypesOf(argument.Value)[0] is "string" or "integer" or "number" && !argument.Value.TryGetProperty("enum", out _) ? JsonNode.Parse(HostileValues.Example(argument.Value)) : null;
            if (changed is null || argument.Name is "agent" or "from" or "idempotencyKey")
                continue;
            JsonObject other = call.DeepClone().AsObject();
            other[argument.Name] = changed;
            yield return other;
        }
    }

    private static JsonNode Changed(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.String => $"{value.GetValue<string>()}2",
        JsonValueKind.Number => value.GetValue<double>() + 1,
        JsonValueKind.Array => new JsonArray([.. value.AsArray().Concat(value.AsArray()).Select(item => item!.DeepClone())]),
        JsonValueKind.Object => new JsonObject([.. value.AsObject().Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())), new("more", 1)]),
        _ => !value.GetValue<bool>(),
    };

    /// <summary>The answer but for what says that it is given again, and of what else goes on meanwhile.</summary>
    private static string Without(ToolAnswer answer)
    {
        JsonObject result = JsonNode.Parse(answer.Text)!.AsObject();
        result.Remove("replayed");
        result.Remove("unreadHint");
        return result.ToJsonString();
    }
}
