using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary><c>store_analysis</c>, <c>get_latest_analysis</c>, <c>describe_records</c>, <c>save_records</c> and <c>query_records</c>.</summary>
public abstract class RecordContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task Store_analysis_answers_as_approved()
    {
        await Start("alice");
        Story story = Tell("store_analysis");
        await story.Call("One", new { agent = "alice", type = "git_analysis", data = new { branch = "main", files = new[] { "a", "b" } } });
        await story.Call("With a key", new { agent = "alice", type = "todo_analysis", data = new { }, idempotencyKey = "a1" });
        await story.Call("Repeated with its key", new { agent = "alice", type = "todo_analysis", data = new { }, idempotencyKey = "a1" });
        await story.Call("The key of another call", new { agent = "alice", type = "file_analysis", data = new { }, idempotencyKey = "a1" });
        await story.Call("No kind", new { agent = "alice", type = " ", data = new { } });
        await story.Call("A secret", new { agent = "alice", type = "x", data = new { apiKey = "sk-1234567890abcdef" } });
        await story.Call("No such session", new { agent = "alice", type = "x", data = new { }, session = "session_0" });
        await story.Call("No such agent", new { agent = "alcie", type = "x", data = new { } });
        Approve(story, "store_analysis");
    }

    [Fact]
    public async Task Get_latest_analysis_answers_as_approved()
    {
        await Call("register_agent", new { name = "bob" });
        await Start("alice");
        foreach (int found in new[] { 1, 2 })
            await Call("store_analysis", new { agent = "alice", type = "git_analysis", data = new { found } });
        await Call("store_analysis", new { agent = "alice", type = "todo_analysis", data = new { found = 3 } });
        Story story = Tell("get_latest_analysis");
        await story.Call("The newest of a kind", new { agent = "alice", type = "git_analysis" });
        await story.Call("The newest of all", new { agent = "alice" });
        await story.Call("None of that kind", new { agent = "alice", type = "git-analysis" });
        await story.Call("Nothing yet", new { agent = "bob" });
        await story.Call("No such session", new { agent = "alice", session = "session_0" });
        Approve(story, "get_latest_analysis");
    }

    [Fact]
    public async Task Describe_records_answers_as_approved()
    {
        await Call("register_agent", new { name = "rita", type = "code-reviewer" });
        await Call("register_agent", new { name = "wally", type = "writer" });
        Story story = Tell("describe_records");
        await story.Call("A reviewer's", new { agent = "rita" });
        await story.Call("Of a type without tables of its own", new { agent = "wally" });
        await story.Call("One table", new { agent = "rita", table = "reviews" });
        await story.Call("A table that every agent has, which is no record", new { agent = "rita", table = "agent_history" });
        await story.Call("Nearly one", new { agent = "rita", table = "review" });
        Approve(story, "describe_records");
    }

    [Fact]
    public async Task Save_records_answers_as_approved()
    {
        await Call("register_agent", new { name = "dora", type = "doc-checker" });
        await Call("register_agent", new { name = "keeper", type = "session-handover" });
        await Call("start_session", new { agent = "rita", type = "code-reviewer" });
        Story story = Tell("save_records");
        string review = (await story.Call("A review", new { agent = "rita", table = "reviews", records = new[] { new { target = "src/a.ts", files = new[] { "src/a.ts" } } } })).GetText("ids.0");
        await story.Call("Findings of it", new
        {
            agent = "rita",
            table = "review_findings",
            records = new object[] { new { review_id = review, severity = "major", message = "Off by one.", line = 12, resolved = false }, new { review_id = review, severity = "info", message = "é 🎉", suggestion = (string?)null } },
        });
        await story.Call("A change, with a key", new { agent = "rita", table = "reviews", records = new[] { new { id = review, verdict = "approved", completed_at = "2026-11-21" } }, idempotencyKey = "r1" });
        await story.Call("Repeated with its key", new { agent = "rita", table = "reviews", records = new[] { new { id = review, verdict = "approved", completed_at = "2026-11-21" } }, idempotencyKey = "r1" });
        await story.Call("The key of another call", new { agent = "rita", table = "reviews", records = new[] { new { id = review, verdict = "pending" } }, idempotencyKey = "r1" });
        await story.Call("A value that is none of those allowed", new { agent = "rita", table = "reviews", records = new[] { new { target = "x", verdict = "fine" } } });
        await story.Call("Something missing", new { agent = "rita", table = "review_findings", records = new[] { new { review_id = review, severity = "info" } } });
        await story.Call("A text for a number", new { agent = "rita", table = "review_findings", records = new[] { new { review_id = review, severity = "info", message = "x", line = "12" } } });
        await story.Call("An object for a list", new { agent = "rita", table = "reviews", records = new[] { new { target = "x", files = new { } } } });
        await story.Call("A time that is none", new { agent = "rita", table = "reviews", records = new[] { new { target = "x", completed_at = "today" } } });
        await story.Call("Null where there must be something", new { agent = "rita", table = "reviews", records = new[] { new { target = (string?)null } } });
        await story.Call("A column that it does not have", new { agent = "rita", table = "reviews", records = new[] { new { targets = "x" } } });
        await story.Call("Somebody else's row", new { agent = "rita", table = "reviews", records = new[] { new { target = "x", agent_id = "agent_bob" } } });
        await story.Call("A review that is not there", new { agent = "rita", table = "review_findings", records = new[] { new { review_id = "reviews_0", severity = "info", message = "x" } } });
        await story.Call("A change of what is not there", new { agent = "rita", table = "reviews", records = new[] { new { id = "reviews_0", target = "x" } } });
        await story.Call("A table of another type", new { agent = "dora", table = "reviews", records = new[] { new { target = "x" } } });
        await story.Call("A table of ours", new { agent = "rita", table = "idempotency_keys", records = new[] { new { key = "x" } } });
        await story.Call("A hand-over", new { agent = "keeper", table = "handover_documents", records = new[] { new { title = "x" } } });
        await story.Call("None", new { agent = "rita", table = "reviews", records = Array.Empty<object>() });
        Approve(story, "save_records");
    }

    [Fact]
    public async Task Query_records_answers_as_approved()
    {
        await Call("register_agent", new { name = "empty", type = "doc-checker" });
        await Call("register_agent", new { name = "dora", type = "doc-checker" });
        string analysis = (await Call("save_records", new { agent = "dora", table = "doc_analyses", records = new[] { new { document = "README.md", score = 0.75 } } })).GetText("ids.0");
        (await Call("save_records", new
        {
            agent = "dora",
            table = "doc_issues",
            records = new object[]
            {
                new { analysis_id = analysis, kind = "broken_link", severity = "major", line = 3, message = "100% broken" }, new { analysis_id = analysis, kind = "style", severity = "minor", message = "Passive." },
                new { analysis_id = analysis, kind = "missing", severity = "major", line = 40, message = "No install." },
            },
        })).Succeeded();
        Story story = Tell("query_records");
        await story.Call("All of a table", new { agent = "dora", table = "doc_analyses" });
        string[] columns = ["kind", "line"];
        string cursor = (await story.Call("Some columns, a page of two", new { agent = "dora", table = "doc_issues", columns, limit = 2 })).GetText("cursor");
        await story.Call("The next page", new { agent = "dora", table = "doc_issues", columns, limit = 2, cursor });
        await story.Call("By conditions", new { agent = "dora", table = "doc_issues", columns, order = "asc", where = new { severity = "major", line = new { gte = 3, lt = 50 }, kind = new { @in = new[] { "missing", "broken_link" } } } });
        await story.Call("What a percent sign contains", new { agent = "dora", table = "doc_issues", columns, where = new { message = new { contains = "0% B" } } });
        await story.Call("By a pattern, with no line", new { agent = "dora", table = "doc_issues", columns, where = new { message = new { like = "pass%" }, line = (int?)null } });
        await story.Call("All but one kind", new { agent = "dora", table = "doc_issues", columns, where = new { kind = new { ne = "style" } } });
        await story.Call("Nothing yet", new { agent = "empty", table = "doc_issues" });
        await story.Call("A comparison that is none", new { agent = "dora", table = "doc_issues", where = new { line = new { above = 3 } } });
        await story.Call("A text for a number", new { agent = "dora", table = "doc_issues", where = new { line = "3; DROP TABLE doc_issues" } });
        await story.Call("A column that is none", new { agent = "dora", table = "doc_issues", where = new Dictionary<string, object> { ["1 = 1 OR line"] = 3 } });
        await story.Call("To see a column that is none", new { agent = "dora", table = "doc_issues", columns = new[] { "agent_id" } });
        await story.Call("A table of ours", new { agent = "dora", table = "store_info" });
        await story.Call("A cursor of other conditions", new { agent = "dora", table = "doc_issues", where = new { severity = "major" }, cursor });
        Approve(story, "query_records");
    }

    [Fact]
    public async Task All_records_are_saved_or_none()
    {
        await Call("register_agent", new { name = "rita", type = "code-reviewer" });
        await Call("save_records", new { agent = "rita", table = "reviews", records = new[] { new { target = "a" } } });
        string before = StoreDump.Of(Root);
        Refused("not_found", await Call("save_records", new { agent = "rita", table = "reviews", records = new object[] { new { target = "b" }, new { id = "reviews_0", target = "c" } } }));
        Refused("invalid_argument", await Call("save_records", new { agent = "rita", table = "reviews", records = new object[] { new { target = "b" }, new { verdict = "approved" } } }));
        Refused("payload_too_large", await Call("save_records", new { agent = "rita", table = "reviews", records = new object[] { new { target = "b" }, new { target = new string('x', 2 << 20) } } }));
        Refused("secret_refused", await Call("save_records", new { agent = "rita", table = "reviews", records = new object[] { new { target = "b", files = new[] { "ghp_0123456789abcdef0123456789abcdef0123" } } } }));
        Refused("invalid_argument", await Call("save_records", new { agent = "rita", table = "reviews", records = Enumerable.Range(0, 101).Select(_ => new { target = "x" }) }));
        Assert.Equal(before, StoreDump.Of(Root));
    }
}
