using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>Who calls, and what is said to whoever it is: the caller's own name left out, and the hint at unread mail.</summary>
public abstract class CallerContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task The_caller_may_leave_its_name_out_while_it_is_the_only_agent_of_its_connection()
    {
        ToolAnswer nobody = Refused("invalid_argument", await Call("read_inbox"));
        Assert.Equal("agent is missing: say who you are.", nobody.ErrorMessage);
        await Start("alice");
        ToolAnswer own = await Call("read_inbox");
        if (!RemembersAgents)
        {
            Refused("invalid_argument", own);
            return;
        }
        Assert.Equal("alice", own.GetText("agent"));
        Assert.Equal("alice", (await Call("log_message", new { to = "alice", content = "note" })).GetText("messages.0.to"));
        Assert.Equal("alice", (await Call("record_metric", new { name = "x", value = 1 })).GetText("agent"));
        Assert.Equal("alice", (await Call("start_session")).GetText("agent.name"));
        Assert.Equal(1, (await Call("get_handover", new { id = (await Call("create_handover")).GetText("id") })).GetNumber("inbox.unread"));

        await Start("bob");
        ToolAnswer either = Refused("invalid_argument", await Call("log_message", new { to = "alice", content = "?" }));
        Assert.Contains("from", either.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal("bob", (await Call("read_inbox", new { agent = "bob" })).GetText("agent"));
    }

    [Fact]
    public async Task An_explicit_name_wins_over_the_one_that_is_remembered()
    {
        await Start("alice");
        ContractConnection other = await Connect();
        await other.Call("start_session", new { agent = "bob" });
        await Post("alice", "bob", "for bob");
        ToolAnswer read = await Call("read_inbox", new { agent = "bob" });
        Assert.Equal(("bob", 1L), (read.GetText("agent"), read.GetNumber("unreadHint.count")));
    }

    [Fact]
    public async Task Every_tool_takes_an_id_where_it_takes_a_name_and_answers_with_the_name()
    {
        await Start("alice", "bob");
        string a = (await Call("register_agent", new { name = "alice" })).GetText("id"), b = (await Call("register_agent", new { name = "bob", parent = a })).GetText("id");
        string message = (await Call("log_message", new { from = a, to = b, content = "x" })).GetText("messages.0.id");
        Assert.Equal("alice", (await Call("start_session", new { agent = a })).GetText("agent.name"));
        Assert.Equal("alice", (await Call("register_agent", new { name = b, parent = a })).GetText("parent"));
        Assert.Equal("bob", (await Call("list_agents", new { parent = a })).GetText("agents.0.name"));
        Assert.Equal("alice", (await Call("get_conversation", new { agentA = a, agentB = b })).GetText("messages.0.from"));
        Assert.Equal("bob", (await Call("read_inbox", new { agent = b })).GetText("agent"));
        Assert.Equal("bob", (await Call("wait_for_messages", new { agent = b })).GetText("agent"));
        Assert.Equal("bob", (await Call("acknowledge_messages", new { agent = b, ids = new[] { message } })).GetText("agent"));
        Assert.Equal("alice", (await Call("record_metric", new { agent = a, name = "x", value = 1 })).GetText("agent"));
        string handover = (await Call("create_handover", new { agent = a })).GetText("id");
        ToolAnswer takeover = await Call("get_handover", new { id = handover, agent = b });
        Assert.Equal(("alice", "bob"), (takeover.GetText("handover.author"), takeover.GetText("inbox.agent")));
        Assert.True((await Call("end_session", new { agent = b })).Get<bool>("changed"));
    }

    [Fact]
    public async Task Every_result_of_an_agent_with_mail_says_so()
    {
        await Start("alice", "bob", "carol");
        string id = await Post("alice", "bob", "1");
        await Post("alice", "bob", "2");
        await Post("carol", "bob", "3");
        foreach ((string tool, object arguments) in CallsOf("bob", id))
        {
            ToolAnswer answer = await Call(tool, arguments);
            Assert.Equal(3, answer.GetNumber("unreadHint.count"));
            Assert.Equal(["alice", "carol"], answer.Get<string[]>("unreadHint.from"));
        }
        Assert.False((await Call("read_inbox", new { agent = "carol" })).Structured!.Value.TryGetProperty("unreadHint", out _));
        Assert.Equal(2, (await Call("acknowledge_messages", new { agent = "bob", ids = new[] { id } })).GetNumber("unreadHint.count"));
    }

    [Theory]
    [InlineData("record_metric", """{"agent":"bob"}""")]
    [InlineData("record_metric", """{"agent":"bob","name":5}""")]
    [InlineData("log_message", """{"from":"bob","to":"nobody","content":"x"}""")]
    [InlineData("log_message", """{"from":"bob","to":"alice"}""")]
    [InlineData("read_inbox", """{"agent":"bob","limit":0}""")]
    [InlineData("read_inbox", """{"agent":"bob","page":1}""")]
    [InlineData("wait_for_messages", """{"agent":"bob","timeoutSeconds":-1}""")]
    [InlineData("acknowledge_messages", """{"agent":"bob"}""")]
    [InlineData("end_session", """{"agent":"bob","session":"session_0"}""")]
    [InlineData("create_handover", """{"agent":"bob","template":"none"}""")]
    [InlineData("get_handover", """{"agent":"bob"}""")]
    [InlineData("start_session", """{"agent":"bob","project":"none"}""")]
    public async Task So_does_every_error(string tool, string arguments)
    {
        await Start("alice", "bob");
        await Post("alice", "bob");
        ToolAnswer answer = await Call(tool, System.Text.Json.JsonElement.Parse(arguments));
        Assert.True(answer.IsError);
        Assert.Equal(1, System.Text.Json.JsonElement.Parse(answer.Text).GetProperty("unreadHint").GetProperty("count").GetInt32());
    }

    private static IEnumerable<(string Tool, object Arguments)> CallsOf(string agent, string messageId) =>
    [
        ("start_session", new { agent }),
        ("register_agent", new { name = agent }),
        ("read_inbox", new { agent, limit = 1 }),
        ("wait_for_messages", new { agent, timeoutSeconds = 0 }),
        ("log_message", new { from = agent, to = "alice", content = "x", responseTo = messageId }),
        ("record_metric", new { agent, name = "x", value = 1 }),
        ("create_handover", new { agent, sections = new Dictionary<string, string> { ["Goal"] = "g", ["Current state"] = "s", ["Next steps"] = "n" }, publish = true }),
        ("get_handover", new { agent }),
        ("end_session", new { agent }),
    ];
}
