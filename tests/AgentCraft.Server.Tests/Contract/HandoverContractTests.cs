using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary><c>create_handover</c> and <c>get_handover</c>.</summary>
public abstract class HandoverContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    private static readonly Dictionary<string, string> Complete = new()
    {
        ["Goal"] = "Ship the parser.",
        ["Current state"] = "It parses; `make test` is green.",
        ["Next steps"] = "- [ ] Release it.",
    };

    [Fact]
    public async Task Create_handover_answers_as_approved()
    {
        await Start("alice", "bob");
        await Post("alice", "bob", "Take over, please.");
        await Call("record_metric", new { agent = "alice", name = "tests_passed", value = 42 });
        Story story = Tell("create_handover");
        await story.Call("From the store alone: a draft that says what is still open", new { agent = "alice", title = "Parser" });
        await story.Call("Asked to be published, but a section is missing", new
        {
            agent = "alice",
            title = "Parser",
            sections = new { Goal = "Ship it." },
            publish = true,
        });
        await story.Call("Complete and published", new { agent = "alice", title = "Parser 🎉", sections = Complete, publish = true, idempotencyKey = "h1" });
        await story.Call("Repeated with its key", new { agent = "alice", title = "Parser 🎉", sections = Complete, publish = true, idempotencyKey = "h1" });
        await story.Call("The key of another call", new { agent = "alice", title = "Parser", idempotencyKey = "h1" });
        await story.Call("A template that is none", new { agent = "alice", template = "standart" });
        await story.Call("A title of two lines", new { agent = "alice", title = "a\nb" });
        await story.Call("Sections that are no object", new { agent = "alice", sections = new[] { "Goal" } });
        await story.Call("A section that is no text", new { agent = "alice", sections = new { Goal = 5 } });
        await story.Call("A heading that is blank", new { agent = "alice", sections = new Dictionary<string, string> { [" "] = "x" } });
        await story.Call("Two headings for one section", new { agent = "alice", sections = new Dictionary<string, string> { ["Goal"] = "x", ["🎯 goal"] = "y" } });
        await story.Call("No such agent", new { agent = "alcie" });
        Approve(story, "create_handover");
    }

    [Fact]
    public async Task Get_handover_answers_as_approved()
    {
        await Start("alice", "bob");
        Story story = Tell("get_handover");
        await story.Call("There is none", new { agent = "bob" });
        string draft = (await Call("create_handover", new { agent = "alice", title = "Draft" })).GetText("id");
        await story.Call("A draft is not the newest published");
        await Call("create_handover", new { agent = "alice", title = "Parser", sections = Complete, publish = true });
        await story.Call("The newest published; nothing moved since", new { agent = "alice" });
        await Post("alice", "bob", "One more thing.");
        await story.Call("With what moved since, and then the mail", new { agent = "bob" });
        await story.Call("A draft by its id", new { id = draft });
        await story.Call("The version that there is", new { id = draft, version = 1 });
        await story.Call("A version that there is not", new { id = draft, version = 2 });
        await story.Call("A version of nothing", new { version = 1 });
        await story.Call("No such hand-over", new { id = "handover_0" });
        await story.Call("No such agent", new { agent = "bop" });
        Approve(story, "get_handover");
    }

    [Fact]
    public async Task Publishing_supersedes_the_published_one_writes_the_file_and_shows_in_the_brief()
    {
        await Start("alice");
        string first = (await Call("create_handover", new { agent = "alice", title = "First", sections = Complete, publish = true })).GetText("id");
        ToolAnswer second = await Call("create_handover", new { agent = "alice", title = "Second", sections = Complete, publish = true });
        Assert.Equal("published", second.GetText("status"));
        Assert.Equal(second.GetText("content"), await File.ReadAllTextAsync(Path.Combine(Root, second.GetText("path"))));
        Assert.Equal("superseded", (await Call("get_handover", new { id = first })).GetText("handover.status"));
        Assert.Equal("Second", (await Call("get_handover")).GetText("handover.title"));
        ToolAnswer brief = await Call("start_session", new { agent = "alice" });
        Assert.Equal(second.GetText("id"), brief.GetText("handover.id"));
        Assert.Equal("alice", brief.GetText("handover.author"));
    }

    [Fact]
    public async Task A_refused_hand_over_leaves_nothing_behind()
    {
        await Start("alice");
        string before = StoreDump.Of(Root);
        Refused("not_found", await Call("create_handover", new { agent = "alicia" }));
        Refused("not_found", await Call("create_handover", new { agent = "alice", template = "other" }));
        Refused("invalid_argument", await Call("create_handover", new { agent = "alice", idempotencyKey = "" }));
        Refused("invalid_argument", await Call("create_handover", new { agent = "alice", title = "a\rb" }));
        Assert.Equal(before, StoreDump.Of(Root));
        Assert.False(Directory.Exists(Path.Combine(Root, ".agents")));
    }

    [Fact]
    public async Task A_repeated_publication_does_not_bring_an_older_document_back()
    {
        await Start("alice");
        var call = new { agent = "alice", title = "First", sections = Complete, publish = true, idempotencyKey = "k" };
        string path = (await Call("create_handover", call)).GetText("path");
        string newest = (await Call("create_handover", new { agent = "alice", title = "Second", sections = Complete, publish = true })).GetText("content");
        Assert.True((await Call("create_handover", call)).Get<bool>("replayed"));
        Assert.Equal(newest, await File.ReadAllTextAsync(Path.Combine(Root, path)));
        Assert.Equal("Second", (await Call("get_handover")).GetText("handover.title"));
    }
}
