using System.Diagnostics;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>The toolset <c>handovers</c>: what becomes of a hand-over, and what helps to write and read one.</summary>
public abstract class HandoverLifeContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    private static readonly Dictionary<string, string> Complete = new()
    {
        ["Goal"] = "Ship the parser.",
        ["Current state"] = "It parses; `make test` is green.",
        ["Next steps"] = "- [ ] Release it.",
    };

    [Fact]
    public async Task Update_handover_answers_as_approved()
    {
        await Start("alice", "bob");
        string id = await Create("alice", "Parser", new() { ["Goal"] = "Ship the parser." }, template: "quick");
        Story story = Tell("update_handover");
        await story.Call("Fills a placeholder, with brackets or without", new { agent = "alice", id, fill = new Dictionary<string, string> { ["what to do first"] = "Release it." } });
        await story.Call("Replaces a section and adds one", new { agent = "bob", id, sections = new Dictionary<string, string> { ["DONE"] = "All of it.\n\n# Sub\n\n```\nopen", ["Risks"] = "None." }, expectedVersion = 2 });
        await story.Call("Expected an older version", new { agent = "alice", id, sections = new { Done = "x" }, expectedVersion = 2 });
        var publishing = new { agent = "alice", id, sections = new Dictionary<string, string> { ["Watch out"] = "The cache." }, publish = true, idempotencyKey = "u1" };
        await story.Call("Published in the same call", publishing);
        await story.Call("Repeated with its key", publishing);
        await story.Call("A placeholder that is not open", new { agent = "alice", id, fill = new Dictionary<string, string> { ["{{brnach}}"] = "main" } });
        await story.Call("Nothing to change", new { agent = "alice", id });
        await story.Call("A placeholder without text", new { agent = "alice", id, fill = new Dictionary<string, string> { ["x"] = " " } });
        await story.Call("No such hand-over", new { agent = "alice", id = "handover_0", sections = new { Done = "x" } });
        await story.Call("No such agent", new { agent = "alcie", id, sections = new { Done = "x" } });
        Approve(story, "update_handover");
    }

    [Fact]
    public async Task Validate_handover_answers_as_approved()
    {
        await Start("alice");
        File.WriteAllText(Path.Combine(Root, "notes.md"), "old");
        string id = await Create("alice", "Parser", new(Complete) { ["Current state"] = "See `notes.md` and `src/gone.cs`, for `notes.md` says it all." });
        Story story = Tell("validate_handover");
        await story.Call("A cited file is missing", new { agent = "alice", id });
        File.WriteAllText(Path.Combine(Root, "notes.md"), "new");
        await story.Call("One has changed meanwhile", new { agent = "alice", id, version = 1 });
        await Call("validate_handover", new { agent = "alice", id, idempotencyKey = "v1" });
        File.Delete(Path.Combine(Root, "notes.md"));
        await story.Call("Repeated with its key", new { agent = "alice", id, idempotencyKey = "v1" });
        await story.Call("A version that there is not", new { agent = "alice", id, version = 2 });
        await story.Call("No such hand-over", new { agent = "alice", id = "handover_0" });
        Approve(story, "validate_handover");
    }

    [Fact]
    public async Task Publish_handover_answers_as_approved()
    {
        await Start("alice", "bob");
        string first = await Create("alice", "First", Complete), second = await Create("bob", "Second", Complete), open = await Create("bob", "Open", []);
        Story story = Tell("publish_handover");
        await story.Call("The first", new { agent = "alice", id = first });
        await story.Call("Again changes nothing", new { agent = "alice", id = first });
        await story.Call("Another supersedes it", new { agent = "bob", id = second, expectedVersion = 1 });
        await story.Call("One that was superseded", new { agent = "alice", id = first });
        await story.Call("One that fails its rules", new { agent = "bob", id = open });
        await story.Call("Another version than expected", new { agent = "bob", id = open, expectedVersion = 2 });
        await story.Call("No such hand-over", new { agent = "bob", id = "handover_0" });
        Approve(story, "publish_handover");
        Assert.Equal((await Call("get_handover", new { id = second })).GetText("handover.content"), File.ReadAllText(Path.Combine(Root, ".agentcraft", "handover.md")));
    }

    [Fact]
    public async Task Accept_handover_answers_as_approved()
    {
        await Start("alice", "bob");
        Story story = Tell("accept_handover");
        await story.Call("There is none", new { agent = "bob" });
        string draft = await Create("alice", "Draft", Complete);
        await story.Call("A draft", new { agent = "bob", id = draft });
        (await Call("publish_handover", new { agent = "alice", id = draft })).Succeeded();
        await story.Call("With corrections", new { agent = "bob", corrections = "The cache is *not* empty." });
        await story.Call("Again changes nothing", new { agent = "bob" });
        await story.Call("Other corrections", new { agent = "bob", corrections = "The cache is *full*." });
        await story.Call("By somebody else", new { agent = "alice", id = draft });
        await story.Call("No such agent", new { agent = "bop" });
        Approve(story, "accept_handover");
        ToolAnswer read = await Call("get_handover");
        Assert.Equal(("accepted", "bob", "The cache is *full*."), (read.GetText("handover.status"), read.GetText("handover.decision.by"), read.GetText("handover.decision.note")));
    }

    [Fact]
    public async Task Reject_handover_answers_as_approved()
    {
        await Start("alice", "bob");
        string first = await Create("alice", "First", Complete, publish: true);
        (await Call("accept_handover", new { agent = "bob" })).Succeeded();
        string second = await Create("alice", "Second", Complete, publish: true);
        Story story = Tell("reject_handover");
        await story.Call("The newest", new { agent = "bob", reason = "It does not say how to release." });
        await story.Call("Again changes nothing", new { agent = "bob", id = second, reason = "It does not say how to release." });
        await story.Call("One that was accepted", new { agent = "bob", reason = "late" });
        await story.Call("Without a reason", new { agent = "bob", reason = " " });
        Approve(story, "reject_handover");
        Assert.Equal(first, (await Call("get_handover")).GetText("handover.id"));
        Assert.Equal((await Call("get_handover", new { id = first })).GetText("handover.content"), File.ReadAllText(Path.Combine(Root, ".agentcraft", "handover.md")));
    }

    [Fact]
    public async Task The_published_file_goes_with_the_only_document_and_comes_back_with_its_new_version()
    {
        await Start("alice", "bob");
        string id = await Create("alice", "Only", Complete, publish: true), file = Path.Combine(Root, ".agentcraft", "handover.md");
        (await Call("reject_handover", new { agent = "bob", reason = "short" })).Succeeded();
        Assert.False(File.Exists(file));
        Refused("not_found", await Call("get_handover"));
        Refused("invalid_transition", await Call("publish_handover", new { agent = "alice", id }));
        (await Call("update_handover", new { agent = "alice", id, sections = new { Goal = "Ship the whole parser." }, publish = true })).Succeeded();
        Assert.Contains("Ship the whole parser.", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.Equal(2, (await Call("get_handover")).GetNumber("handover.version"));
        Assert.Equal("rejected", (await Call("get_handover", new { id, version = 1 })).GetText("handover.status"));
    }

    [Fact]
    public async Task List_handovers_answers_as_approved()
    {
        await Start("alice", "bob");
        Story story = Tell("list_handovers");
        await story.Call("There is none");
        string first = await Create("alice", "First", Complete, publish: true);
        await Create("bob", "Second", new() { ["Done"] = "x" }, template: "quick");
        (await Call("update_handover", new { agent = "bob", id = first, sections = new { Goal = "Ship the whole parser." } })).Succeeded();
        string cursor = (await story.Call("A page of two", new { limit = 2 })).GetText("cursor");
        await story.Call("The next page", new { limit = 2, cursor });
        await story.Call("The versions of one, the oldest first", new { id = first, order = "asc" });
        await story.Call("Published ones", new { status = "published" });
        await story.Call("Of one author and template", new { author = "BOB", template = "quick" });
        await story.Call("Before there was any", new { until = "2020-01-01" });
        await story.Call("The cursor of the other order", new { order = "asc", cursor });
        await story.Call("No such author", new { author = "bop" });
        await story.Call("A time that is none", new { since = "yesterday" });
        Approve(story, "list_handovers");
    }

    [Fact]
    public async Task List_handover_templates_answers_as_approved()
    {
        string own = Path.Combine(Root, ".agentcraft", "configs", "handover");
        Directory.CreateDirectory(Path.Combine(own, "templates"));
        Directory.CreateDirectory(Path.Combine(own, "rules"));
        File.WriteAllText(Path.Combine(own, "templates", "release.md"), "# {{title}}\n\n## Version\n<!-- REQUIRED -->\n\n[Which version]\n");
        File.WriteAllText(Path.Combine(own, "rules", "release.yaml"), "version: 1\nrules:\n  - name: version-is-a-list\n    type: quality_check\n    check: has_list\n    section: Version\n");
        File.WriteAllText(Path.Combine(own, "templates", "broken.md"), "# ok\n");
        File.WriteAllText(Path.Combine(own, "rules", "broken.yaml"), "version: 1\nrules:\n  - name: half-writ");
        Story story = Tell("list_handover_templates");
        await story.Call("The project's own, one of them broken, and ours");
        Approve(story, "list_handover_templates");
        await Start("alice");
        Assert.Equal("failed", (await Call("create_handover", new { agent = "alice", template = "release" })).GetText("validationStatus"));
        Assert.Contains(".agentcraft/configs/handover/rules/broken.yaml, line 3", Refused("invalid_configuration", await Call("create_handover", new { agent = "alice", template = "broken" })).ErrorMessage);
    }

    [Fact]
    public async Task Analyze_session_answers_as_approved()
    {
        await Start("alice", "bob");
        await Post("bob", "alice");
        Story story = Tell("analyze_session");
        await story.Call("Without a repository", new { agent = "alice" });
        await story.Call("No such session", new { agent = "alice", session = "session_0" });
        await story.Call("No such agent", new { agent = "alcie" });
        Approve(story, "analyze_session");
    }

    [Fact]
    public async Task Recommend_next_answers_as_approved()
    {
        await Start("alice", "bob");
        Story story = Tell("recommend_next");
        await story.Call("Nothing is known", new { agent = "bob" });
        File.WriteAllText(Path.Combine(Root, "parser.md"), "old");
        await Create("alice", "Parser", new(Complete) { ["Current state"] = "All is in `parser.md`." }, publish: true);
        File.WriteAllText(Path.Combine(Root, "parser.md"), "new");
        (await Call("log_message", new { from = "alice", to = "bob", content = "now", importance = "urgent" })).Succeeded();
        (await Call("accept_handover", new { agent = "bob", corrections = "The cache is full." })).Succeeded();
        await story.Call("From a hand-over, mail and what changed", new { agent = "bob" });
        await story.Call("One of each", new { agent = "bob", limit = 1 });
        await story.Call("No such hand-over", new { agent = "bob", handover = "handover_0" });
        Approve(story, "recommend_next");
    }

    [Fact]
    public async Task In_a_repository_facts_come_from_git_and_a_taker_over_is_warned_of_what_moved()
    {
        Git("init", "-q", "-b", "main");
        File.WriteAllText(Path.Combine(Root, "cited.cs"), "// TODO later\n");
        File.WriteAllText(Path.Combine(Root, "gone.cs"), "x\n");
        Git("add", "cited.cs", "gone.cs");
        Git("commit", "-q", "-m", "First [step]");
        await Start("alice", "bob");
        File.AppendAllText(Path.Combine(Root, "cited.cs"), "// FIXME now\n");
        string content = (await Call("create_handover", new
        {
            agent = "alice", title = "Parser", publish = true, sections = new Dictionary<string, string>(Complete) { ["Current state"] = "Half of `cited.cs` and `gone.cs` is done." },
        })).GetText("content");
        Assert.Contains("Branch main, commit ", content, StringComparison.Ordinal);
        Assert.Contains("- cited.cs (modified)\n\n*Source: git: status.*", content.Replace("- .agentcraft/.gitignore (untracked)\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("- cited.cs line 1: TODO later\n- cited.cs line 2: FIXME now\n", content, StringComparison.Ordinal);

        Git("rm", "-q", "gone.cs");
        Git("commit", "-q", "-a", "-m", "Second");
        Git("switch", "-q", "-c", "next");
        await Post("alice", "bob");
        ToolAnswer taken = await Call("get_handover", new { agent = "bob" });
        Assert.Collection(taken.At("warnings").EnumerateArray().Select(w => w.GetString()!),
            branch => Assert.Equal("It was written on branch `main`; this is branch `next`.", branch),
            commits => Assert.Matches(@"^Since commit \w{10} there was 1 commit \(\w{10}\); 2 files differ: `cited\.cs`, `gone\.cs`\.$", commits),
            gone => Assert.Equal("It cites 1 file that is gone since: `gone.cs`.", gone),
            mail => Assert.Equal("1 message was sent since it was written: read your inbox after the document.", mail));
        Assert.Equal("main", taken.GetText("handover.branch"));
    }

    [Fact]
    public async Task Open_work_is_filled_in_and_a_taker_over_is_told_what_was_finished_since()
    {
        await Start("alice", "bob");
        string task = (await Call("create_task", new { agent = "alice", instruction = "Write [the] parser" })).GetText("task.id");
        (await Call("claim_paths", new { agent = "alice", patterns = new[] { "src/**" }, reason = "parser" })).Succeeded();
        (await Call("record_output", new { agent = "alice", path = "src/a.cs", content = "hello" })).Succeeded();
        (await Call("add_agent_usage", new { agent = "alice", tokens = 12, costUsd = "0.25" })).Succeeded();
        string content = (await Call("create_handover", new { agent = "alice", sections = Complete, publish = true })).GetText("content");
        Assert.Contains($"- Write \\[the\\] parser (queued, {task})\n\n*Source: store: tasks.*", content, StringComparison.Ordinal);
        Assert.Contains("- src/\\*\\* by alice: parser\n\n*Source: store: claims.*", content, StringComparison.Ordinal);
        Assert.Contains("- src/a.cs (file, version 1, alice)\n\n*Source: store: outputs.*", content, StringComparison.Ordinal);
        Assert.Contains("Used so far: 12 tokens and 0.25 dollars by alice", content, StringComparison.Ordinal);
        (await Call("claim_task", new { agent = "bob", task })).Succeeded();
        (await Call("update_task", new { agent = "bob", task, status = "completed" })).Succeeded();
        Assert.Contains($"1 task was completed since: {task}.", (await Call("get_handover")).At("warnings").EnumerateArray().Select(warning => warning.GetString()));
    }

    [Fact]
    public async Task Drafts_that_two_servers_publish_at_once_come_in_one_order_and_the_file_shows_the_last()
    {
        await Start("alice", "bob");
        ContractConnection other = await Connect();
        for (int round = 0; round < 5; round++)
        {
            string first = await Create("alice", $"A{round}", Complete), second = await Create("bob", $"B{round}", Complete);
            foreach (ToolAnswer answer in await Task.WhenAll(Call("publish_handover", new { agent = "alice", id = first }), other.Call("publish_handover", new { agent = "bob", id = second })))
                answer.Succeeded();
            ToolAnswer newest = await Call("get_handover");
            Assert.Equal(newest.GetText("handover.content"), File.ReadAllText(Path.Combine(Root, ".agentcraft", "handover.md")));
            Assert.Equal(1, (await Call("list_handovers", new { status = "published" })).GetNumber("total"));
            Assert.Equal((2 * round) + 1, (await Call("list_handovers", new { status = "superseded" })).GetNumber("total"));
        }
    }

    [Fact]
    public async Task Two_who_change_a_document_at_once_both_get_their_change_in_and_one_who_expects_a_version_is_told()
    {
        await Start("alice", "bob");
        ContractConnection other = await Connect();
        string id = await Create("alice", "Parser", Complete);
        for (int round = 0; round < 5; round++)
            foreach (ToolAnswer answer in await Task.WhenAll(
                Call("update_handover", new { agent = "alice", id, sections = new Dictionary<string, string> { [$"A{round}"] = "by alice" } }),
                other.Call("update_handover", new { agent = "bob", id, sections = new Dictionary<string, string> { [$"B{round}"] = "by bob" } })))
                answer.Succeeded();
        ToolAnswer newest = await Call("get_handover", new { id });
        Assert.Equal(11, newest.GetNumber("handover.version"));
        Assert.All(Enumerable.Range(0, 5), round =>
        {
            Assert.Contains($"## A{round}\n", newest.GetText("handover.content"), StringComparison.Ordinal);
            Assert.Contains($"## B{round}\n", newest.GetText("handover.content"), StringComparison.Ordinal);
        });
        ToolAnswer[] rivals = await Task.WhenAll(
            Call("update_handover", new { agent = "alice", id, sections = new { Goal = "Ship alice's." }, expectedVersion = 11 }),
            other.Call("update_handover", new { agent = "bob", id, sections = new { Goal = "Ship bob's." }, expectedVersion = 11 }));
        Assert.Equal("version_conflict", Assert.Single(rivals, answer => answer.IsError).ErrorCode);
    }

    [Fact]
    public async Task A_template_is_read_again_when_its_file_changes_and_kept_when_it_goes()
    {
        await Start("alice");
        string file = Path.Combine(Root, ".agentcraft", "configs", "handover", "templates", "mine.md");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "# One\n\n## Goal\n<!-- REQUIRED -->\n\n[What]\n");
        string id = await Create("alice", "x", [], template: "mine");
        File.WriteAllText(file, "# Two\n\n## Aim\n<!-- REQUIRED -->\n\n[What]\n");
        Assert.StartsWith("# Two", (await Call("create_handover", new { agent = "alice", template = "mine" })).GetText("content"), StringComparison.Ordinal);
        Assert.Contains("required-section-aim", (await Call("validate_handover", new { agent = "alice", id })).Text, StringComparison.Ordinal);
        File.Delete(file);
        Assert.Contains("required-section-aim", (await Call("validate_handover", new { agent = "alice", id })).Text, StringComparison.Ordinal);
        Refused("not_found", await Call("create_handover", new { agent = "alice", template = "mine" }));
        using StoreView keeper = StoreView.All(Root).Single(view => view.Tables().Contains("user_templates"));
        Assert.Equal(["mine"], keeper.Texts("SELECT template_name FROM user_templates"));
        Assert.Equal(64, keeper.Texts("SELECT file_hash FROM user_templates").Single().Length);
    }

    [Fact]
    public async Task Every_run_of_the_rules_is_kept_row_by_row_and_every_decision_is_an_event()
    {
        await Start("alice", "bob");
        string id = await Create("alice", "Parser", Complete);
        int rules = (await Call("validate_handover", new { agent = "alice", id })).At("validation").GetArrayLength();
        (await Call("publish_handover", new { agent = "alice", id })).Succeeded();
        (await Call("accept_handover", new { agent = "bob" })).Succeeded();
        StoreView[] views = [.. StoreView.All(Root)];
        try
        {
            StoreView keeper = views.Single(view => view.Tables().Contains("validation_results"));
            Assert.Equal(["1 " + rules, "2 " + rules, "3 " + rules], keeper.Texts("SELECT run || ' ' || count(*) FROM validation_results GROUP BY run ORDER BY run"));
            Assert.Equal(["handover_created", "handover_published", "handover_accepted"],
                views.Single(view => view.Tables().Contains("session_events")).Texts("SELECT event_type FROM session_events WHERE entity_type = 'handover' ORDER BY seq"));
        }
        finally
        {
            foreach (StoreView view in views)
                view.Dispose();
        }
    }

    private async Task<string> Create(string agent, string title, Dictionary<string, string> sections, string template = "standard", bool publish = false)
    {
        ToolAnswer created = await Call("create_handover", new { agent, title, template, sections, publish });
        if (publish)
            Assert.Equal("published", created.GetText("status"));
        return created.GetText("id");
    }

    private void Git(params string[] arguments)
    {
        ProcessStartInfo start = new("git", ["-c", "user.name=A", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", .. arguments]) { WorkingDirectory = Root };
        using Process git = Process.Start(start)!;
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
    }
}
