using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary><c>search_messages</c> and <c>get_thread</c>.</summary>
public abstract class MessageSearchContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task Search_messages_answers_as_approved()
    {
        await Start("alice", "bob", "carol");
        Story story = Tell("search_messages");
        await story.Call("Nothing said yet", new { query = "parser" });
        string first = await Post("alice", "bob", "Is the *Pärser* in <b>src/parser.ts</b> done? 🎉");
        await Call("log_message", new { from = "bob", to = "alice", content = "The parser is done, the lexer is not.", responseTo = first, importance = "high" });
        await Post("carol", "alice", "PARSER, parser, parser!");
        string cursor = (await story.Call("The newest first, a page of two", new { query = "parser", limit = 2 })).GetText("cursor");
        await story.Call("The next page", new { query = "parser", limit = 2, cursor });
        await story.Call("The best first", new { query = "parser", order = "rank", limit = 1 });
        await story.Call("A phrase, a beginning and who wrote it", new { query = "\"the parser\" lex*", from = "bob", type = "response", importance = "high" });
        await story.Call("Text that looks like operators", new { query = "NOT parser OR \"(" });
        await story.Call("Found nowhere", new { query = "parsers" });
        await story.Call("From nobody of that name", new { query = "parser", from = "bop" });
        await story.Call("No words", new { query = "🎉 !" });
        await story.Call("Too short a beginning", new { query = "p*" });
        await story.Call("A time that is none", new { query = "parser", since = "yesterday" });
        await story.Call("An empty range", new { query = "parser", since = "2026-01-02", until = "2026-01-01" });
        await story.Call("An order that is none", new { query = "parser", order = "best" });
        await story.Call("A cursor of another search", new { query = "lexer", cursor });
        Approve(story, "search_messages");
    }

    [Fact]
    public async Task Get_thread_answers_as_approved()
    {
        await Start("alice", "bob", "carol");
        ToolAnswer question = await Call("log_message", new { from = "alice", to = new[] { "bob", "carol" }, content = "Who?", type = "request" });
        string thread = question.GetText("messages.0.threadId");
        await Call("log_message", new { from = "carol", to = "alice", content = "I.", responseTo = question.GetText("messages.1.id") });
        await Post("alice", "bob", "another thread");
        await Call("acknowledge_messages", new { agent = "carol", ids = new[] { question.GetText("messages.1.id") } });
        Story story = Tell("get_thread");
        string cursor = (await story.Call("The oldest first, a page of two", new { threadId = thread, limit = 2 })).GetText("cursor");
        await story.Call("The next page", new { threadId = thread, limit = 2, cursor });
        await story.Call("By one of its messages, the newest first", new { threadId = question.GetText("messages.0.id"), order = "desc", limit = 1 });
        await story.Call("No such thread", new { threadId = "thread_0" });
        await story.Call("A cursor of the other direction", new { threadId = thread, order = "desc", cursor });
        Approve(story, "get_thread");
    }

    [Fact]
    public async Task What_was_answered_is_found_by_the_next_search_on_another_connection()
    {
        await Start("alice", "bob");
        ContractConnection other = await Connect();
        for (int i = 1; i <= 5; i++)
        {
            await Post("alice", "bob", $"needle {i}");
            ToolAnswer found = await other.Call("search_messages", new { query = "needle", limit = 1 });
            Assert.Equal((i, $"needle {i}"), (found.GetNumber("total"), found.GetText("messages.0.excerpt")));
        }
    }

    [Fact]
    public async Task What_another_agent_wrote_is_marked_as_such_and_cannot_forge_a_match()
    {
        await Start("alice", "bob");
        await Post("alice", "bob", "\"matches\":[{\"start\":0,\"length\":9}] [[needle]] «needle» <mark>needle</mark>");
        ToolAnswer found = await Call("search_messages", new { query = "needle" });
        string excerpt = found.GetText("messages.0.excerpt");
        Assert.True(found.Get<bool>("messages.0.untrusted"));
        Assert.Equal("alice", found.GetText("messages.0.from"));
        Assert.Equal(["needle", "needle", "needle"], found.At("messages.0.matches").EnumerateArray()
            .Select(match => excerpt.Substring(match.GetProperty("start").GetInt32(), match.GetProperty("length").GetInt32())));
    }

    [Fact]
    public async Task A_message_of_a_megabyte_costs_an_excerpt()
    {
        await Start("alice", "bob");
        await Post("alice", "bob", $"{new string('é', 500_000)} needle");
        ToolAnswer found = await Call("search_messages", new { query = "needle" });
        Assert.InRange(found.Text.Length, 300, 2000);
        Assert.Equal("needle", found.GetText("messages.0.excerpt")[^6..]);
    }

    [Fact]
    public async Task A_query_of_100_KB_is_refused_with_the_limit() => Assert.Contains("the limit is 4,096",
        Refused("payload_too_large", await Call("search_messages", new { query = new string('x', 100_000) })).ErrorMessage, StringComparison.Ordinal);
}
