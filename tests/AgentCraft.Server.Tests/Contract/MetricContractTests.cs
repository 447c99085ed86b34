using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary><c>record_metric</c>.</summary>
public abstract class MetricContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task Record_metric_answers_as_approved()
    {
        await Call("register_agent", new { name = "loner" });
        await Start("alice");
        Story story = Tell("record_metric");
        await story.Call("One", new { agent = "alice", name = "tests_passed", value = 42 });
        await story.Call("One with a unit", new { agent = "ALICE", name = "response_time", value = -0.125, unit = "ms" });
        await story.Call("Several at once", new { agent = "alice", metrics = new object[] { new { name = "a", value = 1 }, new { name = "b", value = 2.5, unit = "%" } } });
        await story.Call("In no session", new { agent = "loner", name = "x", value = 0 });
        await story.Call("With a key", new { agent = "alice", name = "x", value = 1, idempotencyKey = "m1" });
        await story.Call("Repeated with its key", new { agent = "alice", name = "x", value = 1, idempotencyKey = "m1" });
        await story.Call("The key of another call", new { agent = "alice", name = "x", value = 2, idempotencyKey = "m1" });
        await story.Call("Neither", new { agent = "alice" });
        await story.Call("Half of one", new { agent = "alice", name = "x" });
        await story.Call("Both", new { agent = "alice", name = "x", value = 1, metrics = new[] { new { name = "y", value = 1 } } });
        await story.Call("Several, and a unit that belongs to none", new { agent = "alice", unit = "ms", metrics = new[] { new { name = "y", value = 1 } } });
        await story.Call("None", new { agent = "alice", metrics = Array.Empty<object>() });
        await story.Call("One of several without a value", new { agent = "alice", metrics = new object[] { new { name = "a", value = 1 }, new { name = "b" } } });
        await story.Call("One with a member that it does not have", new { agent = "alice", metrics = new[] { new { name = "a", value = 1, units = "ms" } } });
        await story.Call("One with text for a value", new { agent = "alice", metrics = new[] { new { name = "a", value = "1" } } });
        await story.Call("A value that is text", new { agent = "alice", name = "x", value = "NaN" });
        await story.Call("A name that is blank", new { agent = "alice", name = " ", value = 1 });
        await story.Call("No such session", new { agent = "alice", name = "x", value = 1, session = "session_0" });
        await story.Call("No such agent", new { agent = "alcie", name = "x", value = 1 });
        Approve(story, "record_metric");
    }

    [Fact]
    public async Task All_of_several_are_recorded_or_none()
    {
        await Start("alice");
        string before = StoreDump.Of(Root);
        Refused("invalid_argument", await Call("record_metric", new { agent = "alice", metrics = new object[] { new { name = "a", value = 1 }, new { name = "", value = 1 } } }));
        Refused("payload_too_large", await Call("record_metric", new { agent = "alice", metrics = new object[] { new { name = "a", value = 1 }, new { name = new string('n', 201), value = 1 } } }));
        Assert.Equal(before, StoreDump.Of(Root));
        Assert.Equal(200, (await Call("record_metric", new { agent = "alice", metrics = Enumerable.Range(0, 200).Select(i => new { name = $"m{i}", value = i }) })).At("ids").GetArrayLength());
    }
}
