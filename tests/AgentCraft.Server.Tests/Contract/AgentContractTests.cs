using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary><c>register_agent</c> and <c>list_agents</c>.</summary>
public abstract class AgentContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task Register_agent_answers_as_approved()
    {
        Story story = Tell("register_agent");
        string id = (await story.Call("Everything at once", new
        {
            name = "Lead",
            type = "planner",
            instruction = "Plan, ask \"why\" and 🎉.",
            workspacePath = "/home/alice/shop",
            capabilities = new[] { "plan", "review" },
            permissions = new { write = false },
            config = new { model = "opus", key = "${API_KEY}" },
            template = "lead",
            pid = 4711,
            mcpPort = 8080,
        })).GetText("id");
        await story.Call("Again: the same agent, only what is given changes", new { name = "lead", capabilities = new[] { "plan" }, mcpPort = 8081 });
        await story.Call("By id", new { name = id });
        await story.Call("One that works for it", new { name = "worker", parent = "LEAD" });
        await story.Call("One below that, its parent by id", new { name = "helper", parent = (await Call("register_agent", new { name = "worker" })).GetText("id") });
        await story.Call("A parent that works for it would be a cycle", new { name = "lead", parent = "helper" });
        await story.Call("So would be itself", new { name = "lead", parent = "lead" });
        await story.Call("An unknown parent", new { name = "other", parent = "lede" });
        await story.Call("A new agent cannot be its own parent", new { name = "solo", parent = "solo" });
        await story.Call("No name", new { });
        await story.Call("A bad name", new { name = "a b" });
        await story.Call("A name like an id", new { name = "agent_x" });
        await story.Call("A secret", new { name = "lead", config = new { apiKey = "hunter2" } });
        await story.Call("A port that is none", new { name = "lead", mcpPort = 70000 });
        Approve(story, "register_agent");
    }

    [Fact]
    public async Task List_agents_answers_as_approved()
    {
        await Call("register_agent", new { name = "lead", type = "planner" });
        await Call("register_agent", new { name = "one", type = "coder", parent = "lead" });
        await Call("register_agent", new { name = "two", type = "coder", parent = "lead" });
        await Call("create_handover", new { agent = "lead" });
        Story story = Tell("list_agents");
        await story.Call("Who is live; the keeper of hand-overs is not");
        await story.Call("All there are, that type only", new { includeInactive = true, type = "session-handover" });
        await story.Call("By status, live or not", new { status = "inactive" });
        string cursor = (await story.Call("Below one, a page of one", new { parent = "lead", limit = 1 })).GetText("cursor");
        await story.Call("The next page", new { parent = "lead", limit = 1, cursor });
        await story.Call("Nobody", new { type = "tester" });
        await Call("create_project", new { name = "other" });
        await story.Call("Of a project that nobody is in", new { project = "other" });
        await story.Call("Of the project, with that status", new { project = "shop", status = "inactive" });
        await story.Call("An unknown parent", new { parent = "leda" });
        await story.Call("An unknown project", new { project = "othre" });
        await story.Call("A cursor of other filters", new { cursor });
        await story.Call("A status that is none", new { status = "Active" });
        await story.Call("No page", new { limit = 0 });
        await story.Call("Somebody else's cursor", new { cursor = (await Call("read_inbox", new { agent = "one" })).GetText("cursor") });
        await story.Call("An argument that it does not have", new { parents = "lead" });
        Approve(story, "list_agents");
    }

    [Fact]
    public async Task Names_are_unique_whatever_their_case_and_keep_their_first_spelling()
    {
        string id = (await Call("register_agent", new { name = "Alice.B-1_x" })).GetText("id");
        ToolAnswer again = await Call("start_session", new { agent = "aLICE.b-1_X" });
        Assert.Equal(id, again.GetText("agent.id"));
        Assert.Equal("Alice.B-1_x", again.GetText("agent.name"));
        Assert.Equal(1, (await Call("list_agents")).GetNumber("total"));
    }

    [Fact]
    public async Task Moving_an_agent_moves_the_depth_of_all_below_it()
    {
        foreach ((string name, string? parent) in new[] { ("a", null), ("b", "a"), ("c", "b"), ("top", null) })
            (await Call("register_agent", new { name, parent })).Succeeded();
        (await Call("register_agent", new { name = "a", parent = "top" })).Succeeded();
        ToolAnswer list = await Call("list_agents");
        Assert.Equal([1L, 2L, 3L, 0L], list.At("agents").EnumerateArray().Select(agent => agent.GetProperty("depth").GetInt64()));
        Refused("invalid_argument", await Call("register_agent", new { name = "top", parent = "c" }));
    }

    [Fact]
    public async Task Registering_again_as_before_changes_nothing()
    {
        var arguments = new { name = "a", type = "coder", capabilities = new[] { "x" }, config = new { b = 1 }, pid = 5 };
        ToolAnswer first = await Call("register_agent", arguments);
        ToolAnswer again = await Call("register_agent", arguments);
        Assert.Equal(first.GetText("updatedAt"), again.GetText("updatedAt"));
        Assert.Equal(first.GetText("id"), again.GetText("id"));
    }

    [Fact]
    public async Task Pages_stay_right_while_agents_are_added()
    {
        for (int i = 0; i < 5; i++)
            await Call("register_agent", new { name = $"a{i}" });
        List<string> seen = [];
        string? cursor = null;
        for (int added = 5; ; added++)
        {
            ToolAnswer page = await Call("list_agents", new { limit = 2, cursor });
            seen.AddRange(page.At("agents").EnumerateArray().Select(agent => agent.GetProperty("name").GetString()!));
            if (!page.Get<bool>("hasMore"))
                break;
            cursor = page.GetText("cursor");
            if (added < 8)
                await Call("register_agent", new { name = $"a{added}" });
        }
        Assert.Equal(["a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7"], seen);
    }
}
