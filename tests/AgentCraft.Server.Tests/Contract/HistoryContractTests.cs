using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary><c>append_history</c>, <c>get_history</c>, <c>search_history</c> and <c>summarize_history</c>.</summary>
public abstract class HistoryContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task Append_history_answers_as_approved()
    {
        await Call("register_agent", new { name = "alice" });
        Story story = Tell("append_history");
        await story.Call("In no session", new { agent = "alice", role = "user", content = "x" });
        await Start("alice");
        await story.Call("One", new { agent = "alice", role = "user", content = "Fix the parser. 🎉" });
        await story.Call("With tool calls, usage and cost", new
        {
            agent = "alice",
            role = "assistant",
            content = "Reading it.",
            toolCalls = new[] { new { name = "read_file", arguments = new { path = "src/parser.ts" } } },
            usage = new { input = 1200, output = 30, cacheRead = 5 },
            costUsd = "0.000000001",
        });
        await story.Call("Several", new
        {
            agent = "ALICE",
            entries = new object[]
            {
                new { role = "tool", toolResults = new[] { new { content = "let x" } } }, new { role = "assistant", content = "Done.", costUsd = 0.2, usage = new { output = 2 } },
            },
        });
        await story.Call("With a key", new { agent = "alice", role = "user", content = "x", idempotencyKey = "h1" });
        await story.Call("Repeated with its key", new { agent = "alice", role = "user", content = "x", idempotencyKey = "h1" });
        await story.Call("The key of another call", new { agent = "alice", role = "user", content = "y", idempotencyKey = "h1" });
        await story.Call("Neither", new { agent = "alice" });
        await story.Call("Both", new { agent = "alice", role = "user", content = "x", entries = new[] { new { role = "user", content = "y" } } });
        await story.Call("Content without a role", new { agent = "alice", content = "x" });
        await story.Call("None", new { agent = "alice", entries = Array.Empty<object>() });
        await story.Call("Nothing said", new { agent = "alice", role = "assistant", content = " " });
        await story.Call("A role that is none", new { agent = "alice", role = "system", content = "x" });
        await story.Call("Fewer tokens than none", new { agent = "alice", role = "user", content = "x", usage = new { input = -1 } });
        await story.Call("Tokens under a name that is none", new { agent = "alice", role = "user", content = "x", usage = new Dictionary<string, int> { ["in put"] = 1 } });
        await story.Call("A cost finer than a billionth", new { agent = "alice", role = "user", content = "x", costUsd = "0.0000000001" });
        await story.Call("A secret in a tool's arguments", new { agent = "alice", role = "assistant", toolCalls = new[] { new { name = "login", password = "hunter2" } } });
        await story.Call("No such session", new { agent = "alice", role = "user", content = "x", session = "session_0" });
        await story.Call("No such agent", new { agent = "alcie", role = "user", content = "x" });
        Approve(story, "append_history");
    }

    [Fact]
    public async Task Get_history_answers_as_approved()
    {
        await Call("register_agent", new { name = "bob" });
        await Start("alice");
        await Call("append_history", new
        {
            agent = "alice",
            entries = new object[]
            {
                new { role = "user", content = "Fix the parser." },
                new { role = "assistant", content = "Reading.", toolCalls = new[] { new { name = "read" } }, usage = new { input = 10, output = 2 }, costUsd = "0.25" },
                new { role = "tool", toolResults = new[] { new { text = "let x" } } },
            },
        });
        Story story = Tell("get_history");
        string cursor = (await story.Call("The newest first, a page of two", new { agent = "alice", limit = 2 })).GetText("cursor");
        string id = (await story.Call("The next page", new { agent = "alice", limit = 2, cursor })).GetText("entries.0.id");
        await story.Call("One by its id", new { agent = "alice", id });
        await story.Call("What called tools", new { agent = "alice", hasToolCalls = true, role = "assistant", order = "asc", since = "2020-01-01" });
        await story.Call("Of somebody who has none", new { agent = "bob" });
        await story.Call("A cursor of other filters", new { agent = "alice", role = "user", cursor });
        await story.Call("No such session", new { agent = "alice", session = "session_0" });
        Approve(story, "get_history");
    }

    [Fact]
    public async Task Search_history_answers_as_approved()
    {
        await Call("register_agent", new { name = "bob" });
        await Start("alice");
        Story story = Tell("search_history");
        await story.Call("Nothing said yet", new { agent = "alice", query = "parser" });
        await Call("append_history", new
        {
            agent = "alice",
            entries = new object[]
            {
                new { role = "user", content = "Is the *Pärser* in <b>src/parser.ts</b> done? 🎉" },
                new { role = "assistant", content = "Looking.", toolCalls = new[] { new { name = "read", arguments = new { path = "src/parser.ts" } } } },
                new { role = "tool", toolResults = new[] { new { text = "PARSER, parser, parser!" } } },
            },
        });
        string cursor = (await story.Call("The newest first, a page of two", new { agent = "alice", query = "parser", limit = 2 })).GetText("cursor");
        await story.Call("The next page", new { agent = "alice", query = "parser", limit = 2, cursor });
        await story.Call("The best first", new { agent = "alice", query = "parser", order = "rank", limit = 1 });
        await story.Call("A phrase and who said it", new { agent = "alice", query = "\"the parser\" don*", role = "user", since = "2020-01-01" });
        await story.Call("Found nowhere", new { agent = "alice", query = "parsers" });
        await story.Call("In somebody else's", new { agent = "bob", query = "parser" });
        await story.Call("No words", new { agent = "alice", query = "🎉 !" });
        await story.Call("A cursor of another search", new { agent = "alice", query = "lexer", cursor });
        await story.Call("No such session", new { agent = "alice", query = "parser", session = "session_0" });
        Approve(story, "search_history");
    }

    [Fact]
    public async Task Summarize_history_answers_as_approved()
    {
        await Call("register_agent", new { name = "bob" });
        await Call("append_history", new { agent = "bob", role = "user", content = "In no session.", costUsd = "0.1" });
        string session = (await Call("start_session", new { agent = "bob" })).GetText("session.id");
        foreach (string role in new[] { "user", "assistant", "assistant" })
            await Call("append_history", new { agent = "bob", role, content = "x", costUsd = "0.1", usage = new { input = 100, output = 7 } });
        await Call("start_session", new { agent = "alice" });
        Story story = Tell("summarize_history");
        await story.Call("All", new { agent = "bob" });
        await story.Call("One session", new { agent = "bob", session });
        string cursor = (await story.Call("The first session", new { agent = "bob", limit = 1 })).GetText("cursor");
        await story.Call("The next", new { agent = "bob", limit = 1, cursor });
        await story.Call("Nothing yet", new { agent = "alice" });
        await story.Call("No such session", new { agent = "bob", session = "session_0" });
        Approve(story, "summarize_history");
    }

    [Fact]
    public async Task Appending_history_adds_nothing_to_the_agent_s_totals()
    {
        await Start("alice");
        (await Call("append_history", new { agent = "alice", role = "user", content = "x", costUsd = 5, usage = new { input = 1000 } })).Succeeded();
        ToolAnswer agent = await Call("get_agent", new { name = "alice" });
        Assert.Equal((0, 0m), (agent.GetNumber("tokens"), agent.Get<decimal>("costUsd")));
        Assert.Equal(5m, (await Call("summarize_history", new { agent = "alice" })).Get<decimal>("costUsd"));
    }

    [Fact]
    public async Task All_of_several_are_appended_or_none()
    {
        await Start("alice");
        await Call("append_history", new { agent = "alice", role = "user", content = "x" });
        string before = StoreDump.Of(Root);
        Refused("invalid_argument", await Call("append_history", new { agent = "alice", entries = new[] { new { role = "user", content = "x" }, new { role = "user", content = "" } } }));
        Refused("payload_too_large", await Call("append_history", new { agent = "alice", entries = new[] { new { role = "user", content = "x" }, new { role = "user", content = new string('x', 1 << 21) } } }));
        Refused("invalid_argument", await Call("append_history", new { agent = "alice", entries = Enumerable.Range(0, 101).Select(_ => new { role = "user", content = "x" }) }));
        Assert.Equal(before, StoreDump.Of(Root));
        Assert.Equal(100, (await Call("append_history", new { agent = "alice", entries = Enumerable.Range(0, 100).Select(_ => new { role = "user", content = "x" }) })).At("ids").GetArrayLength());
    }
}
