using System.Text.Json;
using AgentCraft.Data.Audit;
using AgentCraft.Data.Tokens;
using AgentCraft.Server.Tools;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Http;

/// <summary>Every argument of every tool by which somebody could act as, or for, somebody else.</summary>
[OnEveryEngine]
public sealed class ActorArgumentTests : IAsyncLifetime
{
    private const string Stateless = "2026-07-28";

    /// <summary>Arguments that may hold the name of an agent, or let somebody be overruled.</summary>
    private static readonly string[] Suspicious = ["agent", "from", "to", "by", "as", "owner", "author", "sender", "assignee", "holder", "createdBy", "name", "parent", "force"];

    /// <summary>Those by which nobody acts, and why. A new tool with a suspicious argument belongs here or into <see cref="ActorArguments"/>.</summary>
    private static readonly Dictionary<string, string> Harmless = new()
    {
        ["log_message.to"] = "whom it is told", ["grant_tool.to"] = "who may use it; the granter is the caller", ["revoke_tool.to"] = "for those who administer", ["remove_agent.name"] = "for those who administer",
        ["create_task.assignee"] = "who is to do it", ["update_task.assignee"] = "who is to do it", ["transition_instance.to"] = "a state", ["create_task.parent"] = "a task", ["update_task.parent"] = "a task", ["claim_task.parent"] = "a task", ["establish_process.parent"] = "a task",
        ["update_task.force"] = "by the task's maker, or those who administer: tested below", ["register_agent.name"] = "decided where it registers: PrincipalTests", ["register_agent.parent"] = "the same",
        ["create_project.name"] = "a project's", ["update_project.name"] = "a project's", ["record_metric.name"] = "a metric's", ["define_tool.name"] = "a tool's", ["define_process.name"] = "a process's", ["save_document.name"] = "a document's",
    };

    private TokenServer _one = null!;

    public async Task InitializeAsync() => _one = await TokenServer.Start();

    public async Task DisposeAsync() => await _one.DisposeAsync();

    [Fact]
    public void Each_argument_that_could_name_who_acts_is_known()
    {
        IEnumerable<string> found = from tool in Catalog() where tool.AsksWhoCalls from argument in Arguments(tool) where Suspicious.Contains(argument) select $"{tool.Name}.{argument}";
        IEnumerable<string> checkedOnes = Catalog().Where(tool => tool.AsksWhoCalls).SelectMany(tool => ActorArguments.OfCaller.Concat(ActorArguments.OfOthers.GetValueOrDefault(tool.Name, [])).Intersect(Arguments(tool)).Select(argument => $"{tool.Name}.{argument}"));
        Assert.Equal(found.Order(), checkedOnes.Concat(Harmless.Keys).Order());
    }

    [Fact]
    public void What_writes_asks_who_calls()
    {
        Assert.Empty(Catalog().Where(tool => !tool.IsReadOnly && !tool.AsksWhoCalls).Select(tool => tool.Name));
        Assert.Empty(from tool in Catalog() from argument in Arguments(tool) where Description(tool, argument).StartsWith("Your name", StringComparison.Ordinal) && !(tool.AsksWhoCalls && ActorArguments.OfCaller.Contains(argument)) select tool.Name);
    }

    [Theory]
    [InlineData(TokenScope.Agent)]
    [InlineData(TokenScope.Admin)]
    public async Task No_tool_takes_another_s_name_for_its_caller_s_and_each_refusal_is_written_down(TokenScope scope)
    {
        HttpConnection mallory = await _one.Connect("mallory", Stateless, scope), alice = await _one.Connect("alice");
        string id = (await alice.Call("start_session")).GetText("agent.id");
        List<string> wrong = [], tried = [];
        foreach (CatalogTool tool in Catalog().Where(tool => tool.AsksWhoCalls && tool.Scope <= scope))
            foreach (string argument in ActorArguments.OfCaller.Intersect(Arguments(tool)))
                foreach (string name in new[] { "alice", "ALICE", id, "nobody", "", "mallory ", "malLory\0", "*" })
                {
                    ToolAnswer answer = await mallory.Call(tool.Name, new Dictionary<string, object> { [argument] = name });
                    if (answer.ErrorCode != "not_allowed")
                        wrong.Add($"{tool.Name} {argument}='{name}': {answer.Text}");
                    tried.Add(tool.Name);
                }
        Assert.Empty(wrong);
        Assert.True(tried.Count > 300, $"{tried.Count}");
        List<AuditRow> rows = await Rows("refused");
        Assert.Empty(tried.Distinct().Except(rows.Where(row => row.Agent == "mallory").Select(row => row.Action)));
        Assert.Equal(tried.Count, rows.Count(row => row.Agent == "mallory"));
        Assert.Contains(rows, row => row is { Target: "from=alice", Action: "log_message", Remote: "127.0.0.1" } && row.Principal!.StartsWith("token_", StringComparison.Ordinal));
        // Nothing of it was done.
        Assert.Equal(0, (await alice.Call("read_inbox")).GetNumber("unread"));
    }

    [Fact]
    public async Task What_is_done_for_another_is_refused_to_strangers_allowed_to_who_is_above_and_written_down()
    {
        HttpConnection alice = await _one.Connect("alice", Stateless), bob = await _one.Connect("bob", Stateless), boss = await _one.Connect("boss", Stateless, TokenScope.Admin);
        foreach (HttpConnection one in new[] { alice, bob, boss })
            (await one.Call("start_session")).Succeeded();
        (await alice.Call("create_instance", new { name = "worker", template = "builder" })).Succeeded();
        (string Tool, object Arguments)[] calls =
        [
            ("update_agent_status", new { name = "worker", status = "busy" }), ("add_agent_usage", new { name = "worker", tokens = 1 }),
            ("transition_instance", new { name = "worker", to = "Initializing" }), ("transition_instance", new { name = "worker", to = "Failed" }),
        ];
        foreach ((string tool, object arguments) in calls)
            Assert.Equal("not_allowed", (await bob.Call(tool, arguments)).ErrorCode);
        Assert.Equal("not_allowed", (await bob.Call("create_instance", new { name = "worker", template = "builder" })).ErrorCode);
        Assert.Equal("not_allowed", (await bob.Call("create_instance", new { name = "mine", template = "builder", parent = "alice" })).ErrorCode);
        foreach ((string tool, object arguments) in calls[..3])
            (await alice.Call(tool, arguments)).Succeeded();
        (await boss.Call("transition_instance", new { name = "worker", to = "Failed" })).Succeeded();
        Assert.Equal("not_found", (await bob.Call("update_agent_status", new { name = "nobody", status = "busy" })).ErrorCode);

        List<AuditRow> done = await Rows("done"), refused = await Rows("refused");
        Assert.Equal(6, refused.Count(row => row.Agent == "bob"));
        Assert.Contains(refused, row => row is { Action: "create_instance", Target: "name=mine template=builder" } or { Action: "create_instance", Agent: "bob" });
        foreach (string tool in new[] { "update_agent_status", "add_agent_usage", "transition_instance" })
            Assert.Contains(done, row => row.Action == tool && row is { Agent: "alice", Outcome: "done" } && row.Target!.StartsWith("name=worker", StringComparison.Ordinal));
        Assert.Contains(done, row => row is { Action: "transition_instance", Agent: "boss" });
    }

    [Fact]
    public async Task Force_is_for_who_made_the_task_and_for_who_administers()
    {
        HttpConnection alice = await _one.Connect("alice", Stateless), bob = await _one.Connect("bob", Stateless), carol = await _one.Connect("carol", Stateless), boss = await _one.Connect("boss", Stateless, TokenScope.Admin);
        foreach (HttpConnection one in new[] { alice, bob, carol, boss })
            (await one.Call("start_session")).Succeeded();
        string task = (await alice.Call("create_task", new { instruction = "work" })).GetText("task.id");
        (await bob.Call("claim_task", new { task })).Succeeded();
        ToolAnswer refused = await carol.Call("update_task", new { task, status = "cancelled", force = true });
        Assert.Equal("not_allowed", refused.ErrorCode);
        Assert.Contains("alice", refused.Hint);
        (await alice.Call("update_task", new { task, status = "queued", force = true })).Succeeded();
        (await bob.Call("claim_task", new { task })).Succeeded();
        (await bob.Call("update_task", new { task, result = "done", force = true })).Succeeded();
        (await boss.Call("update_task", new { task, status = "cancelled", force = true })).Succeeded();
        Assert.Equal(["boss", "bob", "alice"], (await Rows("done")).Where(row => row.Action == "update_task").Select(row => row.Agent));
        Assert.Contains(await Rows("refused"), row => row is { Action: "update_task", Agent: "carol" } && row.Target == $"task={task}");
    }

    [Fact]
    public async Task A_caller_s_own_work_leaves_nothing_in_the_log()
    {
        HttpConnection alice = await _one.Connect("alice", Stateless);
        (await alice.Call("start_session")).Succeeded();
        long before = (await _one.Stores.Audit.List(new(), 1, null)).Total;
        (await alice.Call("log_message", new { to = "alice", content = "x" })).Succeeded();
        (await alice.Call("create_task", new { instruction = "work" })).Succeeded();
        (await alice.Call("update_agent_status", new { name = "alice", status = "busy" })).Succeeded();
        (await alice.Call("read_inbox", new { agent = "alice" })).Succeeded();
        Assert.Equal("not_found", (await alice.Call("get_agent", new { name = "x" })).ErrorCode);
        Assert.Equal(before, (await _one.Stores.Audit.List(new(), 1, null)).Total);
    }

    private async Task<List<AuditRow>> Rows(string outcome)
    {
        List<AuditRow> rows = [];
        AuditPage page;
        string? cursor = null;
        do
        {
            page = await _one.Stores.Audit.List(new(Outcome: outcome), 200, cursor);
            rows.AddRange(page.Entries);
            cursor = page.Cursor;
        }
        while (page.HasMore);
        return rows;
    }

    private static IReadOnlyList<CatalogTool> Catalog() => new ToolCatalog(new Lazy<Data.Stores>(() => throw new InvalidOperationException())).All;

    private static IEnumerable<string> Arguments(CatalogTool tool) => tool.Definition.InputSchema.GetProperty("properties").EnumerateObject().Select(property => property.Name);

    private static string Description(CatalogTool tool, string argument) =>
        tool.Definition.InputSchema.GetProperty("properties").GetProperty(argument).TryGetProperty("description", out JsonElement text) ? text.GetString()! : "";
}
