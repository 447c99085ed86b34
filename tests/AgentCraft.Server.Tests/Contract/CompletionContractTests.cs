using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary><c>completion/complete</c>.</summary>
public abstract class CompletionContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    private static readonly object Inbox = new { type = "ref/resource", uri = "agentcraft://agents/{name}/inbox" };

    [Fact]
    public async Task Agents_are_completed_by_how_they_begin()
    {
        await Start("bob", "alice", "Alix", "annie");
        (await Call("remove_agent", new { name = "annie" })).Succeeded();
        await Expect("", "alice", "Alix", "bob");
        await Expect("a", "alice", "Alix");
        await Expect("ALI", "alice", "Alix");
        await Expect("alix", "Alix");
        foreach (string hostile in new[] { "alixx", "annie", "%", "_", "*", "'", "a' OR '1'='1", "a\0", "\uffff", "👀", "\u202e", "../", " a", "agentcraft://agents/" })
            await Expect(hostile);
    }

    [Fact]
    public async Task No_more_than_a_hundred_names_come_and_it_says_that_there_are_more()
    {
        await Start("zoe");
        for (int i = 0; i < 101; i++)
            (await Call("register_agent", new { name = $"agent-{i:d3}" })).Succeeded();
        JsonElement completion = await Complete(Inbox, "name", "agent");
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"agent-{i:d3}"), Values(completion));
        Assert.True(completion.GetProperty("hasMore").GetBoolean());
        Assert.False(completion.TryGetProperty("total", out _));
        Assert.Equal(10, Values(await Complete(Inbox, "name", "agent-09")).Length);
    }

    [Fact]
    public async Task Templates_are_completed_too()
    {
        object template = new { type = "ref/prompt", name = "write_handover" };
        Assert.Contains("standard", Values(await Complete(template, "template", "")));
        Assert.Contains("standard", Values(await Complete(template, "template", "St")));
        Assert.Empty(Values(await Complete(template, "template", "tandard")));
    }

    [Fact]
    public async Task Documents_are_completed_too()
    {
        await Start("alice");
        foreach (string name in new[] { "plan", "Plan-b", "map" })
            (await Call("save_document", new { agent = "alice", name, content = "Text." })).Succeeded();
        object document = new { type = "ref/resource", uri = "agentcraft://documents/{name}" };
        Assert.Equal(["plan", "Plan-b"], Values(await Complete(document, "name", "plan")));
    }

    [Fact]
    public async Task What_cannot_be_completed_is_refused_or_empty()
    {
        await Start("alice");
        Assert.Empty(Values(await Complete(new { type = "ref/resource", uri = "agentcraft://handovers/{id}" }, "id", "")));
        Assert.Empty(Values(await Complete(Inbox, "name", new string('a', 100_000))));
        await Refuse("names no prompt", new { type = "ref/prompt", name = "takeover" }, "agent", "");
        await Refuse("names no prompt", new { type = "ref/resource", uri = "agentcraft://agents/alice" }, "name", "");
        await Refuse("names no prompt", new { type = "ref/resource", uri = new string('x', 100_000) }, "name", "");
        await Refuse("no argument 'nmae'; it has name", Inbox, "nmae", "");
        await Refuse("cannot be read", new { type = "ref/tool", name = "take_over" }, "agent", "");
        await Refuse("cannot be read", "take_over", "agent", "");
        await Refuse("", null, "agent", "");
        await Refuse("", Inbox, null, "");
        await Refuse("", Inbox, "name", null);
        await Refuse("", Inbox, "name", new { });
        await Assert.ThrowsAsync<RpcErrorException>(() => Server.Request("completion/complete"));
        Assert.Equal(["alice"], Values(await Complete(Inbox, "name", "")));
    }

    private async Task Expect(string begun, params string[] expected)
    {
        foreach (JsonElement completion in new[]
        {
            await Complete(Inbox, "name", begun),
            await Complete(new { type = "ref/resource", uri = "agentcraft://conversations/{a}/{b}" }, "b", begun),
            await Complete(new { type = "ref/prompt", name = "take_over" }, "agent", begun),
        })
        {
            Assert.Equal(expected, Values(completion));
            Assert.Equal((expected.Length, false), (completion.GetProperty("total").GetInt32(), completion.GetProperty("hasMore").GetBoolean()));
        }
    }

    private async Task Refuse(string why, object? reference, object? name, object? value)
    {
        RpcErrorException refusal = await Assert.ThrowsAsync<RpcErrorException>(
            () => Server.Request("completion/complete", new { @ref = reference, argument = new { name, value } }));
        AnswerChecks.Decent(refusal.RpcMessage);
        Assert.Equal(-32602, refusal.Code);
        Assert.Contains(why, refusal.RpcMessage, StringComparison.Ordinal);
    }

    private async Task<JsonElement> Complete(object reference, string name, string value) =>
        (await Server.Request("completion/complete", new { @ref = reference, argument = new { name, value } })).GetProperty("completion");

    private static string[] Values(JsonElement completion) => [.. completion.GetProperty("values").EnumerateArray().Select(value => value.GetString()!)];
}
