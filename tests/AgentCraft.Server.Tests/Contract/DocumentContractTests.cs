using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary><c>save_document</c>, <c>get_document</c>, <c>list_documents</c> and <c>search_documents</c>.</summary>
public abstract class DocumentContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    private const int LargestContent = 1024 * 1024;

    [Fact]
    public async Task Save_document_answers_as_approved()
    {
        await Start("alice", "bob");
        Story story = Tell("save_document");
        await story.Call("A new one", new { agent = "alice", name = "Testing-Guide", content = "# Testing\nRun it." });
        await story.Call("Its second version, under any spelling of its name", new { agent = "bob", name = "testing-guide", content = "Run it twice.", title = "How to test", category = "Guides" });
        await story.Call("Just like the newest: nothing is stored", new { agent = "alice", name = "testing-guide", content = "Run it twice." });
        await story.Call("Over what was not read", new { agent = "alice", name = "testing-guide", content = "Never run it.", expectedVersion = 1 });
        await story.Call("Over what was read", new { agent = "alice", name = "testing-guide", content = "Always run it.", expectedVersion = 2, idempotencyKey = "k" });
        await story.Call("The same call again", new { agent = "alice", name = "testing-guide", content = "Always run it.", expectedVersion = 2, idempotencyKey = "k" });
        await story.Call("The same key for something else", new { agent = "alice", name = "testing-guide", content = "Other.", idempotencyKey = "k" });
        await story.Call("It must be new and is not", new { agent = "alice", name = "testing-guide", content = "Mine.", expectedVersion = 0 });
        await story.Call("It must be there and is not", new { agent = "alice", name = "other", content = "Mine.", expectedVersion = 3 });
        await story.Call("JSON that is none", new { agent = "alice", name = "settings", content = "{\n  \"a\": }", format = "json" });
        await story.Call("A format that is none", new { agent = "alice", name = "settings", content = "a", format = "word" });
        await story.Call("A name that is a path", new { agent = "alice", name = "../notes", content = "a" });
        await story.Call("A name that looks like an id", new { agent = "alice", name = "DOC_1", content = "a" });
        await story.Call("No text", new { agent = "alice", name = "empty", content = " \n" });
        await story.Call("An empty title", new { agent = "alice", name = "empty", content = "a", title = "" });
        await story.Call("A version below all", new { agent = "alice", name = "empty", content = "a", expectedVersion = -1 });
        await story.Call("By nobody known", new { agent = "alcie", name = "empty", content = "a" });
        Approve(story, "save_document");
    }

    [Fact]
    public async Task Get_document_answers_as_approved()
    {
        await Start("alice", "bob");
        string id = await Save("alice", "guide", "one");
        await Save("bob", "guide", "two");
        Story story = Tell("get_document");
        await story.Call("The newest version", new { name = "GUIDE" });
        await story.Call("By id, an earlier one", new { name = id, version = 1 });
        await story.Call("A version that there is not", new { name = "guide", version = 3 });
        await story.Call("No such document", new { name = "giude" });
        Approve(story, "get_document");
    }

    [Fact]
    public async Task List_documents_answers_as_approved()
    {
        await Start("alice", "bob");
        Story story = Tell("list_documents");
        await story.Call("None yet");
        await Call("save_document", new { agent = "alice", name = "a", content = "one", category = "guides" });
        await Call("save_document", new { agent = "alice", name = "b", content = "[1]", format = "json" });
        await Call("save_document", new { agent = "alice", name = "c", content = "three", category = "guides" });
        await Save("bob", "a", "one, newer");
        string cursor = (await story.Call("The latest created first, a page of two", new { limit = 2 })).GetText("cursor");
        await story.Call("The next page", new { limit = 2, cursor });
        await story.Call("Of a category, whatever its case, the oldest first", new { category = "GUIDES", order = "asc" });
        await story.Call("Last saved by an agent", new { agent = "bob" });
        await story.Call("Of a format", new { format = "json" });
        await story.Call("Saved in a time when nothing was", new { until = "2020-01-01" });
        await story.Call("A cursor of another filter", new { category = "guides", cursor });
        await story.Call("By nobody known", new { agent = "bop" });
        Approve(story, "list_documents");
    }

    [Fact]
    public async Task Search_documents_answers_as_approved()
    {
        await Start("alice", "bob");
        Story story = Tell("search_documents");
        await story.Call("Nothing saved yet", new { query = "parser" });
        await Call("save_document", new { agent = "alice", name = "parser", content = "How it *works*.", category = "guides" });
        await Save("alice", "plan", "The Pärser comes first; parser, parser!");
        await Save("bob", "notes", "The \"parser\" is done 🎉");
        await Save("bob", "notes", "The \"parser\" is done, the lexer is not 🎉");
        string cursor = (await story.Call("The latest saved first, a page of two", new { query = "parser", limit = 2 })).GetText("cursor");
        await story.Call("The next page: a name is searched too", new { query = "parser", limit = 2, cursor });
        await story.Call("The best first", new { query = "parser", order = "rank", limit = 1 });
        await story.Call("A phrase, a beginning and who saved it", new { query = "\"the parser\" lex*", agent = "bob", format = "markdown", category = "general" });
        await story.Call("Text that looks like operators", new { query = "NOT parser OR \"(" });
        await story.Call("No words", new { query = "🎉 !" });
        await story.Call("A cursor of another search", new { query = "lexer", cursor });
        Approve(story, "search_documents");
    }

    [Fact]
    public async Task Ten_that_save_at_once_make_ten_versions_without_a_gap()
    {
        string[] agents = [.. Enumerable.Range(0, 10).Select(i => $"agent-{i}")];
        await Start(agents);
        ContractConnection other = await Connect();
        ToolAnswer[] saved = await Task.WhenAll(agents.Select((agent, i) =>
            (i % 2 == 0 ? Server : other).Call("save_document", new { agent, name = "shared", content = $"by {agent}" })));
        Assert.Equal(Enumerable.Range(1, 10).Select(n => (long)n), saved.Select(answer => answer.GetNumber("version")).Order());
        foreach ((string agent, ToolAnswer answer) in agents.Zip(saved))
        {
            ToolAnswer version = await Call("get_document", new { name = "shared", version = answer.GetNumber("version") });
            Assert.Equal((agent, $"by {agent}", 10), (version.GetText("savedBy"), version.GetText("content"), version.GetNumber("newestVersion")));
        }
    }

    [Fact]
    public async Task Of_ten_that_have_read_the_same_version_one_saves()
    {
        string[] agents = [.. Enumerable.Range(0, 10).Select(i => $"agent-{i}")];
        await Start(agents);
        await Save("agent-0", "shared", "one");
        ToolAnswer[] saved = await Task.WhenAll(agents.Select(agent =>
            Call("save_document", new { agent, name = "shared", content = $"by {agent}", expectedVersion = 1 })));
        Assert.Equal(2, Assert.Single(saved, answer => !answer.IsError).GetNumber("version"));
        Assert.All(saved.Where(answer => answer.IsError), answer => Refused("version_conflict", answer));
    }

    [Fact]
    public async Task A_megabyte_is_kept_to_the_byte_and_one_more_is_refused()
    {
        await Start("alice");
        string content = new string('é', LargestContent / 2 - 4) + "a needle";
        await Save("alice", "large", content);
        ToolAnswer document = await Call("get_document", new { name = "large" });
        Assert.Equal((LargestContent, content), (document.GetNumber("bytes"), document.GetText("content")));
        Assert.InRange((await Call("search_documents", new { query = "needle" })).Text.Length, 300, 2000);
        Refused("payload_too_large", await Call("save_document", new { agent = "alice", name = "large", content = content + "x" }));
        Assert.Equal(1, (await Call("get_document", new { name = "large" })).GetNumber("newestVersion"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("-rf")]
    [InlineData("a'; DROP TABLE documents; --")]
    [InlineData("\u212Aelvin")] // A Kelvin sign, which is a k in lower case.
    [InlineData("naïve")]
    [InlineData("🎉")]
    [InlineData("doc_1")]
    public async Task A_hostile_name_names_no_document(string name)
    {
        await Start("alice");
        Refused("invalid_name", await Call("save_document", new { agent = "alice", name, content = "a" }));
        Refused("not_found", await Call("get_document", new { name }));
        Refused("invalid_name", await Call("save_document", new { agent = "alice", name = new string('a', 129), content = "a" }));
        Assert.Equal(0, (await Call("list_documents")).GetNumber("total"));
    }

    [Fact]
    public async Task A_search_sees_the_newest_version_only_and_at_once_on_another_connection()
    {
        await Start("alice");
        ContractConnection other = await Connect();
        for (int i = 1; i <= 3; i++)
        {
            await Save("alice", "guide", $"needle version{i}");
            ToolAnswer found = await other.Call("search_documents", new { query = "needle" });
            Assert.Equal((1, i), (found.GetNumber("total"), found.GetNumber("documents.0.version")));
            Assert.Equal(0, (await Call("search_documents", new { query = $"version{i - 1}" })).GetNumber("total"));
        }
    }

    [Fact]
    public async Task A_title_category_or_format_alone_makes_a_version_and_the_rest_stays()
    {
        await Start("alice");
        await Call("save_document", new { agent = "alice", name = "guide", content = "1", title = "T", category = "c", format = "json" });
        Assert.Equal(2, (await Call("save_document", new { agent = "alice", name = "guide", content = "1", title = "U" })).GetNumber("version"));
        ToolAnswer document = await Call("get_document", new { name = "guide" });
        Assert.Equal(("U", "c", "json"), (document.GetText("title"), document.GetText("category"), document.GetText("format")));
        Refused("invalid_argument", await Call("save_document", new { agent = "alice", name = "guide", content = "{" }));
        Assert.Equal("T", (await Call("get_document", new { name = "guide", version = 1 })).GetText("title"));
    }

    [Fact]
    public async Task Documents_outlive_who_saved_them_and_the_project_that_they_came_from()
    {
        await Start("alice");
        (await Call("create_project", new { agent = "alice", name = "other" })).Succeeded();
        (await Call("start_session", new { agent = "bob", project = "other" })).Succeeded();
        (await Call("register_agent", new { name = "carol" })).Succeeded();
        await Save("bob", "of-bob", "needle");
        await Save("carol", "of-carol", "needle");
        (await Call("delete_project", new { agent = "alice", project = "other", confirm = "other" })).Succeeded();
        (await Call("remove_agent", new { agent = "alice", name = "carol" })).Succeeded();
        Assert.Equal("carol", (await Call("get_document", new { name = "of-carol" })).GetText("savedBy"));
        ToolAnswer orphan = await Call("get_document", new { name = "of-bob" });
        Assert.Equal("needle", orphan.GetText("content"));
        Assert.DoesNotContain("savedBy", orphan.Text, StringComparison.Ordinal);
        Assert.Equal(2, (await Call("search_documents", new { query = "needle" })).GetNumber("total"));
        Assert.Equal(2, (await Call("save_document", new { agent = "alice", name = "of-bob", content = "mine now", expectedVersion = 1 })).GetNumber("version"));
    }

    private async Task<string> Save(string agent, string name, string content) =>
        (await Call("save_document", new { agent, name, content })).GetText("id");
}
