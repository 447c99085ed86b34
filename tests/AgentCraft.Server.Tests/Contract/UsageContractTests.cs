using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary><c>add_agent_usage</c>.</summary>
public abstract class UsageContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task Add_agent_usage_answers_as_approved()
    {
        await Start("alice", "bob");
        Story story = Tell("add_agent_usage");
        await story.Call("A tenth of a dollar, as a number", new { agent = "alice", tokens = 1500, costUsd = 0.1, iterations = 1 });
        await story.Call("Two tenths, as text: three, exactly", new { agent = "alice", costUsd = "0.2" });
        await story.Call("Another agent's; the project has both", new { agent = "alice", name = "BOB", tokens = 1, costUsd = "0.000000001" });
        await story.Call("With a key", new { agent = "alice", iterations = 1, idempotencyKey = "u1" });
        await story.Call("Repeated with its key", new { agent = "alice", iterations = 1, idempotencyKey = "u1" });
        await story.Call("The key of another call", new { agent = "alice", iterations = 2, idempotencyKey = "u1" });
        await story.Call("Nothing", new { agent = "alice" });
        await story.Call("Finer than a billionth", new { agent = "alice", costUsd = "0.0000000001" });
        await story.Call("More than can be kept", new { agent = "alice", costUsd = "9223372036.854775808" });
        await story.Call("A total that is more than can be kept", new { agent = "alice", costUsd = "9223372036.854775807" });
        await story.Call("Less than nothing", new { agent = "alice", tokens = -1 });
        await story.Call("Negative cost", new { agent = "alice", costUsd = -0.5 });
        await story.Call("No number", new { agent = "alice", costUsd = "1,50 €" });
        await story.Call("No such agent", new { agent = "alice", name = "bop", tokens = 1 });
        Approve(story, "add_agent_usage");
    }

    [Fact]
    public async Task A_thousand_tenths_are_a_hundred()
    {
        await Start("alice");
        ToolAnswer last = null!;
        for (int i = 0; i < 1000; i++)
            last = await Call("add_agent_usage", new { agent = "alice", costUsd = i % 2 == 0 ? (object)0.1 : "0.1" });
        Assert.Equal(100m, last.Get<decimal>("agent.costUsd"));
        Assert.Equal(100m, last.Get<decimal>("project.costUsd"));
    }

    [Fact]
    public async Task What_is_refused_changes_neither_agent_nor_project()
    {
        await Start("alice", "bob");
        (await Call("add_agent_usage", new { agent = "bob", costUsd = "9223372036" })).Succeeded();
        string before = StoreDump.Of(Root);
        // Alice's own total would fit; the project's would not.
        Refused("invalid_argument", await Call("add_agent_usage", new { agent = "alice", tokens = 5, costUsd = 1 }));
        Assert.Equal(before, StoreDump.Of(Root));
    }
}
