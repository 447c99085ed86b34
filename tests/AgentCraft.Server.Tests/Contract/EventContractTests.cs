using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>The toolset <c>events</c>.</summary>
public abstract class EventContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task Log_event_answers_as_approved()
    {
        await Call("register_agent", new { name = "loner" });
        await Start("alice");
        await Call("create_project", new { agent = "alice", name = "web" });
        Story story = Tell("log_event");
        await story.Call("Everything", new { agent = "alice", type = "file_modified", entityType = "file", entityId = "src/a.cs", data = new { lines = 3, why = "a \"bug\" 🎉" }, project = "web" });
        await story.Call("Only a type, in no session", new { agent = "LONER", type = "check_completed" });
        await story.Call("With a key", new { agent = "alice", type = "x", idempotencyKey = "e1" });
        await story.Call("Repeated with its key", new { agent = "alice", type = "x", idempotencyKey = "e1" });
        await story.Call("The key of another call", new { agent = "alice", type = "y", idempotencyKey = "e1" });
        await story.Call("A blank type", new { agent = "alice", type = " " });
        await story.Call("A thing of no kind", new { agent = "alice", type = "x", entityId = "a" });
        await story.Call("A type as long as a novel", new { agent = "alice", type = new string('t', 101) });
        await story.Call("Data that is no object", new { agent = "alice", type = "x", data = "text" });
        await story.Call("A secret in data", new { agent = "alice", type = "x", data = new { apiKey = "hunter2" } });
        await story.Call("No such agent", new { agent = "alcie", type = "x" });
        await story.Call("No such session", new { agent = "alice", type = "x", session = "session_0" });
        await story.Call("No such project", new { agent = "alice", type = "x", project = "wep" });
        Approve(story, "log_event");
    }

    [Fact]
    public async Task List_events_answers_as_approved()
    {
        await Fill();
        Story story = Tell("list_events");
        string cursor = (await story.Call("The newest first, in pages", new { type = "check_completed", limit = 2 })).GetText("cursor");
        await story.Call("The next page", new { type = "check_completed", limit = 2, cursor });
        await story.Call("That cursor with another filter", new { type = "file_modified", limit = 2, cursor });
        await story.Call("That cursor in the other order", new { type = "check_completed", order = "asc", cursor });
        await story.Call("The oldest first", new { agent = "bob", type = "check_completed", order = "asc" });
        await story.Call("About a thing", new { entityType = "file", entityId = "a" });
        await story.Call("Of a project", new { project = "web", entityType = "file" });
        string id = (await Call("list_events", new { agent = "bob", limit = 1 })).GetText("events.0.id");
        await story.Call("Just one", new { id });
        await story.Call("Just one, but it is not the other's", new { id, agent = "alice" });
        await story.Call("No such event", new { id = "event_0" });
        await story.Call("None", new { type = "never" });
        await story.Call("Before there was any", new { until = "2001-01-01" });
        await story.Call("A range that nothing can lie in", new { since = "2026-01-02", until = "2026-01-01" });
        await story.Call("No time", new { since = "yesterday" });
        await story.Call("No such agent", new { agent = "bop" });
        await story.Call("No such project", new { project = "wep" });
        await story.Call("No such session", new { session = "session_0" });
        await story.Call("A limit of nothing", new { limit = 0 });
        Approve(story, "list_events");
    }

    [Fact]
    public async Task Summarize_events_answers_as_approved()
    {
        await Fill();
        Story story = Tell("summarize_events");
        await story.Call("All", new { });
        await story.Call("Of one agent", new { agent = "bob" });
        await story.Call("Of a type and a kind of thing", new { type = "check_completed", entityType = "file" });
        await story.Call("Of a project", new { project = "web" });
        await story.Call("Nothing yet", new { until = "2001-01-01" });
        await story.Call("No such agent", new { agent = "bop" });
        Approve(story, "summarize_events");
    }

    [Fact]
    public async Task Every_filter_selects_the_same_in_a_list_and_in_a_summary()
    {
        string session = await Fill();
        foreach ((object filter, int expected) in new (object, int)[]
        {
            (new { agent = "bob", type = "check_completed" }, 5), (new { entityType = "file", entityId = "a" }, 3), (new { entityId = "a" }, 4),
            (new { session, type = "file_modified" }, 1), (new { project = "web", type = "file_modified" }, 1), (new { type = "nothing" }, 0),
            (new { since = "2001-01-01", type = "check_completed" }, 5), (new { until = "2001-01-01", type = "check_completed" }, 0),
        })
        {
            ToolAnswer list = await Call("list_events", filter), summary = await Call("summarize_events", filter);
            Assert.Equal((expected, expected), (list.GetNumber("total"), list.At("events").GetArrayLength()));
            Assert.Equal(expected, summary.GetNumber("total"));
            Assert.Equal(expected, summary.At("byType").EnumerateArray().Sum(type => type.GetProperty("count").GetInt32()));
            Assert.Equal(expected, summary.At("byAgent").EnumerateArray().Sum(agent => agent.GetProperty("count").GetInt32()));
        }
    }

    [Theory, InlineData("asc"), InlineData("desc")]
    public async Task Pages_stay_right_while_events_are_added(string order)
    {
        await Fill();
        List<string> seen = [];
        string? cursor = null;
        do
        {
            ToolAnswer page = await Call("list_events", new { agent = "bob", type = "check_completed", since = "2001-01-01", order, limit = 2, cursor });
            seen.AddRange(page.At("events").EnumerateArray().Select(e => e.GetProperty("data").GetProperty("n").GetRawText()));
            cursor = page.At("hasMore").GetBoolean() ? page.GetText("cursor") : null;
            if (seen.Count < 6)
                (await Call("log_event", new { agent = "alice", type = "check_completed", data = new { n = 99 } })).Succeeded();
        }
        while (cursor is not null);
        string[] expected = ["0", "1", "2", "3", "4"];
        Assert.Equal(order == "asc" ? expected : [.. expected.Reverse()], seen);
    }

    [Fact]
    public async Task What_is_hostile_comes_back_as_it_was_and_is_called_untrusted()
    {
        await Start("alice");
        const string Hostile = "'; DROP TABLE session_events; -- \" % _ \\ 🎉 <script>";
        (await Call("log_event", new { agent = "alice", type = Hostile, entityType = Hostile, entityId = Hostile, data = new { a = Hostile } })).Succeeded();
        JsonElement found = (await Call("list_events", new { type = Hostile, entityType = Hostile, entityId = Hostile })).At("events.0");
        Assert.Equal((Hostile, Hostile), (found.GetProperty("type").GetString(), found.GetProperty("data").GetProperty("a").GetString()));
        Assert.True(found.GetProperty("untrusted").GetBoolean());
        Assert.Equal(1, (await Call("summarize_events", new { entityId = Hostile })).GetNumber("total"));
        Assert.Equal(0, (await Call("list_events", new { type = "%" })).GetNumber("total"));
    }

    /// <summary>Five checks of bob's, two of them about files, and two modified files, one in another project; returns the session.</summary>
    private async Task<string> Fill()
    {
        await Start("alice");
        string session = (await Call("start_session", new { agent = "bob" })).GetText("session.id");
        await Call("create_project", new { agent = "alice", name = "web" });
        for (int n = 0; n < 5; n++)
            (await Call("log_event", new { agent = "bob", type = "check_completed", entityType = n < 2 ? "file" : "rule", entityId = n < 3 ? "a" : "b", data = new { n } })).Succeeded();
        (await Call("log_event", new { agent = "alice", type = "file_modified", entityType = "file", entityId = "a" })).Succeeded();
        await Call("register_agent", new { name = "loner" });
        (await Call("log_event", new { agent = "loner", type = "file_modified", entityType = "file", entityId = "b", project = "web" })).Succeeded();
        return session;
    }
}
