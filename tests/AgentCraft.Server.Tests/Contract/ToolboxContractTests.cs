using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>The toolset <c>toolbox</c>.</summary>
public abstract class ToolboxContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task Define_tool_answers_as_approved()
    {
        await Start("alice", "bob");
        Story story = Tell("define_tool");
        var all = new
        {
            agent = "alice",
            name = "web_search",
            description = "Searches the \"web\" 🎉",
            inputSchema = new { type = "object", properties = new { query = new { type = "string" } }, required = new[] { "query" } },
            category = "research",
            mcpServer = "brave",
            mcpTool = "search",
        };
        await story.Call("Everything", all);
        await story.Call("The same again changes nothing", all);
        await story.Call("Another agent, another spelling: only what is given changes, and the words are now theirs", new { agent = "bob", name = "WEB_search", description = "Finds pages.", category = "" });
        await story.Call("With a key", new { agent = "alice", name = "fetch", description = "Gets a page.", idempotencyKey = "t1" });
        await story.Call("Repeated with its key", new { agent = "alice", name = "fetch", description = "Gets a page.", idempotencyKey = "t1" });
        await story.Call("The key of another call", new { agent = "alice", name = "fetch", description = "Other.", idempotencyKey = "t1" });
        await story.Call("A bad name", new { agent = "alice", name = "web search", description = "x" });
        await story.Call("No description", new { agent = "alice", name = "x", description = " " });
        await story.Call("A schema that is no object", new { agent = "alice", name = "x", description = "x", inputSchema = "string" });
        await story.Call("A secret in it", new { agent = "alice", name = "x", description = "x", inputSchema = new { @default = "ghp_0123456789abcdef" } });
        await story.Call("An unknown caller", new { agent = "alcie", name = "x", description = "x" });
        Approve(story, "define_tool");
    }

    [Fact]
    public async Task List_tool_definitions_answers_as_approved()
    {
        await Fill();
        Story story = Tell("list_tool_definitions");
        string cursor = (await story.Call("A page of two", new { limit = 2 })).GetText("cursor");
        await story.Call("The next page", new { limit = 2, cursor });
        await story.Call("By category and server", new { category = "research", mcpServer = "brave" });
        await story.Call("What one may use", new { grantedTo = "WENDY" });
        await story.Call("Nothing", new { category = "Research" });
        await story.Call("An unknown agent", new { grantedTo = "wendi" });
        await story.Call("Somebody else's cursor", new { cursor = (await Call("list_agents")).GetText("cursor") });
        Approve(story, "list_tool_definitions");
    }

    [Fact]
    public async Task Grant_tool_answers_as_approved()
    {
        await Fill();
        Story story = Tell("grant_tool");
        await story.Call("Within limits", new { agent = "alice", tool = "FETCH", to = "bob", limits = new { callsPerDay = 100 } });
        await story.Call("Without limits they stay", new { agent = "wendy", tool = "fetch", to = "bob" });
        await story.Call("Other limits", new { agent = "wendy", tool = "fetch", to = "bob", limits = new { callsPerDay = 5 } });
        await story.Call("With a key", new { agent = "alice", tool = "lint", to = "bob", idempotencyKey = "g1" });
        await story.Call("Repeated with its key", new { agent = "alice", tool = "lint", to = "bob", idempotencyKey = "g1" });
        await story.Call("The key of another call", new { agent = "alice", tool = "lint", to = "alice", idempotencyKey = "g1" });
        await story.Call("No such tool", new { agent = "alice", tool = "fetsh", to = "bob" });
        await story.Call("No such agent", new { agent = "alice", tool = "fetch", to = "bop" });
        await story.Call("A secret in limits", new { agent = "alice", tool = "fetch", to = "bob", limits = new { token = "hunter2" } });
        await Call("remove_agent", new { agent = "alice", name = "bob" });
        await story.Call("To one that was removed", new { agent = "alice", tool = "lint", to = "bob" });
        Approve(story, "grant_tool");
    }

    [Fact]
    public async Task Revoke_tool_answers_as_approved()
    {
        await Fill();
        Story story = Tell("revoke_tool");
        await story.Call("It had it", new { agent = "alice", tool = "Fetch", to = "WENDY" });
        await story.Call("It has it no more", new { agent = "alice", tool = "fetch", to = "wendy" });
        await story.Call("No such tool", new { agent = "alice", tool = "fetsh", to = "wendy" });
        await story.Call("No such agent", new { agent = "alice", tool = "fetch", to = "wendi" });
        Approve(story, "revoke_tool");
        Assert.Equal(1, (await Call("list_tool_definitions", new { grantedTo = "wendy" })).GetNumber("total"));
    }

    [Fact]
    public async Task Find_agents_by_capability_answers_as_approved()
    {
        await Fill();
        Story story = Tell("find_agents_by_capability");
        await story.Call("Whatever its case, each with its tools", new { capability = "code-review" });
        string cursor = (await story.Call("A page of one agent, however many tools it has", new { capability = "Code-Review", limit = 1 })).GetText("cursor");
        cursor = (await story.Call("The next page", new { capability = "code-review", limit = 1, cursor })).GetText("cursor");
        await story.Call("Past the last one the total is still told", new { capability = "code-review", limit = 1, cursor });
        await story.Call("Its cursor for another capability", new { capability = "plan", cursor });
        await story.Call("Live ones only", new { capability = "plan" });
        await story.Call("Also those not live", new { capability = "plan", includeInactive = true });
        await story.Call("In a project", new { capability = "code-review", project = "web" });
        await story.Call("Nobody, but something near", new { capability = "code-revue" });
        await story.Call("A pattern is no capability", new { capability = "code%" });
        await story.Call("Nothing asked", new { capability = " " });
        await story.Call("An unknown project", new { capability = "plan", project = "wep" });
        Approve(story, "find_agents_by_capability");
    }

    [Fact]
    public async Task What_an_agent_no_longer_can_do_or_use_is_not_found_with_it()
    {
        await Fill();
        (await Call("register_agent", new { name = "wendy", capabilities = new[] { "css" } })).Succeeded();
        (await Call("revoke_tool", new { tool = "fetch", to = "wendy" })).Succeeded();
        Assert.Equal(1, (await Call("find_agents_by_capability", new { capability = "code-review" })).GetNumber("total"));
        Assert.Equal(1, (await Call("find_agents_by_capability", new { capability = "CSS" })).At("agents.0.tools").GetArrayLength());
        (await Call("remove_agent", new { name = "wendy" })).Succeeded();
        Assert.Equal(0, (await Call("find_agents_by_capability", new { capability = "css", includeInactive = true })).GetNumber("total"));
        (await Call("register_agent", new { name = "wendy" })).Succeeded();
        Assert.Equal(1, (await Call("find_agents_by_capability", new { capability = "css" })).GetNumber("total"));
    }

    /// <summary>Three agents and three tools; wendy, in a project of her own, may use two of them, and dora has gone quiet.</summary>
    private async Task Fill()
    {
        await Call("register_agent", new { name = "alice", capabilities = new[] { "plan", "Code-Review" } });
        await Call("create_project", new { agent = "alice", name = "web" });
        await Call("start_session", new { agent = "wendy", project = "web" });
        await Call("register_agent", new { name = "wendy", capabilities = new[] { "code-review", "été" } });
        await Call("register_agent", new { name = "bob" });
        await Call("register_agent", new { name = "dora", capabilities = new[] { "plan" } });
        await Call("update_agent_status", new { agent = "dora", status = "inactive" });
        await Call("define_tool", new { agent = "alice", name = "web_search", description = "Searches.", category = "research", mcpServer = "brave", mcpTool = "search" });
        await Call("define_tool", new { agent = "alice", name = "fetch", description = "Gets a page.", category = "research" });
        await Call("define_tool", new { agent = "bob", name = "lint", description = "Lints." });
        await Call("grant_tool", new { agent = "alice", tool = "fetch", to = "wendy", limits = new { callsPerDay = 10 } });
        await Call("grant_tool", new { agent = "alice", tool = "web_search", to = "wendy" });
    }
}
