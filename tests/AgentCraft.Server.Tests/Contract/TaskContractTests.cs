using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>The toolset <c>tasks</c>.</summary>
public abstract class TaskContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task Create_task_answers_as_approved()
    {
        await Start("alice", "bob");
        Story story = Tell("create_task");
        string first = (await story.Call("Just work", new { agent = "alice", instruction = "Write the parser" })).GetText("task.id");
        await story.Call("With everything", new
        {
            agent = "ALICE", instruction = "Test the parser", parent = first, assignee = "BOB", priority = 5,
            metadata = new { area = "parser" },
        });
        await story.Call("What depends on another waits for it", new { agent = "alice", instruction = "Release", dependsOn = new[] { first, first } });
        await story.Call("With a key", new { agent = "alice", instruction = "Once", idempotencyKey = "t1" });
        await story.Call("Repeated with its key", new { agent = "alice", instruction = "Once", idempotencyKey = "t1" });
        await story.Call("The key of another call", new { agent = "alice", instruction = "Twice", idempotencyKey = "t1" });
        await story.Call("Nothing to do", new { agent = "alice", instruction = " " });
        await story.Call("Under a task that is none", new { agent = "alice", instruction = "x", parent = "task_0" });
        await story.Call("After a task that is none", new { agent = "alice", instruction = "x", dependsOn = new[] { "task_0" } });
        await story.Call("For somebody unknown", new { agent = "alice", instruction = "x", assignee = "bop" });
        await story.Call("A part that waits for its whole", new { agent = "alice", instruction = "x", parent = first, dependsOn = new[] { first } });
        await story.Call("A secret in the metadata", new { agent = "alice", instruction = "x", metadata = new { key = "sk-0123456789abcdef" } });
        await Call("update_task", new { agent = "alice", task = first, status = "cancelled" });
        await story.Call("Under a task that is over", new { agent = "alice", instruction = "x", parent = first });
        Approve(story, "create_task");
    }

    [Fact]
    public async Task Claim_task_answers_as_approved()
    {
        await Start("alice", "bob");
        Story story = Tell("claim_task");
        await story.Call("Nothing to do", new { agent = "bob" });
        string low = await Add("low");
        string high = await Add("high", priority: 9);
        string own = await Add("for alice", assignee: "alice");
        string waiting = await Add("later", dependsOn: [low]);
        await story.Call("The best", new { agent = "bob", leaseSeconds = 60 });
        await story.Call("Again by id: only the lease is new", new { agent = "bob", task = high });
        await story.Call("What another holds", new { agent = "alice", task = high });
        await story.Call("What is assigned to another", new { agent = "bob", task = own });
        await story.Call("What waits", new { agent = "bob", task = waiting });
        await story.Call("With a key", new { agent = "bob", idempotencyKey = "c1" });
        await story.Call("Repeated with its key", new { agent = "bob", idempotencyKey = "c1" });
        await story.Call("Nothing left for bob", new { agent = "bob" });
        await story.Call("Nothing of that priority", new { agent = "alice", minPriority = 1 });
        await Call("update_task", new { agent = "bob", task = high, status = "completed" });
        await story.Call("What is done", new { agent = "bob", task = high });
        await story.Call("By id and by filter", new { agent = "bob", task = low, minPriority = 1 });
        await story.Call("A lease of nothing", new { agent = "bob", leaseSeconds = 0 });
        await story.Call("A task that is none", new { agent = "bob", task = "task_0" });
        await story.Call("By somebody unknown", new { agent = "bop" });
        Approve(story, "claim_task");
    }

    [Fact]
    public async Task Update_task_answers_as_approved()
    {
        await Start("alice", "bob");
        string first = await Add("first"), second = await Add("second", dependsOn: [first]), doomed = await Add("doomed");
        string heir = await Add("heir", dependsOn: [doomed]);
        await Call("claim_task", new { agent = "bob", task = first });
        Story story = Tell("update_task");
        await story.Call("The holder renews its lease, nothing else", new { agent = "bob", task = first, leaseSeconds = 30 });
        await story.Call("Anybody may set the priority", new { agent = "alice", task = first, priority = 3 });
        await story.Call("Another may not complete it", new { agent = "alice", task = first, status = "completed" });
        await story.Call("A status that may not follow", new { agent = "bob", task = second, status = "completed" });
        await story.Call("What waits cannot be queued", new { agent = "bob", task = second, status = "queued" });
        await story.Call("The holder completes it; what waited is queued", new { agent = "bob", task = first, status = "completed", result = "Done: 12 files" });
        await story.Call("Completed again: nothing changes", new { agent = "bob", task = first, status = "completed", result = "Done: 12 files" });
        await story.Call("What is completed stays so", new { agent = "bob", task = first, status = "queued" });
        await story.Call("Another may not rewrite the result", new { agent = "alice", task = first, result = "Not done" });
        await story.Call("A failure leaves what waits for it blocked", new { agent = "alice", task = doomed, status = "failed", result = "No compiler" });
        await story.Call("Unless it no longer depends on it", new { agent = "alice", task = heir, dependsOn = Array.Empty<string>() });
        await story.Call("A cycle", new { agent = "alice", task = doomed, status = "queued", dependsOn = new[] { doomed } });
        await story.Call("Nothing that is given", new { agent = "alice", task = heir });
        await story.Call("A status that is none", new { agent = "alice", task = heir, status = "done" });
        await story.Call("A task that is none", new { agent = "alice", task = "task_0", status = "queued" });
        Approve(story, "update_task");
    }

    [Fact]
    public async Task List_tasks_answers_as_approved()
    {
        await Start("alice", "bob");
        Story story = Tell("list_tasks");
        await story.Call("Nothing yet", new { });
        string parent = await Add("whole");
        await Call("add_subtasks", new { agent = "bob", task = parent, subtasks = new object[] { new { instruction = "a" }, new { instruction = "b", after = new[] { 0 } } } });
        await Call("claim_task", new { agent = "bob" });
        string cursor = (await story.Call("The newest first, a page of one", new { limit = 1 })).GetText("cursor");
        await story.Call("The next page", new { limit = 1, cursor });
        await story.Call("Running, bob's", new { status = "running", assignee = "Bob" });
        await story.Call("By who wanted them, below one, in order", new { createdBy = "bob", parent, order = "asc" });
        await story.Call("What can be claimed", new { claimable = true });
        await story.Call("Of this project since then", new { project = "shop", since = "2020-01-01", limit = 1 });
        await story.Call("Before that", new { until = "2020-01-01" });
        await story.Call("A cursor of another filter", new { limit = 1, cursor, status = "queued" });
        await story.Call("A time that is none", new { since = "yesterday" });
        await story.Call("A project that is none", new { project = "shopp" });
        await story.Call("A parent that is none", new { parent = "task_0" });
        Approve(story, "list_tasks");
    }

    [Fact]
    public async Task Get_task_tree_answers_as_approved()
    {
        await Start("alice", "bob");
        string root = await Add("whole");
        ToolAnswer parts = await Call("add_subtasks", new
        {
            agent = "alice", task = root,
            subtasks = new object[] { new { instruction = "a" }, new { instruction = "b", priority = 1 }, new { instruction = "c", after = new[] { 0, 1 } } },
        });
        string a = parts.GetText("tasks.0.id"), b = parts.GetText("tasks.1.id");
        await Call("add_subtasks", new { agent = "alice", task = a, subtasks = new[] { new { instruction = "a1" }, new { instruction = "a2" } } });
        await Call("update_task", new { agent = "bob", task = b, status = "completed" });
        Story story = Tell("get_task_tree");
        await story.Call("All", new { task = root });
        await story.Call("The upper ones", new { task = root, limit = 2 });
        await story.Call("A leaf", new { task = b });
        await story.Call("A task that is none", new { task = "task_0" });
        Approve(story, "get_task_tree");
    }

    [Fact]
    public async Task Add_subtasks_answers_as_approved()
    {
        await Start("alice");
        string root = await Add("whole", priority: 4);
        Story story = Tell("add_subtasks");
        await story.Call("Two, one after the other", new
        {
            agent = "alice", task = root, idempotencyKey = "s1",
            subtasks = new object[] { new { instruction = "a", assignee = "alice" }, new { instruction = "b", after = new[] { 0 }, priority = 1, metadata = new { x = 1 } } },
        });
        await story.Call("Repeated with its key", new
        {
            agent = "alice", task = root, idempotencyKey = "s1",
            subtasks = new object[] { new { instruction = "a", assignee = "alice" }, new { instruction = "b", after = new[] { 0 }, priority = 1, metadata = new { x = 1 } } },
        });
        await story.Call("After one that comes later", new { agent = "alice", task = root, subtasks = new object[] { new { instruction = "a", after = new[] { 0 } } } });
        await story.Call("After the whole", new { agent = "alice", task = root, subtasks = new object[] { new { instruction = "a", dependsOn = new[] { root } } } });
        await story.Call("None", new { agent = "alice", task = root, subtasks = Array.Empty<object>() });
        await story.Call("One without an instruction", new { agent = "alice", task = root, subtasks = new object[] { new { priority = 1 } } });
        await story.Call("Of a task that is none", new { agent = "alice", task = "task_0", subtasks = new object[] { new { instruction = "a" } } });
        Approve(story, "add_subtasks");
    }

    [Fact]
    public async Task All_subtasks_are_stored_or_none()
    {
        await Start("alice");
        string root = await Add("whole");
        string before = StoreDump.Of(Root);
        Refused("not_found", await Call("add_subtasks", new { agent = "alice", task = root, subtasks = new object[] { new { instruction = "a" }, new { instruction = "b", assignee = "nobody" } } }));
        Refused("payload_too_large", await Call("add_subtasks", new { agent = "alice", task = root, subtasks = new object[] { new { instruction = "a" }, new { instruction = new string('x', 70_000) } } }));
        Assert.Equal(before, StoreDump.Of(Root));
    }

    [Fact]
    public async Task A_longer_cycle_is_refused_and_named_through_parts_and_dependencies()
    {
        await Start("alice");
        string a = await Add("a"), b = await Add("b", dependsOn: [a]), part = await Add("part of a", parent: a);
        string before = StoreDump.Of(Root);
        ToolAnswer refused = Refused("invalid_argument", await Call("update_task", new { agent = "alice", task = part, dependsOn = new[] { b } }));
        Assert.Equal($"Task '{part}' would wait for itself: it waits for '{b}', which waits for '{a}', which has the part '{part}'.", refused.ErrorMessage);
        Refused("invalid_argument", await Call("update_task", new { agent = "alice", task = a, parent = part }));
        Assert.Equal(before, StoreDump.Of(Root));
    }

    [Fact]
    public async Task A_task_that_moves_takes_what_is_below_it_to_the_new_depth()
    {
        await Start("alice");
        string a = await Add("a"), b = await Add("b", parent: a), c = await Add("c", parent: b), other = await Add("other");
        await Call("update_task", new { agent = "alice", task = b, parent = "" });
        Assert.Equal(1, (await Tree(c)).GetNumber("tasks.0.depth"));
        await Call("update_task", new { agent = "alice", task = a, parent = other });
        await Call("update_task", new { agent = "alice", task = b, parent = a });
        Assert.Equal(3, (await Tree(c)).GetNumber("tasks.0.depth"));
        Assert.Equal(4, (await Tree(other)).GetNumber("total"));
    }

    [Fact]
    public async Task Blocked_tasks_are_queued_when_the_last_of_several_completes_and_not_before()
    {
        await Start("alice");
        string a = await Add("a"), b = await Add("b"), c = await Add("c", dependsOn: [a, b]);
        Assert.Equal(0, (await Complete(a)).At("unblocked").GetArrayLength());
        Assert.Equal("blocked", (await Tree(c)).GetText("tasks.0.status"));
        Assert.Equal(c, (await Complete(b)).GetText("unblocked.0"));
        Assert.Equal("queued", (await Tree(c)).GetText("tasks.0.status"));
    }

    [Fact]
    public async Task What_failed_holds_up_what_waits_for_it_until_it_is_tried_again_and_completed()
    {
        await Start("alice");
        string a = await Add("a"), b = await Add("b", dependsOn: [a]);
        Assert.Equal(b, (await Call("update_task", new { agent = "alice", task = a, status = "failed" })).GetText("stillBlocked.0"));
        Refused("invalid_transition", await Call("claim_task", new { agent = "alice", task = b }));
        (await Call("update_task", new { agent = "alice", task = a, status = "queued" })).Succeeded();
        Assert.Equal(b, (await Complete(a)).GetText("unblocked.0"));
    }

    [Fact]
    public async Task Cancelling_a_whole_cancels_its_open_parts_and_spares_what_is_done()
    {
        await Start("alice", "bob");
        string root = await Add("whole"), done = await Add("done", parent: root), open = await Add("open", parent: root), deep = await Add("deep", parent: open);
        await Complete(done);
        await Call("claim_task", new { agent = "bob", task = deep });
        Refused("already_claimed", await Call("update_task", new { agent = "alice", task = root, status = "cancelled" }));
        Assert.Equal("running", (await Tree(deep)).GetText("tasks.0.status"));
        ToolAnswer cancelled = await Call("update_task", new { agent = "alice", task = root, status = "cancelled", force = true });
        Assert.Equal([open, deep], cancelled.Get<string[]>("cancelledBelow"));
        Assert.Equal("completed", (await Tree(done)).GetText("tasks.0.status"));
        Assert.Equal(100, (await Tree(root)).GetNumber("tasks.0.progress.percent"));
        Refused("invalid_transition", await Call("update_task", new { agent = "alice", task = deep, status = "queued" }));
    }

    [Fact]
    public async Task A_whole_is_given_out_after_its_parts_and_cannot_be_completed_before_them()
    {
        await Start("alice", "bob");
        string root = await Add("whole", priority: 9), part = await Add("part", parent: root);
        Assert.Equal(part, (await Call("claim_task", new { agent = "bob" })).GetText("task.id"));
        Assert.False((await Call("claim_task", new { agent = "alice" })).Get<bool>("claimed"));
        Refused("invalid_transition", await Complete(root));
        await Call("update_task", new { agent = "bob", task = part, status = "completed" });
        Assert.Equal(root, (await Call("claim_task", new { agent = "alice" })).GetText("task.id"));
    }

    [Fact]
    public async Task Force_overrules_the_holder_and_the_event_says_so()
    {
        await Start("alice", "bob");
        string task = await Add("a");
        await Call("claim_task", new { agent = "bob", task });
        ToolAnswer refused = Refused("already_claimed", await Call("update_task", new { agent = "alice", task, status = "failed" }));
        Assert.Contains("force: true", refused.Hint, StringComparison.Ordinal);
        ToolAnswer taken = await Call("update_task", new { agent = "alice", task, status = "running", force = true });
        Assert.Equal("alice", taken.GetText("task.assignee"));
        Refused("already_claimed", await Call("update_task", new { agent = "bob", task, status = "completed" }));
        (await Call("update_task", new { agent = "bob", task, status = "completed", force = true })).Succeeded();
        Assert.Contains("task_completed | task", StoreDump.Of(Root), StringComparison.Ordinal);
        Assert.Contains("\"forced\":\"true\"", StoreDump.Of(Root), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_handed_back_or_on_can_be_claimed_by_whom_it_is_for()
    {
        await Start("alice", "bob");
        string task = await Add("a");
        await Call("claim_task", new { agent = "bob", task });
        await Call("update_task", new { agent = "bob", task, assignee = "alice" });
        Assert.False((await Call("claim_task", new { agent = "bob" })).Get<bool>("claimed"));
        Assert.Equal(task, (await Call("claim_task", new { agent = "alice" })).GetText("task.id"));
        await Call("update_task", new { agent = "alice", task, status = "queued" });
        Assert.Equal(task, (await Call("claim_task", new { agent = "bob" })).GetText("task.id"));
    }

    [Fact]
    public async Task Every_step_of_a_task_is_an_event_with_it()
    {
        await Start("alice", "bob");
        string a = await Add("a"), b = await Add("b", dependsOn: [a]);
        await Call("claim_task", new { agent = "bob", task = a });
        await Call("update_task", new { agent = "bob", task = a, priority = 2 });
        await Call("update_task", new { agent = "bob", task = a, status = "completed" });
        await Call("update_task", new { agent = "bob", task = a, status = "completed" });
        await Call("update_task", new { agent = "alice", task = b, status = "cancelled" });
        string[] events = [.. StoreDump.Of(Root).Split('\n').Where(line => line.Contains(" | task | ", StringComparison.Ordinal)).Select(line => line.Split(" | ")[5])];
        Assert.Equal(["task_created", "task_created", "task_claimed", "task_updated", "task_completed", "task_queued", "task_cancelled"], events);
    }

    [Fact]
    public async Task Pages_stay_right_while_tasks_are_added()
    {
        await Start("alice");
        for (int i = 0; i < 5; i++)
            await Add($"{i}");
        List<string> seen = [];
        string? cursor = null;
        for (bool more = true; more;)
        {
            ToolAnswer page = await Call("list_tasks", new { limit = 2, cursor });
            seen.AddRange(page.At("tasks").EnumerateArray().Select(task => task.GetProperty("instruction").GetString()!));
            (cursor, more) = (page.GetText("cursor"), page.Get<bool>("hasMore"));
            await Add("new");
        }
        Assert.Equal(["4", "3", "2", "1", "0"], seen);
    }

    [Fact]
    public async Task The_brief_of_a_session_says_who_wanted_an_open_task()
    {
        await Start("alice", "bob");
        await Add("for bob", assignee: "bob");
        JsonElement open = (await Call("start_session", new { agent = "bob" })).At("openTasks.0");
        Assert.Equal(("alice", true), (open.GetProperty("createdBy").GetString(), open.GetProperty("untrusted").GetBoolean()));
    }

    [Fact]
    public async Task The_brief_of_a_session_has_the_open_tasks_of_its_agent_the_running_one_first_and_no_others()
    {
        await Start("alice", "bob");
        await Add("of nobody");
        await Add("of alice", assignee: "alice");
        string before = await Add("before", assignee: "alice"), done = await Add("done", assignee: "bob");
        await Add("waits", assignee: "bob", dependsOn: [before]);
        await Add("urgent", priority: 9, assignee: "bob");
        string running = await Add("running", assignee: "bob");
        (await Call("claim_task", new { agent = "bob", task = running })).Succeeded();
        (await Call("update_task", new { agent = "bob", task = done, status = "completed" })).Succeeded();
        Assert.Equal([("running", "running"), ("urgent", "queued"), ("waits", "blocked")],
            (await Call("start_session", new { agent = "bob" })).At("openTasks").EnumerateArray()
                .Select(task => (task.GetProperty("instruction").GetString()!, task.GetProperty("status").GetString()!)));
    }

    private async Task<string> Add(string instruction, int? priority = null, string? parent = null, string? assignee = null, string[]? dependsOn = null) =>
        (await Call("create_task", new { agent = "alice", instruction, priority, parent, assignee, dependsOn })).GetText("task.id");

    private Task<ToolAnswer> Complete(string task) => Call("update_task", new { agent = "alice", task, status = "completed" });

    private Task<ToolAnswer> Tree(string task) => Call("get_task_tree", new { task });
}
