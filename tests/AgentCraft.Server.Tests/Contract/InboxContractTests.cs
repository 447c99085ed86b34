using System.Buffers.Text;
using System.Text;
using AgentCraft.Data;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary><c>read_inbox</c> and <c>acknowledge_messages</c>.</summary>
public abstract class InboxContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task Read_inbox_answers_as_approved()
    {
        await Start("alice", "bob");
        Story story = Tell("read_inbox");
        string empty = (await story.Call("Empty for sure, with a cursor", new { agent = "bob" })).GetText("cursor");
        await Call("log_message", new { from = "alice", to = "bob", content = "one", type = "request", context = new { line = 7 } });
        await Post("alice", "bob", "two");
        await Post("alice", "bob", "three");
        string cursor = (await story.Call("The oldest first, a page of two", new { agent = "BOB", limit = 2 })).GetText("cursor");
        await story.Call("The next page", new { agent = "bob", cursor });
        await story.Call("From the cursor of the empty inbox", new { agent = "bob", cursor = empty, limit = 1 });
        await Call("acknowledge_messages", new { agent = "bob", upTo = cursor });
        await story.Call("Without what was acknowledged", new { agent = "bob" });
        await story.Call("No such agent is no empty inbox", new { agent = "bpb" });
        await story.Call("No page", new { agent = "bob", limit = -1 });
        await story.Call("A page of everything is cut", new { agent = "bob", limit = 100_000 });
        await story.Call("A cursor of another store", new { agent = "bob", cursor = OfAnotherStore(cursor) });
        Approve(story, "read_inbox");
    }

    [Fact]
    public async Task Acknowledge_messages_answers_as_approved()
    {
        await Start("alice", "bob");
        string one = await Post("alice", "bob", "one"), two = await Post("alice", "bob", "two"), three = await Post("alice", "bob", "three");
        string other = await Post("bob", "alice", "other");
        Story story = Tell("acknowledge_messages");
        await story.Call("Not by the sender", new { agent = "alice", ids = new[] { one } });
        await story.Call("All or nothing: one is not the caller's", new { agent = "bob", ids = new[] { one, other } });
        await story.Call("All or nothing: one does not exist", new { agent = "bob", ids = new[] { one, "msg_0" } });
        await story.Call("By ids, one of them twice", new { agent = "bob", ids = new[] { one, one } });
        await story.Call("Again: nothing changes", new { agent = "bob", ids = new[] { one } });
        string upTo = (await Call("read_inbox", new { agent = "bob", limit = 1 })).GetText("cursor");
        await story.Call("Up to a cursor, which is the second message", new { agent = "bob", upTo });
        await story.Call("Again: nothing changes", new { agent = "bob", upTo });
        await story.Call("Neither", new { agent = "bob" });
        await story.Call("Both", new { agent = "bob", ids = new[] { two }, upTo });
        await story.Call("No ids", new { agent = "bob", ids = Array.Empty<string>() });
        await story.Call("No such agent", new { agent = "bbo", ids = new[] { three } });
        await story.Call("A cursor of another list", new { agent = "bob", upTo = (await Call("list_agents")).GetText("cursor") });
        Approve(story, "acknowledge_messages");
        Assert.Equal("three", (await Call("read_inbox", new { agent = "bob" })).GetText("messages.0.content"));
    }

    [Fact]
    public async Task Reading_never_consumes_and_answering_does_not_acknowledge()
    {
        await Start("alice", "bob");
        string question = await Post("alice", "bob", "?");
        for (int i = 0; i < 3; i++)
            Assert.Equal(1, (await Call("read_inbox", new { agent = "bob" })).GetNumber("unread"));
        await Call("wait_for_messages", new { agent = "bob" });
        await Call("get_conversation", new { agentA = "bob", agentB = "alice" });
        await Call("log_message", new { from = "bob", to = "alice", content = "!", responseTo = question });
        Assert.Equal(question, (await Call("read_inbox", new { agent = "bob" })).GetText("messages.0.id"));
    }

    [Fact]
    public async Task Acknowledging_up_to_a_cursor_leaves_what_came_after_it()
    {
        await Start("alice", "bob");
        await Post("alice", "bob", "seen");
        string upTo = (await Call("read_inbox", new { agent = "bob" })).GetText("cursor");
        await Post("alice", "bob", "not seen");
        ToolAnswer done = await Call("acknowledge_messages", new { agent = "bob", upTo });
        Assert.Equal((1L, 1L), (done.GetNumber("changed"), done.GetNumber("unread")));
        Assert.Equal("not seen", (await Call("read_inbox", new { agent = "bob" })).GetText("messages.0.content"));
    }

    [Fact]
    public async Task The_cursor_of_a_start_and_of_an_empty_inbox_acknowledge_nothing()
    {
        await Start("alice", "bob");
        string start = (await Call("start_session", new { agent = "bob" })).GetText("cursor");
        string empty = (await Call("read_inbox", new { agent = "bob" })).GetText("cursor");
        await Post("alice", "bob");
        Assert.Equal(0, (await Call("acknowledge_messages", new { agent = "bob", upTo = start })).GetNumber("changed"));
        Assert.Equal(0, (await Call("acknowledge_messages", new { agent = "bob", upTo = empty })).GetNumber("changed"));
    }

    [Fact]
    public async Task Pages_stay_right_while_messages_come_and_are_acknowledged()
    {
        await Start("alice", "bob");
        List<string> ids = [];
        for (int i = 0; i < 6; i++)
            ids.Add(await Post("alice", "bob", $"{i}"));
        ToolAnswer first = await Call("read_inbox", new { agent = "bob", limit = 2 });
        await Call("acknowledge_messages", new { agent = "bob", ids = new[] { ids[0], ids[2] } });
        await Post("alice", "bob", "6");
        ToolAnswer rest = await Call("read_inbox", new { agent = "bob", cursor = first.GetText("cursor") });
        Assert.Equal(["3", "4", "5", "6"], rest.At("messages").EnumerateArray().Select(m => m.GetProperty("content").GetString()));
        Assert.Equal((5L, 7L), (rest.GetNumber("unread"), rest.GetNumber("total")));
    }

    private static string OfAnotherStore(string cursor) =>
        new Cursor(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split(':')[0], "another", 0).ToString();
}
