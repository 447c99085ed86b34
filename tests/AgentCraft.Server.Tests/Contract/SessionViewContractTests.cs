using AgentCraft.Data.Storage;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary><c>list_sessions</c>, <c>get_session</c> and <c>archive_sessions</c>.</summary>
public abstract class SessionViewContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task List_sessions_answers_as_approved()
    {
        Story story = Tell("list_sessions");
        await story.Call("None yet");
        await Start("alice", "bob");
        await Call("end_session", new { agent = "alice", summary = "Parser **done**." });
        (await Call("create_project", new { agent = "alice", name = "web" })).Succeeded();
        (await Call("start_session", new { agent = "bob", project = "web" })).Succeeded();
        await Start("alice", "carol");
        string cursor = (await story.Call("The latest opened first, a page of two", new { limit = 2 })).GetText("cursor");
        await story.Call("The next page", new { limit = 2, cursor });
        await story.Call("Those that an agent is or was in, the oldest first", new { agent = "BOB", order = "asc" });
        await story.Call("Of a project, with a status", new { project = "shop", status = "ended" });
        await story.Call("Opened in a time when none was", new { until = "2020-01-01" });
        await story.Call("A cursor of the other order", new { order = "asc", cursor });
        await story.Call("No such project", new { project = "wbe" });
        await story.Call("No such agent", new { agent = "bop" });
        await story.Call("A status that is none", new { status = "over" });
        Approve(story, "list_sessions");
    }

    [Fact]
    public async Task Get_session_answers_as_approved()
    {
        (await Call("register_agent", new { name = "dave" })).Succeeded();
        await Start("alice", "bob", "carol");
        string session = (await Call("start_session", new { agent = "alice" })).GetText("session.id");
        (await Call("log_message", new { from = "alice", to = "*", content = "Who takes the parser?" })).Succeeded();
        await Post("bob", "alice", "I.");
        foreach (int value in new[] { 3, 5 })
            (await Call("record_metric", new { agent = "bob", name = "tests_passed", value, unit = "tests" })).Succeeded();
        (await Call("end_session", new { agent = "carol" })).Succeeded();
        Story story = Tell("get_session");
        await story.Call("The caller's current one", new { agent = "alice", limit = 2 });
        (await Call("end_session", new { agent = "alice", summary = "done" })).Succeeded();
        await story.Call("By id, when it is over", new { session, limit = 1 });
        await story.Call("The caller's last one, when it is in none", new { agent = "carol", limit = 1 });
        await story.Call("Never in any", new { agent = "dave" });
        await story.Call("No such session", new { session = "session_0" });
        await story.Call("No such agent", new { agent = "alcie" });
        Approve(story, "get_session");
    }

    [Fact]
    public async Task Archive_sessions_answers_as_approved()
    {
        await EndSessions(3);
        await Start("alice");
        await Age("(SELECT min(seq) FROM sessions)", "2020-01-01T00:00:00.000Z");
        Story story = Tell("archive_sessions");
        await story.Call("What ended longer ago than the setting says", new { agent = "alice" });
        await story.Call("Again: nothing is left to archive", new { agent = "alice" });
        await story.Call("Of another project", new { agent = "alice", before = "2100-01-01", project = "shp" });
        await story.Call("All that have ended", new { agent = "alice", before = "2100-01-01", project = "shop" });
        await story.Call("A moment that is none", new { agent = "alice", before = "last week" });
        await story.Call("By nobody known", new { agent = "alcie" });
        Approve(story, "archive_sessions");
    }

    [Fact]
    public async Task What_is_archived_can_be_listed_and_read_and_what_is_active_stays()
    {
        string[] ended = await EndSessions(3);
        await Start("alice");
        await Post("alice", "alice", "still here");
        Assert.Equal(3, (await Call("archive_sessions", new { agent = "alice", before = "2100-01-01" })).GetNumber("archived"));
        Assert.Equal(3, (await Call("list_sessions", new { status = "archived" })).GetNumber("total"));
        Assert.Equal(1, (await Call("list_sessions", new { status = "active" })).GetNumber("total"));
        foreach (string id in ended)
        {
            ToolAnswer session = await Call("get_session", new { session = id });
            Assert.Equal(("archived", $"summary of {id}"), (session.GetText("session.status"), session.GetText("session.summary")));
            Assert.False((await Call("end_session", new { agent = "alice", session = id })).Get<bool>("changed"));
        }
        Assert.Equal("active", (await Call("get_session", new { agent = "alice" })).GetText("session.status"));
    }

    [Fact]
    public async Task Pages_of_sessions_stay_right_while_others_are_opened()
    {
        string[] ended = await EndSessions(7);
        List<string> seen = [];
        string? cursor = null;
        bool more = true;
        while (more)
        {
            ToolAnswer page = await Call("list_sessions", new { limit = 2, cursor });
            seen.AddRange(page.At("sessions").EnumerateArray().Select(session => session.GetProperty("id").GetString()!));
            (cursor, more) = (page.GetText("cursor"), page.Get<bool>("hasMore"));
            (await Call("start_session", new { agent = "alice", forceNew = true })).Succeeded();
        }
        Assert.Equal(ended.Reverse(), seen);
    }

    [Fact]
    public async Task A_long_summary_is_cut_in_a_list_and_whole_in_the_session()
    {
        string summary = string.Concat(Enumerable.Repeat("🎉é", 10_000));
        await Start("alice");
        (await Call("end_session", new { agent = "alice", summary })).Succeeded();
        Assert.Equal(summary[..750], (await Call("list_sessions")).GetText("sessions.0.summary"));
        Assert.Equal(summary, (await Call("get_session", new { agent = "alice" })).GetText("session.summary"));
    }

    /// <summary>Opens and ends sessions one after the other; each has a summary that names it.</summary>
    private async Task<string[]> EndSessions(int count)
    {
        string[] ids = new string[count];
        for (int i = 0; i < count; i++)
        {
            ids[i] = (await Call("start_session", new { agent = "alice" })).GetText("session.id");
            (await Call("end_session", new { agent = "alice", summary = $"summary of {ids[i]}" })).Succeeded();
        }
        return ids;
    }

    private async Task Age(string seq, string endedAt)
    {
        await using Databases databases = OpenStore();
        await databases.Central.Write(c => c.Execute($"UPDATE sessions SET ended_at = @EndedAt WHERE seq = {seq}", new { EndedAt = endedAt }));
    }
}
