using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary><c>log_message</c> and <c>get_conversation</c>.</summary>
public abstract class MessageContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task Log_message_answers_as_approved()
    {
        await Start("alice", "bob", "carol");
        string bob = (await Call("register_agent", new { name = "bob" })).GetText("id");
        string alice = (await Call("register_agent", new { name = "alice" })).GetText("id");
        Story story = Tell("log_message");
        string first = (await story.Call("To one", new { from = "alice", to = "bob", content = "Is the parser done?", type = "request", importance = "high" }))
            .GetText("messages.0.id");
        await story.Call("The answer joins the thread; both by id", new { from = bob, to = alice, content = "Nearly.", responseTo = first });
        await story.Call("To several, one of them twice", new { from = "alice", to = new[] { "bob", "CAROL", "Bob" }, content = "Stand-up in 5." });
        await story.Call("To everybody else", new { from = "alice", to = "*", content = "Lunch 🎉", context = new { where = "kitchen", at = 12 } });
        await story.Call("With a key", new { from = "alice", to = "bob", content = "Once.", idempotencyKey = "k1" });
        await story.Call("Repeated with its key: nothing is sent", new { from = "alice", to = "bob", content = "Once.", idempotencyKey = "k1" });
        await story.Call("The key of another call", new { from = "alice", to = "bob", content = "Twice.", idempotencyKey = "k1" });
        await story.Call("To somebody unknown", new { from = "alice", to = "carrol", content = "?" });
        await story.Call("To several of whom one is unknown: nobody gets it", new { from = "alice", to = new[] { "bob", "dave" }, content = "?" });
        await story.Call("From somebody unknown", new { from = "alise", to = "bob", content = "?" });
        await story.Call("To nobody", new { from = "alice", to = Array.Empty<string>(), content = "?" });
        await story.Call("To a number", new { from = "alice", to = 5, content = "?" });
        await story.Call("To a list with a number", new { from = "alice", to = new object[] { "bob", 5 }, content = "?" });
        await story.Call("Nothing to say", new { from = "alice", to = "bob", content = " \n" });
        await story.Call("Nothing at all", new { });
        await story.Call("A type that is none", new { from = "alice", to = "bob", content = "?", type = "question" });
        await story.Call("An answer to nothing", new { from = "alice", to = "bob", content = "?", responseTo = "msg_0" });
        await story.Call("In no session", new { from = "alice", to = "bob", content = "?", session = "session_0" });
        await story.Call("A context that is no object", new { from = "alice", to = "bob", content = "?", context = new[] { 1 } });
        await story.Call("A secret in the context", new { from = "alice", to = "bob", content = "?", context = new { key = "sk-0123456789abcdef" } });
        await story.Call("A key that is empty", new { from = "alice", to = "bob", content = "?", idempotencyKey = "" });
        await story.Call("What a client may mistype", new { from = "alice", to = "bob", contents = "?" });
        Approve(story, "log_message");
    }

    [Fact]
    public async Task Get_conversation_answers_as_approved()
    {
        await Start("alice", "bob", "carol");
        Story story = Tell("get_conversation");
        await story.Call("Nothing said yet", new { agentA = "alice", agentB = "bob" });
        string first = await Post("alice", "bob", "one");
        string thread = (await Call("log_message", new { from = "bob", to = "alice", content = "two", responseTo = first })).GetText("messages.0.threadId");
        await Post("alice", "carol", "for carol");
        await Post("alice", "bob", "three");
        await Call("acknowledge_messages", new { agent = "bob", ids = new[] { first } });
        string cursor = (await story.Call("The newest first, a page of two", new { agentA = "alice", agentB = "bob", limit = 2 })).GetText("cursor");
        await story.Call("The next page", new { agentA = "alice", agentB = "bob", limit = 2, cursor });
        await story.Call("The oldest first, the names the other way round", new { agentA = "BOB", agentB = "alice", order = "asc", limit = 1 });
        await story.Call("A thread", new { agentA = "alice", threadId = thread, order = "asc" });
        await story.Call("Those who never talked", new { agentA = "bob", agentB = "carol" });
        await story.Call("Somebody unknown", new { agentA = "alice", agentB = "bop" });
        await story.Call("A thread that is none", new { agentA = "alice", threadId = "thread_0" });
        await story.Call("Both", new { agentA = "alice", agentB = "bob", threadId = thread });
        await story.Call("Neither", new { agentA = "alice" });
        await story.Call("An order that is none", new { agentA = "alice", agentB = "bob", order = "newest" });
        await story.Call("A cursor that is none", new { agentA = "alice", agentB = "bob", cursor = "page 2" });
        Approve(story, "get_conversation");
    }

    [Fact]
    public async Task A_cursor_of_another_conversation_or_direction_is_refused()
    {
        await Start("alice", "bob", "carol");
        await Post("alice", "bob");
        await Post("alice", "carol");
        string cursor = (await Call("get_conversation", new { agentA = "alice", agentB = "bob" })).GetText("cursor");

        Refused("invalid_cursor", await Call("get_conversation", new { agentA = "alice", agentB = "carol", cursor }));
        Refused("invalid_cursor", await Call("get_conversation", new { agentA = "alice", agentB = "bob", order = "asc", cursor }));
    }

    [Theory]
    [InlineData("asc")]
    [InlineData("desc")]
    public async Task Pages_stay_right_while_messages_are_added(string order)
    {
        await Start("alice", "bob");
        for (int i = 0; i < 7; i++)
            await Post(i % 2 == 0 ? "alice" : "bob", i % 2 == 0 ? "bob" : "alice", $"{i}");
        List<string> seen = [];
        string? cursor = null;
        for (bool more = true; more;)
        {
            ToolAnswer page = await Call("get_conversation", new { agentA = "alice", agentB = "bob", order, limit = 3, cursor });
            seen.AddRange(Contents(page));
            cursor = page.GetText("cursor");
            more = page.Get<bool>("hasMore") && seen.Count < 10;
            await Post("alice", "bob", "new");
        }
        string[] old = ["0", "1", "2", "3", "4", "5", "6"];
        Assert.Equal(order == "desc" ? old.Reverse() : old.Concat(["new", "new"]), seen);
    }

    [Fact]
    public async Task A_call_that_is_repeated_over_two_connections_at_once_posts_once()
    {
        await Start("alice", "bob");
        ContractConnection other = await Connect();
        for (int i = 0; i < 10; i++)
        {
            var call = new { from = "alice", to = "bob", content = $"{i}", idempotencyKey = $"key {i}" };
            ToolAnswer[] answers = await Task.WhenAll(Server.Call("log_message", call), other.Call("log_message", call), Server.Call("log_message", call));
            Assert.Single(answers, answer => !answer.Get<bool>("replayed"));
            Assert.Single(answers.Select(answer => answer.GetText("messages.0.id")).Distinct());
        }
        Assert.Equal(10, (await Call("read_inbox", new { agent = "bob" })).GetNumber("total"));
    }

    [Fact]
    public async Task A_thread_runs_through_conversations_and_counts_all_its_messages()
    {
        await Start("alice", "bob", "carol");
        ToolAnswer question = await Call("log_message", new { from = "alice", to = new[] { "bob", "carol" }, content = "Who?" });
        string thread = question.GetText("messages.0.threadId");
        Assert.Equal(thread, question.GetText("messages.1.threadId"));
        await Call("log_message", new { from = "carol", to = "alice", content = "I.", responseTo = question.GetText("messages.1.id") });
        await Call("log_message", new { from = "bob", to = "carol", content = "She.", responseTo = question.GetText("messages.0.id") });

        ToolAnswer page = await Call("get_conversation", new { agentA = "alice", threadId = thread, order = "asc", limit = 3 });
        Assert.Equal(["Who?", "Who?", "I."], Contents(page));
        Assert.Equal(4, page.GetNumber("total"));
        Assert.True(page.Get<bool>("hasMore"));
        Assert.Equal(["She."], Contents(await Call("get_conversation", new { agentA = "alice", threadId = thread, order = "asc", cursor = page.GetText("cursor") })));
    }

    [Fact]
    public async Task An_agent_can_write_to_itself()
    {
        await Start("alice");
        await Post("alice", "alice", "Do not forget.");
        Assert.Equal(1, (await Call("get_conversation", new { agentA = "alice", agentB = "alice" })).GetNumber("total"));
        Assert.Equal(1, (await Call("read_inbox", new { agent = "alice" })).GetNumber("unread"));
    }

    [Fact]
    public async Task Everybody_means_the_live_agents_of_the_session_and_is_refused_when_there_are_none()
    {
        await Call("register_agent", new { name = "outsider" });
        Refused("invalid_argument", await Call("log_message", new { from = "outsider", to = "*", content = "Hi" }));
        await Start("alice");
        Refused("not_found", await Call("log_message", new { from = "alice", to = "*", content = "Hi" }));
        await Start("bob", "carol");
        await Call("end_session", new { agent = "carol" });
        ToolAnswer posted = await Call("log_message", new { from = "alice", to = "*", content = "Hi" });
        Assert.Equal("bob", posted.GetText("messages.0.to"));
        Assert.Equal(1, posted.At("messages").GetArrayLength());
    }

    [Fact]
    public async Task Everybody_and_names_beside_it_get_one_row_each_in_one_thread_and_a_repeat_reaches_nobody_new()
    {
        await Call("register_agent", new { name = "outsider" });
        await Start("alice", "bob", "carol");
        var call = new { from = "alice", to = new[] { "bob", "*", "outsider", "OUTSIDER" }, content = "Hi", idempotencyKey = "k" };
        ToolAnswer posted = await Call("log_message", call);
        JsonElement[] rows = [.. posted.At("messages").EnumerateArray()];
        Assert.Equal(["bob", "carol", "outsider"], rows.Select(row => row.GetProperty("to").GetString()));
        Assert.Single(rows.Select(row => row.GetProperty("threadId").GetString()).Distinct());
        Assert.Equal(3, rows.Select(row => row.GetProperty("id").GetString()).Distinct().Count());

        await Start("dave");
        ToolAnswer again = await Call("log_message", call);
        Assert.True(again.Get<bool>("replayed"));
        Assert.Equal(rows.Select(row => row.GetProperty("id").GetString()), again.At("messages").EnumerateArray().Select(row => row.GetProperty("id").GetString()));
        Assert.Equal(0, (await Call("read_inbox", new { agent = "dave" })).GetNumber("total"));
    }

    [Fact]
    public async Task Everybody_is_not_who_was_removed_nor_who_is_in_another_session_and_one_removed_among_several_stops_all()
    {
        await Start("alice", "bob", "carol", "dave");
        (await Call("start_session", new { agent = "carol", forceNew = true })).Succeeded();
        (await Call("remove_agent", new { name = "dave" })).Succeeded();
        Assert.Equal(["bob"], (await Call("log_message", new { from = "alice", to = "*", content = "Hi" })).At("messages").EnumerateArray()
            .Select(row => row.GetProperty("to").GetString()));
        Refused("not_found", await Call("log_message", new { from = "alice", to = new[] { "bob", "dave" }, content = "?" }));
        Refused("not_found", await Call("log_message", new { from = "alice", to = new[] { "*", "dave" }, content = "?" }));
        Assert.Equal(1, (await Call("read_inbox", new { agent = "bob" })).GetNumber("total"));
    }

    [Fact]
    public async Task A_message_to_an_agent_in_no_session_waits_for_it()
    {
        await Start("alice");
        await Call("register_agent", new { name = "night" });
        await Post("alice", "night", "Take over.");
        ToolAnswer brief = await Call("start_session", new { agent = "night" });
        Assert.Equal(1, brief.GetNumber("unread"));
        Assert.Equal("Take over.", (await Call("wait_for_messages", new { agent = "night", cursor = brief.GetText("cursor") })).GetText("messages.0.content"));
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Text_comes_back_as_it_was_sent_and_all_of_it_can_be_seen(string text)
    {
        string shown = VisibleText.Of(text);
        await Start("alice", "bob");
        await Call("log_message", new { from = "alice", to = "bob", content = $"x{text}", context = new Dictionary<string, string> { [$"k{text}"] = text } });
        ToolAnswer inbox = await Call("read_inbox", new { agent = "bob" });
        Assert.Equal($"x{shown}", inbox.GetText("messages.0.content"));
        Assert.Equal(shown, inbox.At("messages.0.context").EnumerateObject().Single(member => member.Name == $"k{shown}").Value.GetString());
        Assert.Equal($"x{shown}", JsonElement.Parse(inbox.Text).GetProperty("messages")[0].GetProperty("content").GetString());
    }

    public static TheoryData<string> Texts => new(
        "🎉👩‍👩‍👧 é ß 漢字 \u202Eright to left\u202C \u200B\u200D\uFEFF zero width",
        "quotes \" ' ` backslashes \\ \\n \\u0041 slashes / </script>",
        "lines \n \r\n \t \u2028 \u2029 \u0085 \u000B controls \u0001 \u001F \u007F",
        "SQL '; DROP TABLE messages; -- % _ \\ {{title}} [Fill me in] $1 ${HOME}",
        "\uFFFD \uFFFE \uFFFF \U0010FFFF");

    private static IEnumerable<string> Contents(ToolAnswer page) =>
        page.At("messages").EnumerateArray().Select(message => message.GetProperty("content").GetString()!);
}
