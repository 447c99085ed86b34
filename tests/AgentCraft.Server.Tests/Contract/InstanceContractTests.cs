using System.Text.Json.Nodes;
using AgentCraft.Server.Tests.Tools;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>The toolset <c>instances</c>: workspaces and their states.</summary>
public abstract class InstanceContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task Create_instance_answers_as_approved()
    {
        await Start("alice");
        Story story = Tell("create_instance");
        await story.Call("From a template that ships", new { agent = "alice", name = "rita", template = "reviewer" });
        await story.Call("The same again: nothing changes", new { agent = "alice", name = "RITA", template = "reviewer", launchMode = "background" });
        await story.Call("From another template", new { agent = "alice", name = "rita", template = "builder" });
        await story.Call("With everything", new { agent = "alice", name = "bert", template = "builder", parent = "alice", launchMode = "background", config = new { model = "opus" }, idempotencyKey = "i1" });
        await story.Call("Repeated with its key", new { agent = "alice", name = "bert", template = "builder", parent = "alice", launchMode = "background", config = new { model = "opus" }, idempotencyKey = "i1" });
        await story.Call("The key of another call", new { agent = "alice", name = "bella", template = "builder", idempotencyKey = "i1" });
        await story.Call("A mistyped template", new { agent = "alice", name = "carl", template = "bilder" });
        await story.Call("A name that is a path", new { agent = "alice", name = "../carl", template = "builder" });
        await story.Call("A key in its configuration", new { agent = "alice", name = "carl", template = "builder", config = new { apiKey = "abc" } });
        await story.Call("By somebody unknown", new { agent = "alcie", name = "carl", template = "builder" });
        Approve(story, "create_instance");
    }

    [Fact]
    public async Task List_instances_answers_as_approved()
    {
        await Start("alice");
        Story story = Tell("list_instances");
        await story.Call("Nothing yet", new { });
        await Make("rita", "reviewer");
        await Make("bert", "builder");
        await Call("transition_instance", new { agent = "alice", name = "bert", to = "Initializing", port = 8123, reason = "needed" });
        string cursor = (await story.Call("The oldest first, a page of one", new { limit = 1 })).GetText("cursor");
        await story.Call("The next page", new { limit = 1, cursor });
        await story.Call("In a state, from a template", new { state = "Initializing", template = "builder" });
        await File.WriteAllTextAsync(FileOf("rita"), "{");
        await story.Call("One of them is broken", new { });
        await story.Call("A cursor of another filter", new { state = "Created", cursor });
        await story.Call("A state that there is not", new { state = "created" });
        Approve(story, "list_instances");
    }

    [Fact]
    public async Task Transition_instance_answers_as_approved()
    {
        await Start("alice");
        await Make("rita", "reviewer");
        Story story = Tell("transition_instance");
        await story.Call("A step", new { agent = "alice", name = "rita", to = "Initializing" });
        await story.Call("The same again: nothing changes", new { agent = "alice", name = "rita", to = "Initializing" });
        await story.Call("A step that there is not", new { agent = "alice", name = "rita", to = "Stopped" });
        await story.Call("The next", new { agent = "alice", name = "rita", to = "Ready" });
        // Above what any system gives out.
        await story.Call("With its process", new { agent = "alice", name = "RITA", to = "Running", pid = 2_000_000_000, port = 8123, health = "good", reason = "a task" });
        await story.Call("News in the same state", new { agent = "alice", name = "rita", to = "Running", health = "slow" });
        await story.Call("It ends by itself", new { agent = "alice", name = "rita", to = "Crashed", reason = "exit code 3" });
        await story.Call("And is given up", new { agent = "alice", name = "rita", to = "Stopped" });
        await story.Call("A mistyped instance", new { agent = "alice", name = "rito", to = "Initializing" });
        await story.Call("A port that there is not", new { agent = "alice", name = "rita", to = "Initializing", port = 70000 });
        await story.Call("A key as the reason", new { agent = "alice", name = "rita", to = "Initializing", reason = "token ghp_0123456789abcdef0123" });
        Approve(story, "transition_instance");
    }

    [Fact]
    public async Task A_workspace_starts_this_very_server_for_its_root()
    {
        await Start("alice");
        await Make("rita", "reviewer");
        JsonNode server = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Root, ".agents", "rita", ".mcp.json")))!["mcpServers"]!["agentcraft"]!;
        string command = (string)server["command"]!;
        Assert.True(command == "agentcraft" || File.Exists(command), command);
        // The runtime's own program runs our assembly, and goes before.
        string[] arguments = [.. server["args"]!.AsArray().Select(arg => (string)arg!).SkipWhile(arg => arg.EndsWith("agentcraft.dll", StringComparison.Ordinal))];
        Assert.Equal(["serve", "--stdio", "--root", Root], arguments[..4]);
        // The same store: by its environment, or as the command line has it.
        Assert.Equal(Engines.Current == Engine.Postgres, (string?)server["env"]?["AGENTCRAFT__STORE"] == "${AGENTCRAFT__STORE}" || arguments.Contains("--store"));
    }

    [Fact]
    public async Task Every_step_is_an_event_of_the_instance()
    {
        await Start("alice");
        string id = await Make("rita", "reviewer");
        foreach (string to in new[] { "Initializing", "Failed", "Stopped" })
            (await Call("transition_instance", new { agent = "alice", name = "rita", to })).Succeeded();
        ToolAnswer events = await Call("list_events", new { entityType = "instance", entityId = id, order = "asc" });
        Assert.Equal(["instance_created", "instance_state_changed", "instance_state_changed", "instance_state_changed"], events.At("events").EnumerateArray().Select(e => e.GetProperty("type").GetString()));
        Assert.Equal(["rita", "rita", "rita", "rita"], events.At("events").EnumerateArray().Select(e => e.GetProperty("agent").GetString()));
        Assert.Equal("alice Failed Stopped", $"{events.GetText("events.3.data.by")} {events.GetText("events.3.data.from")} {events.GetText("events.3.data.to")}");
    }

    private string FileOf(string name) => Path.Combine(Root, ".agents", name, ".agentcraft.json");

    private async Task<string> Make(string name, string template) => (await Call("create_instance", new { agent = "alice", name, template })).GetText("instance.id");
}
