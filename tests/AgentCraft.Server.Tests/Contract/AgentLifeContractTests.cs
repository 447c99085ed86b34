using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary><c>update_agent_status</c>, <c>get_agent</c>, <c>get_agent_tree</c> and <c>remove_agent</c>.</summary>
public abstract class AgentLifeContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task Update_agent_status_answers_as_approved()
    {
        await Start("alice", "bob");
        Story story = Tell("update_agent_status");
        await story.Call("My own", new { agent = "alice", status = "busy", currentTask = "Writing \"the\" parser 🎉" });
        await story.Call("The same again changes nothing", new { agent = "alice", status = "busy", currentTask = "Writing \"the\" parser 🎉" });
        await story.Call("Only the task: empty clears it", new { agent = "alice", currentTask = "" });
        await story.Call("Somebody else's", new { agent = "alice", name = "BOB", status = "paused" });
        await story.Call("Nothing to change", new { agent = "alice" });
        await story.Call("Removing is another tool", new { agent = "alice", status = "removed" });
        await story.Call("A status that is none", new { agent = "alice", status = "idle" });
        await story.Call("An unknown agent", new { agent = "alice", name = "bop", status = "busy" });
        await story.Call("An unknown caller", new { agent = "alcie", name = "bob", status = "busy" });
        await Call("remove_agent", new { agent = "alice", name = "bob" });
        await story.Call("One that was removed", new { agent = "alice", name = "bob", status = "active" });
        Approve(story, "update_agent_status");
    }

    [Fact]
    public async Task Get_agent_answers_as_approved()
    {
        await Call("register_agent", new { name = "lead" });
        string id = (await Call("register_agent", new { name = "Coder", type = "coder", parent = "lead", instruction = "Write.", capabilities = new[] { "c#" }, config = new { model = "opus" } })).GetText("id");
        await Call("add_agent_usage", new { agent = "Coder", tokens = 12, costUsd = "0.000000001", iterations = 1 });
        Story story = Tell("get_agent");
        await story.Call("By name, whatever its case", new { name = "coder" });
        await story.Call("By id", new { name = id });
        await story.Call("Nobody", new { name = "codr" });
        Approve(story, "get_agent");
    }

    [Fact]
    public async Task Get_agent_tree_answers_as_approved()
    {
        await Grow("lead", "coder<lead", "helper<coder", "tester<lead", "loner", "gone<lead", "boss<loner", "clerk<boss");
        await Call("add_agent_usage", new { agent = "helper", tokens = 7, costUsd = 0.25, iterations = 2 });
        await Call("add_agent_usage", new { agent = "gone", tokens = 1, costUsd = "0.000000001" });
        await Call("remove_agent", new { name = "gone" });
        await Call("remove_agent", new { name = "boss" });
        Story story = Tell("get_agent_tree");
        await story.Call("All of the project: who was removed is there only as a parent");
        string cursor = (await story.Call("Below one, a page of two", new { name = "LEAD", limit = 2 })).GetText("cursor");
        await story.Call("The next page", new { name = "lead", limit = 2, cursor });
        await story.Call("One level", new { name = "lead", levels = 1 });
        await story.Call("One that was removed, itself", new { name = "gone" });
        await story.Call("A cursor of another tree", new { limit = 2, cursor });
        await story.Call("Levels below nothing", new { name = "lead", levels = -1 });
        await story.Call("Both", new { name = "lead", project = "shop" });
        await story.Call("An unknown agent", new { name = "leda" });
        await story.Call("An unknown project", new { project = "shp" });
        Approve(story, "get_agent_tree");
    }

    [Fact]
    public async Task Remove_agent_answers_as_approved()
    {
        await Start("alice", "bob");
        await Post("bob", "alice");
        await Call("record_metric", new { agent = "bob", name = "x", value = 1 });
        Story story = Tell("remove_agent");
        await story.Call("It leaves its session", new { agent = "alice", name = "bob" });
        await story.Call("Removing it again changes nothing", new { agent = "alice", name = "bob" });
        await story.Call("What is only its own", new { agent = "alice", name = "bob", purge = true });
        await story.Call("Purging it again finds nothing", new { agent = "alice", name = "bob", purge = true });
        await story.Call("Oneself, the last of the session", new { agent = "alice", name = "alice" });
        await story.Call("Nobody", new { name = "carol" });
        await Call("create_handover", new { agent = "alice" });
        await story.Call("The keeper of everybody's hand-overs", new { name = "session-handover", purge = true });
        Approve(story, "remove_agent");
    }

    [Fact]
    public async Task Mail_of_a_removed_agent_stays_and_it_gets_no_more()
    {
        await Start("alice", "bob");
        await Post("bob", "alice", "before");
        await Post("alice", "bob", "unread");
        (await Call("remove_agent", new { name = "bob", purge = true })).Succeeded();
        Assert.Equal("before", (await Call("read_inbox", new { agent = "alice" })).GetText("messages.0.content"));
        Assert.Equal(2, (await Call("get_conversation", new { agentA = "alice", agentB = "bob" })).GetNumber("total"));
        Refused("not_found", await Call("log_message", new { from = "alice", to = "bob", content = "after" }));
        Assert.Equal(1, (await Call("list_agents")).GetNumber("total"));

        ToolAnswer back = await Call("register_agent", new { name = "BOB" });
        Assert.Equal("active", back.GetText("status"));
        Assert.Equal("unread", (await Call("read_inbox", new { agent = "bob" })).GetText("messages.0.content"));
    }

    [Fact]
    public async Task A_session_whose_main_agent_is_removed_goes_on_for_the_others_and_ends_with_the_last()
    {
        await Start("alice", "bob");
        (await Call("remove_agent", new { name = "alice" })).Succeeded();
        string session = (await Call("start_session", new { agent = "bob" })).GetText("session.id");
        (await Call("remove_agent", new { name = "bob" })).Succeeded();
        Assert.NotEqual(session, (await Call("start_session", new { agent = "carol" })).GetText("session.id"));
    }

    [Fact]
    public async Task A_tree_is_paged_in_its_order_while_it_grows_and_a_page_of_it_is_a_page_of_the_whole()
    {
        await Grow("a", "b<a", "c<b", "d<a", "e", "f<e");
        List<string> seen = [];
        string? cursor = null;
        for (bool more = true; more;)
        {
            ToolAnswer page = await Call("get_agent_tree", new { limit = 2, cursor });
            seen.AddRange(page.At("agents").EnumerateArray().Select(agent => agent.GetProperty("name").GetString()!));
            cursor = page.GetText("cursor");
            more = page.Get<bool>("hasMore");
            if (seen.Count == 2)
                await Grow("x<a", "y<f");
        }
        Assert.Equal(["a", "b", "c", "d", "x", "e", "f", "y"], seen);
    }

    [Fact]
    public async Task A_chain_of_two_hundred_can_be_read_from_any_place_and_never_made_a_ring()
    {
        await Grow([.. Enumerable.Range(0, 200).Select(i => i == 0 ? "a0" : $"a{i}<a{i - 1}")]);
        ToolAnswer tree = await Call("get_agent_tree", new { name = "a150", limit = 200 });
        Assert.Equal(Enumerable.Range(150, 50), tree.At("agents").EnumerateArray().Select(agent => agent.GetProperty("depth").GetInt32()));
        Refused("invalid_argument", await Call("register_agent", new { name = "a0", parent = "a199" }));
        (await Call("register_agent", new { name = "a100", parent = "a0" })).Succeeded();
        Assert.Equal(100, (await Call("get_agent", new { name = "a199" })).GetNumber("depth"));
    }

    [Fact]
    public async Task A_change_of_status_is_an_event_that_says_who_made_it_and_none_is_none()
    {
        await Start("alice", "bob");
        string before = StoreDump.Of(Root);
        (await Call("update_agent_status", new { agent = "alice", name = "bob", status = "active" })).Succeeded();
        Assert.Equal(before, StoreDump.Of(Root));
        (await Call("update_agent_status", new { agent = "alice", name = "bob", status = "paused" })).Succeeded();
        Assert.Contains("""agent_status_changed | agent | """, StoreDump.Of(Root), StringComparison.Ordinal);
        Assert.Contains("""{"from":"active","to":"paused","by":"alice"}""", StoreDump.Of(Root), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_comes_back_by_its_own_word_is_live_at_once()
    {
        await Start("alice");
        Assert.False((await Call("update_agent_status", new { agent = "alice", status = "inactive" })).Get<bool>("live"));
        Assert.True((await Call("update_agent_status", new { agent = "alice", status = "active" })).Get<bool>("live"));
    }

    private async Task Grow(params string[] agents)
    {
        foreach (string[] pair in agents.Select(agent => agent.Split('<')))
            (await Call("register_agent", new { name = pair[0], parent = pair.ElementAtOrDefault(1) })).Succeeded();
    }
}
