using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>The toolset <c>processes</c>.</summary>
public abstract class ProcessContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task Define_process_answers_as_approved()
    {
        await Start("alice", "bob");
        Story story = Tell("define_process");
        await story.Call("Everything", Release("alice"));
        await story.Call("The same again changes nothing", Release("bob"));
        await story.Call("Anew, in another spelling: another version", new { agent = "bob", name = "RELEASE", steps = new[] { new { name = "all", instruction = "Do it" } } });
        await story.Call("With a key", new { agent = "bob", name = "x", steps = new[] { new { name = "a", instruction = "A" } }, idempotencyKey = "p1" });
        await story.Call("Repeated with its key", new { agent = "bob", name = "x", steps = new[] { new { name = "a", instruction = "A" } }, idempotencyKey = "p1" });
        await story.Call("The key of another call", new { agent = "bob", name = "x", steps = new[] { new { name = "b", instruction = "A" } }, idempotencyKey = "p1" });
        await story.Call("Steps that wait for each other", new { agent = "bob", name = "c", steps = new object[] { new { name = "a", instruction = "A", after = new[] { "b" } }, new { name = "b", instruction = "B", after = new[] { "c" } }, new { name = "c", instruction = "C", after = new[] { "b" } } } });
        await story.Call("After what is no step", new { agent = "bob", name = "c", steps = new object[] { new { name = "build", instruction = "A" }, new { name = "b", instruction = "B", after = new[] { "biuld" } } } });
        await story.Call("An input that is not required", new { agent = "bob", name = "c", requiredInputs = new[] { "version" }, steps = new[] { new { name = "a", instruction = "Build {{ versoin }}" } } });
        await story.Call("Two steps of one name", new { agent = "bob", name = "c", steps = new[] { new { name = "a", instruction = "A" }, new { name = "a", instruction = "B" } } });
        await story.Call("No steps", new { agent = "bob", name = "c", steps = Array.Empty<object>() });
        await story.Call("A step without an instruction", new { agent = "bob", name = "c", steps = new[] { new { name = "a", instruction = " " } } });
        await story.Call("A bad name", new { agent = "bob", name = "my process", steps = new[] { new { name = "a", instruction = "A" } } });
        await story.Call("No such agent", new { agent = "bop", name = "c", steps = new[] { new { name = "a", instruction = "A" } } });
        Approve(story, "define_process");
    }

    [Fact]
    public async Task List_processes_answers_as_approved()
    {
        await Start("alice");
        await Call("define_process", Release("alice"));
        await Call("define_process", new { agent = "alice", name = "review", triggers = new[] { "Pull request" }, steps = new[] { new { name = "read", instruction = "Read" } } });
        Story story = Tell("list_processes");
        string cursor = (await story.Call("A page of one", new { limit = 1 })).GetText("cursor");
        await story.Call("The next page", new { limit = 1, cursor });
        await story.Call("By trigger, whatever its case", new { trigger = "PULL request" });
        await story.Call("One with its steps", new { name = "Release" });
        await story.Call("No such trigger", new { trigger = "pull%" });
        await story.Call("No such process", new { name = "relaese" });
        await story.Call("A cursor of another list", new { trigger = "tag", cursor });
        Approve(story, "list_processes");
    }

    [Fact]
    public async Task Establish_process_answers_as_approved()
    {
        await Start("alice");
        await Call("register_agent", new { name = "bob", capabilities = new[] { "Deploy" } });
        await Call("define_process", Release("alice"));
        Story story = Tell("establish_process");
        await story.Call("A task with its parts", new { agent = "alice", process = "RELEASE", inputs = new { version = "1.2 {{target}}", target = 7 }, priority = 3, idempotencyKey = "r1" });
        await story.Call("Repeated with its key", new { agent = "alice", process = "RELEASE", inputs = new { version = "1.2 {{target}}", target = 7 }, priority = 3, idempotencyKey = "r1" });
        await story.Call("The key of another call", new { agent = "alice", process = "release", inputs = new { version = "2", target = 7 }, idempotencyKey = "r1" });
        await story.Call("Without any input, all that is missing is named", new { agent = "alice", process = "release" });
        await story.Call("A blank and a null are missing, too", new { agent = "alice", process = "release", inputs = new { version = " ", target = (string?)null } });
        await story.Call("An input that it does not have", new { agent = "alice", process = "release", inputs = new { version = "1", target = "x", vresion = "2" } });
        await story.Call("An input that is no value", new { agent = "alice", process = "release", inputs = new { version = new[] { 1 }, target = "x" } });
        await story.Call("A secret", new { agent = "alice", process = "release", inputs = new { version = "ghp_0123456789abcdef", target = "x" } });
        await story.Call("No such process", new { agent = "alice", process = "relaese" });
        await story.Call("No such parent", new { agent = "alice", process = "release", inputs = new { version = "1", target = "x" }, parent = "task_0" });
        await story.Call("No such agent", new { agent = "alcie", process = "release" });
        Approve(story, "establish_process");
    }

    [Fact]
    public async Task Its_tasks_become_claimable_as_those_before_them_are_completed()
    {
        await Start("alice");
        await Call("define_process", Release("alice"));
        ToolAnswer made = await Call("establish_process", new { agent = "alice", process = "release", inputs = new { version = "1 {{target}}", target = "x" } });
        foreach ((string step, string instruction) in new[] { ("build", "Build 1 {{target}}, not {{"), ("test", "Test 1 {{target}}"), ("deploy", "Deploy 1 {{target}} to x") })
        {
            ToolAnswer claimed = await Call("claim_task", new { agent = "alice", process = "release" });
            Assert.Equal((step, instruction), (claimed.At("task.metadata.step").GetString(), claimed.GetText("task.instruction")));
            (await Call("update_task", new { agent = "alice", task = claimed.GetText("task.id"), status = "completed" })).Succeeded();
        }
        Assert.Equal(made.GetText("task.id"), (await Call("claim_task", new { agent = "alice", process = "release" })).GetText("task.id"));
    }

    [Fact]
    public async Task Nothing_is_made_when_one_step_cannot_be()
    {
        await Start("alice");
        await Call("define_process", new { agent = "alice", name = "big", requiredInputs = new[] { "text" }, steps = new[] { new { name = "a", instruction = "Do" }, new { name = "b", instruction = "{{text}}" } } });
        string before = StoreDump.Of(Root);
        Refused("payload_too_large", await Call("establish_process", new { agent = "alice", process = "big", inputs = new { text = new string('x', 70_000) }, idempotencyKey = "k" }));
        Assert.Equal(before, StoreDump.Of(Root));
    }

    /// <summary>Three steps, of which the first is written last.</summary>
    private static object Release(string agent) => new
    {
        agent,
        name = "release",
        description = "Ships a \"version\" 🎉",
        triggers = new[] { "Tag", "month end" },
        requiredInputs = new[] { "version", "target" },
        steps = new object[]
        {
            new { name = "test", instruction = "Test {{version}}", after = new[] { "build" }, capability = "testing" },
            new { name = "deploy", instruction = "Deploy {{ version }} to {{target}}", after = new[] { "build", "test" }, capability = "deploy", priority = 9 },
            new { name = "build", instruction = "Build {{version}}, not {{" },
        },
    };
}
