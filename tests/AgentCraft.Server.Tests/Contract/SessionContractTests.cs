using AgentCraft.Data.Storage;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary><c>start_session</c> and <c>end_session</c>.</summary>
public abstract class SessionContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task Start_session_answers_as_approved()
    {
        Story story = Tell("start_session");
        string id = (await story.Call("Opens a session", new { agent = "alice", type = "planner", metadata = new { goal = "ship" } })).GetText("agent.id");
        await story.Call("The next one joins it; metadata is for a new one only", new { agent = "bob", metadata = new { goal = "other" } });
        await Post("bob", "alice");
        await Post("bob", "alice");
        await story.Call("Again, by another spelling: the same session and agent, and the mail that waits", new { agent = "ALICE" });
        await story.Call("By id", new { agent = id });
        await story.Call("A new one although one is active", new { agent = "bob", forceNew = true });
        await story.Call("The project by its name", new { agent = "bob", project = "shop" });
        await story.Call("Another project must exist", new { agent = "bob", project = "shp" });
        await story.Call("A name that is none", new { agent = "../etc" });
        await story.Call("Half a path, half a device", new { agent = "con.txt" });
        await story.Call("The id of nobody", new { agent = "agent_carol_1763700000000" });
        await story.Call("A type that is none", new { agent = "carol", type = "Code Reviewer" });
        await story.Call("Metadata that is no object", new { agent = "carol", metadata = "goal: ship" });
        await story.Call("A secret in metadata", new { agent = "carol", metadata = new { github = new { token = "ghp_0123456789abcdef" } } });
        Approve(story, "start_session");
    }

    [Fact]
    public async Task End_session_answers_as_approved()
    {
        Story story = Tell("end_session");
        await Call("register_agent", new { name = "dave" });
        await Start("alice", "bob", "carol");
        await story.Call("Who is not the main agent leaves", new { agent = "bob", summary = "Wrote the parser." });
        await story.Call("Leaving twice changes nothing", new { agent = "bob", summary = "Wrote the parser." });
        await story.Call("The main agent ends it, with a hand-over", new { agent = "alice", summary = "Parser **done**.", createHandover = true });
        await story.Call("Ending twice changes nothing and returns the same hand-over", new { agent = "alice", summary = "Parser **done**.", createHandover = true });
        await story.Call("With another hand-over than before", new { agent = "alice", createHandover = new { title = "Other" } });
        await story.Call("It has ended for all", new { agent = "carol" });
        await story.Call("An agent that was never in one", new { agent = "dave" });
        await story.Call("No such session", new { agent = "alice", session = "session_0" });
        await story.Call("No such agent", new { agent = "alcie" });
        await story.Call("A hand-over that is no object", new { agent = "alice", createHandover = "yes" });
        await story.Call("A hand-over with a member too many", new { agent = "alice", createHandover = new { headline = "x" } });
        await story.Call("A hand-over with the wrong type", new { agent = "alice", createHandover = new { publish = "yes" } });
        Approve(story, "end_session");
    }

    [Fact]
    public async Task An_agent_that_moves_to_a_new_session_is_in_that_one_only_and_ending_twice_ends_one()
    {
        await Start("alice", "bob");
        string old = (await Call("start_session", new { agent = "bob" })).GetText("session.id");
        string moved = (await Call("start_session", new { agent = "alice", forceNew = true })).GetText("session.id");
        Assert.NotEqual(old, moved);

        Assert.Equal(moved, (await Call("end_session", new { agent = "alice" })).GetText("session.id"));
        ToolAnswer second = await Call("end_session", new { agent = "alice" });
        Assert.Equal(moved, second.GetText("session.id"));
        Assert.False(second.Get<bool>("changed"));

        ToolAnswer last = await Call("end_session", new { agent = "bob", summary = "last" });
        Assert.Equal(old, last.GetText("session.id"));
        Assert.True(last.Get<bool>("ended"));
        Assert.Equal("last", last.GetText("session.summary"));
    }

    [Fact]
    public async Task A_session_that_the_only_agent_has_left_for_a_new_one_is_over()
    {
        await Start("alice");
        string old = (await Call("start_session", new { agent = "alice" })).GetText("session.id");
        await Call("start_session", new { agent = "alice", forceNew = true });
        Assert.Equal("ended", (await Call("end_session", new { agent = "alice", session = old })).GetText("session.status"));
    }

    [Fact]
    public async Task Who_comes_back_can_hand_over_again()
    {
        await Start("alice", "bob");
        string first = (await Call("end_session", new { agent = "bob", createHandover = true })).GetText("handover.id");
        await Start("bob");
        ToolAnswer second = await Call("end_session", new { agent = "bob", createHandover = true });
        Assert.NotEqual(first, second.GetText("handover.id"));
        Assert.False(second.Get<bool>("handover.replayed"));
    }

    [Fact]
    public async Task A_summary_that_is_refused_leaves_no_hand_over()
    {
        await Start("alice");
        Refused("payload_too_large", await Call("end_session", new { agent = "alice", summary = new string('x', 70_000), createHandover = new { title = "T" } }));
        Refused("not_found", await Call("get_handover", new { id = "handover_1" }));
        Assert.False((await Call("list_agents", new { includeInactive = true })).Text.Contains("session-handover", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ending_releases_the_claims_of_the_caller_and_of_nobody_else()
    {
        await Start("alice", "bob");
        await Claim("alice", "src/**");
        await Claim("bob", "docs/*.md");
        Assert.Equal(2, (await Call("start_session", new { agent = "bob" })).At("claims").GetArrayLength());

        Assert.Equal(1, (await Call("end_session", new { agent = "bob" })).GetNumber("releasedClaims"));
        Assert.Equal(0, (await Call("end_session", new { agent = "bob" })).GetNumber("releasedClaims"));
        ToolAnswer brief = await Call("start_session", new { agent = "alice" });
        Assert.Equal("src/**", brief.GetText("claims.0.pattern"));
        Assert.Equal(1, brief.At("claims").GetArrayLength());
    }

    [Fact]
    public async Task Two_clients_that_start_at_once_are_in_one_session()
    {
        ContractConnection other = await Connect();
        ToolAnswer[] briefs = await Task.WhenAll(Server.Call("start_session", new { agent = "alice" }), other.Call("start_session", new { agent = "bob" }));
        Assert.Equal(briefs[0].GetText("session.id"), briefs[1].GetText("session.id"));
        Assert.Single(briefs, brief => brief.Get<bool>("isNew"));
    }

    // No tool of the core claims paths: the row is written as claim_paths will write it.
    private async Task Claim(string agent, string pattern)
    {
        await using Databases databases = OpenStore();
        await databases.Central.Write(c => c.Execute("""
            INSERT INTO claims (id, agent_seq, pattern, lease_boot_id, lease_boot_ms, lease_until, created_at)
            VALUES (@Id, (SELECT seq FROM agents WHERE name = @Agent), @Pattern, @BootId, @BootMs, @Until, @Now)
            """,
            new
            {
                Id = $"claim_{agent}",
                Agent = agent,
                Pattern = pattern,
                c.Time.BootId,
                BootMs = c.Time.BootMilliseconds + 300_000,
                Until = c.Time.Now + TimeSpan.FromMinutes(5),
                c.Time.Now,
            }));
    }
}
