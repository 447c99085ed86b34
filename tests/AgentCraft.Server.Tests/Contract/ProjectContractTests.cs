using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>The toolset <c>projects</c>.</summary>
public abstract class ProjectContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task Create_project_answers_as_approved()
    {
        await Start("alice");
        Story story = Tell("create_project");
        await story.Call("With everything", new
        {
            agent = "alice",
            name = "web",
            description = "The \"web\" 🎉",
            path = "/srv/web",
            promptPath = "PROMPT.md",
            settings = new { budget = 50.00, maxIterations = 100, model = "opus" },
        });
        await story.Call("The name is taken", new { agent = "alice", name = "web" });
        await story.Call("With a key", new { agent = "alice", name = "kept", settings = new { budget = "0.1" }, idempotencyKey = "p1" });
        await story.Call("Repeated with its key", new { agent = "alice", name = "kept", settings = new { budget = "0.1" }, idempotencyKey = "p1" });
        await story.Call("The key of another call", new { agent = "alice", name = "other", idempotencyKey = "p1" });
        await story.Call("No name", new { agent = "alice" });
        await story.Call("A blank name", new { agent = "alice", name = " " });
        await story.Call("A name like an id", new { agent = "alice", name = "project_1" });
        await story.Call("A budget that is none", new { agent = "alice", name = "x", settings = new { budget = "much" } });
        await story.Call("A budget finer than can be kept", new { agent = "alice", name = "x", settings = new { budget = "0.0000000001" } });
        await story.Call("Half an iteration", new { agent = "alice", name = "x", settings = new { maxIterations = 0.5 } });
        await story.Call("A secret", new { agent = "alice", name = "x", settings = new { apiKey = "hunter2" } });
        await story.Call("An unknown caller", new { agent = "alcie", name = "x" });
        Approve(story, "create_project");
    }

    [Fact]
    public async Task A_project_can_be_made_before_anybody_has_registered_and_once_by_its_key()
    {
        var arguments = new { name = "web", idempotencyKey = "k" };
        ToolAnswer made = await Call("create_project", arguments);
        Assert.False(made.At("project").TryGetProperty("createdBy", out _));
        ToolAnswer again = await Call("create_project", arguments);
        Assert.True(again.Get<bool>("replayed"));
        Assert.Equal(made.GetText("project.id"), again.GetText("project.id"));
        Assert.Equal("web", (await Call("start_session", new { agent = "alice", project = "web" })).GetText("session.project"));
    }

    [Fact]
    public async Task Update_project_answers_as_approved()
    {
        await Start("alice");
        await Call("create_project", new { agent = "alice", name = "web", description = "Old" });
        Story story = Tell("update_project");
        await story.Call("It starts", new { agent = "alice", project = "web", status = "running" });
        await story.Call("It runs already", new { agent = "alice", project = "web", status = "running" });
        await story.Call("It is over", new { agent = "alice", project = "web", status = "completed" });
        await story.Call("What is over can only run again", new { agent = "alice", project = "web", status = "paused" });
        await story.Call("It runs again, with texts and limits", new { agent = "alice", project = "web", status = "running", description = "", promptPath = "P.md", settings = new { maxIterations = 2 } });
        await story.Call("Iterations of its own", new { agent = "alice", project = "web", addIterations = 2 });
        await story.Call("One too many, once, by its key", new { agent = "alice", project = "web", addIterations = 1, idempotencyKey = "u" });
        await story.Call("Repeated with its key", new { agent = "alice", project = "web", addIterations = 1, idempotencyKey = "u" });
        await story.Call("Another name", new { agent = "alice", project = "web", name = "site" });
        await story.Call("A name that is taken", new { agent = "alice", project = "site", name = "shop" });
        await story.Call("The root's own", new { agent = "alice", description = "Shop" });
        await story.Call("Nothing to change", new { agent = "alice" });
        await story.Call("Fewer iterations", new { agent = "alice", addIterations = -1 });
        await story.Call("A state that is none", new { agent = "alice", status = "done" });
        await story.Call("No such project", new { agent = "alice", project = "sight", status = "running" });
        Approve(story, "update_project");
    }

    [Fact]
    public async Task List_projects_answers_as_approved()
    {
        await Start("alice");
        foreach (string name in new[] { "web", "app", "docs" })
            await Call("create_project", new { agent = "alice", name });
        await Call("update_project", new { agent = "alice", project = "app", status = "running" });
        Story story = Tell("list_projects");
        await story.Call("All");
        await story.Call("By status", new { status = "running" });
        string cursor = (await story.Call("A page of one, the newest first", new { status = "created", order = "desc", limit = 1 })).GetText("cursor");
        await story.Call("The next page", new { status = "created", order = "desc", limit = 1, cursor });
        await story.Call("Its cursor in the other order", new { limit = 1, cursor });
        await story.Call("Made in the last century", new { createdAfter = "1900-01-01", createdBefore = "2000-01-01T00:00:00+01:00" });
        await story.Call("No time", new { createdAfter = "yesterday" });
        await story.Call("A day that is none", new { createdBefore = "2026-02-30" });
        Approve(story, "list_projects");
    }

    [Fact]
    public async Task Get_project_answers_as_approved()
    {
        Story story = Tell("get_project");
        await story.Call("Before anybody came there is none, and looking makes none");
        await Start("alice");
        string id = (await story.Call("The root's own")).GetText("id");
        await story.Call("By id", new { project = id });
        await story.Call("No such project", new { project = "shpo" });
        Approve(story, "get_project");
    }

    [Fact]
    public async Task Get_project_stats_answers_as_approved()
    {
        await Fill();
        Story story = Tell("get_project_stats");
        await story.Call("One", new { project = "web" });
        await story.Call("All together");
        await story.Call("No such project", new { project = "wep" });
        Approve(story, "get_project_stats");
    }

    [Fact]
    public async Task Delete_project_answers_as_approved()
    {
        await Fill();
        Story story = Tell("delete_project");
        await story.Call("What would go", new { agent = "alice", project = "web" });
        await story.Call("Another name does not confirm it", new { agent = "alice", project = "web", confirm = "WEB" });
        await story.Call("It goes", new { agent = "alice", project = "web", confirm = "web" });
        await story.Call("It is gone", new { agent = "alice", project = "web", confirm = "web" });
        await story.Call("The root's own, by one of its agents", new { agent = "alice", project = "shop", confirm = "shop" });
        await story.Call("It is gone, too, and not made again by asking", new { project = "shop" });
        Approve(story, "delete_project");
        Assert.Equal("shop", (await Call("start_session", new { agent = "alice" })).GetText("session.project"));
        Assert.Equal(1, (await Call("get_project_stats", new { project = "shop" })).GetNumber("agents.active"));
    }

    [Fact]
    public async Task Without_the_name_nothing_changes()
    {
        await Fill();
        string before = StoreDump.Of(Root);
        Assert.False((await Call("delete_project", new { agent = "alice", project = "web" })).Get<bool>("deleted"));
        foreach (string confirm in new[] { "", "Web", "web ", "yes", "true", "shop", (await Call("get_project", new { project = "web" })).GetText("id") })
            Refused("invalid_argument", await Call("delete_project", new { agent = "alice", project = "web", confirm }));
        Assert.Equal(before, StoreDump.Of(Root));
    }

    [Fact]
    public async Task What_was_announced_is_what_goes()
    {
        await Fill();
        ToolAnswer announced = await Call("delete_project", new { project = "web" });
        ToolAnswer gone = await Call("delete_project", new { project = "web", confirm = "web" });
        Assert.Equal(announced.At("removes").GetRawText(), gone.At("removes").GetRawText());
        Assert.Equal(announced.GetNumber("messagesWithOthers"), gone.GetNumber("messagesWithOthers"));
        Assert.DoesNotContain("| web |", StoreDump.Of(Root), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counts_of_who_stays_are_right_after_a_project_with_which_it_talked_is_gone()
    {
        await Fill();
        Assert.Equal(3, (await Call("read_inbox", new { agent = "alice" })).GetNumber("unread"));
        (await Call("delete_project", new { agent = "alice", project = "web", confirm = "web" })).Succeeded();
        ToolAnswer inbox = await Call("read_inbox", new { agent = "alice" });
        Assert.Equal((1, 1, 1), (inbox.GetNumber("unread"), inbox.GetNumber("total"), inbox.At("messages").GetArrayLength()));
        Assert.Equal("bob", inbox.GetText("messages.0.from"));
        // The thread goes on without what it answered.
        Assert.False(inbox.At("messages.0").TryGetProperty("responseTo", out _));
        Refused("not_found", await Call("log_message", new { from = "alice", to = "wendy", content = "x" }));
    }

    [Fact]
    public async Task Agents_of_other_projects_come_to_the_top_when_the_one_above_goes()
    {
        await Fill();
        await Call("register_agent", new { name = "carol", parent = "wendy" });
        await Call("register_agent", new { name = "dave", parent = "carol" });
        Assert.Equal(3, (await Call("get_agent", new { name = "dave" })).GetNumber("depth"));
        (await Call("delete_project", new { project = "web", confirm = "web" })).Succeeded();
        ToolAnswer carol = await Call("get_agent", new { name = "carol" });
        Assert.Equal(0, carol.GetNumber("depth"));
        Assert.False(carol.At("").TryGetProperty("parent", out _));
        Assert.Equal(1, (await Call("get_agent", new { name = "dave" })).GetNumber("depth"));
    }

    [Fact]
    public async Task Hand_overs_go_with_their_project_and_those_of_others_stay()
    {
        await Fill();
        var sections = new Dictionary<string, string> { ["Goal"] = "g", ["Current state"] = "s", ["Next steps"] = "n" };
        (await Call("create_handover", new { agent = "alice", sections, publish = true })).Succeeded();
        (await Call("delete_project", new { project = "web", confirm = "web" })).Succeeded();
        (await Call("get_handover")).Succeeded();
        (await Call("create_project", new { name = "next" })).Succeeded();
        Assert.Equal(1, (await Call("delete_project", new { project = "shop", confirm = "shop" })).At("removes").GetProperty("agent.handover_documents").GetInt64());
        Refused("not_found", await Call("get_handover"));
        await Start("alice");
        (await Call("create_handover", new { agent = "alice", sections, publish = true })).Succeeded();
        Assert.Equal("alice", (await Call("get_handover")).GetText("handover.author"));
    }

    [Fact]
    public async Task A_limit_is_crossed_once_until_it_is_moved()
    {
        await Start("alice");
        await Limit(1.00m);
        Assert.Equal("", await Spend("0.999999999"));
        Assert.Equal("", await Spend("0.000000001"));
        Assert.Equal("budget", await Spend("0.000000001"));
        Assert.Equal("", await Spend("5"));
        Assert.Equal("", await Limit(10m));
        Assert.Equal("budget", await Spend("100"));
        Assert.Equal("", await Limit(200m));
        Assert.Equal("budget", await Limit(50m));
        Assert.Equal(3, StoreDump.Of(Root).Split("| budget_exceeded |").Length - 1);

        async Task<string> Spend(string costUsd) =>
            string.Join(',', (await Call("add_agent_usage", new { agent = "alice", costUsd })).Get<string[]>("crossed"));
        async Task<string> Limit(decimal budget) =>
            string.Join(',', (await Call("update_project", new { agent = "alice", settings = new { budget } })).Get<string[]>("crossed"));
    }

    [Fact]
    public async Task Both_limits_can_be_crossed_by_one_call()
    {
        await Start("alice");
        await Call("update_project", new { settings = new { budget = 0, maxIterations = 0 } });
        string[] crossed = (await Call("add_agent_usage", new { agent = "alice", costUsd = 1, iterations = 1 })).Get<string[]>("crossed");
        Assert.Equal(["budget", "maxIterations"], crossed);
        Assert.Contains("""{"maxIterations":0,"iterationCount":1}""", StoreDump.Of(Root), StringComparison.Ordinal);
    }

    /// <summary>Two projects with agents that talk across: alice and bob in the root's, wendy and will in web; wendy works for alice.</summary>
    private async Task Fill()
    {
        await Start("alice", "bob");
        (await Call("create_project", new { agent = "alice", name = "web", settings = new { budget = "1.5" } })).Succeeded();
        foreach (string agent in new[] { "wendy", "will" })
            (await Call("start_session", new { agent, project = "web" })).Succeeded();
        (await Call("register_agent", new { name = "wendy", parent = "alice", capabilities = new[] { "css" } })).Succeeded();
        await Post("will", "wendy");
        await Post("wendy", "alice");
        string asked = await Post("will", "alice");
        await Post("alice", "wendy");
        (await Call("log_message", new { from = "bob", to = "alice", content = "re", responseTo = asked })).Succeeded();
        (await Call("record_metric", new { agent = "will", name = "x", value = 1 })).Succeeded();
        (await Call("add_agent_usage", new { agent = "will", tokens = 10, costUsd = "1.6", iterations = 1 })).Succeeded();
        (await Call("add_agent_usage", new { agent = "bob", tokens = 1, costUsd = "0.1" })).Succeeded();
    }
}
