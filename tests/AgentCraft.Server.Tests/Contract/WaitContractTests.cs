using System.Diagnostics;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary><c>wait_for_messages</c>.</summary>
public abstract class WaitContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task Wait_for_messages_answers_as_approved()
    {
        await Start("alice", "bob");
        Story story = Tell("wait_for_messages");
        string cursor = (await story.Call("Nothing came in time", new { agent = "bob", timeoutSeconds = 0 })).GetText("cursor");
        await Post("alice", "bob", "one");
        cursor = (await story.Call("Something is there after the cursor: at once", new { agent = "bob", cursor })).GetText("cursor");
        PendingCall wait = await Server.StartCall("wait_for_messages", new { agent = "bob", cursor });
        await Post("alice", "bob", "two");
        story.Tell("Nothing was there, then it was posted", new { agent = "bob", cursor }, await wait.Answer());
        await story.Call("Without a cursor: from the oldest that is not acknowledged", new { agent = "bob" });
        await story.Call("After the last one, nothing new", new
        {
            agent = "bob",
            timeoutSeconds = 0,
            cursor = (await Call("read_inbox", new { agent = "bob" })).GetText("cursor"),
        });
        await story.Call("No such agent: not a wait for ever", new { agent = "bop" });
        await story.Call("Less than no time", new { agent = "bob", timeoutSeconds = -1 });
        await story.Call("A time that is no number", new { agent = "bob", timeoutSeconds = "30" });
        await story.Call("A time that is too large for a number", new { agent = "bob", timeoutSeconds = 99999999999 });
        await story.Call("A cursor of another list", new { agent = "bob", cursor = (await Call("list_agents")).GetText("cursor") });
        Approve(story, "wait_for_messages");
    }

    [Fact]
    public async Task A_wait_ends_after_its_time_and_not_before()
    {
        await Start("bob");
        long start = Stopwatch.GetTimestamp();
        ToolAnswer answer = await Call("wait_for_messages", new { agent = "bob", timeoutSeconds = 1 });
        Assert.True(answer.Get<bool>("timedOut"));
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.95, 5);
    }

    [Fact]
    public async Task A_wait_is_answered_by_a_post_over_another_connection()
    {
        await Start("alice", "bob");
        ContractConnection other = await Connect();
        for (int i = 0; i < 3; i++)
        {
            string cursor = (await Call("read_inbox", new { agent = "bob" })).GetText("cursor");
            PendingCall wait = await Server.StartCall("wait_for_messages", new { agent = "bob", cursor, timeoutSeconds = 60 });
            (await other.Call("log_message", new { from = "alice", to = "bob", content = $"{i}" })).Succeeded();
            ToolAnswer answer = await wait.Answer();
            Assert.Equal($"{i}", answer.GetText("messages.0.content"));
            Assert.False(answer.Get<bool>("timedOut"));
        }
    }

    [Fact]
    public async Task Many_waits_of_many_agents_are_each_answered_with_their_own_mail()
    {
        string[] agents = [.. Enumerable.Range(0, 12).Select(i => $"agent-{i}")];
        await Start(agents);
        PendingCall[] waits = await Task.WhenAll(agents.Select(agent => Server.StartCall("wait_for_messages", new { agent, timeoutSeconds = 60 })));
        await Call("log_message", new { from = agents[0], to = agents, content = "All of you." });
        foreach ((PendingCall wait, string agent) in waits.Zip(agents))
        {
            ToolAnswer answer = await wait.Answer();
            Assert.Equal(agent, answer.GetText("messages.0.to"));
            Assert.Equal(1, answer.At("messages").GetArrayLength());
        }
    }

    [Fact]
    public async Task A_wait_for_longer_than_any_clock_can_count_is_one_for_as_long_as_may_be()
    {
        await Start("alice", "bob");
        PendingCall wait = await Server.StartCall("wait_for_messages", new { agent = "bob", timeoutSeconds = 1e300 });
        await Post("alice", "bob", "one");
        Assert.Equal("one", (await wait.Answer()).GetText("messages.0.content"));
    }

    [Fact]
    public async Task A_cancelled_wait_ends_and_the_connection_goes_on()
    {
        await Start("alice", "bob");
        PendingCall wait = await Server.StartCall("wait_for_messages", new { agent = "bob", timeoutSeconds = 300 });
        await wait.Cancel();
        await Post("alice", "bob");
        Assert.Equal(1, (await Call("wait_for_messages", new { agent = "bob" })).GetNumber("unread"));
    }
}
