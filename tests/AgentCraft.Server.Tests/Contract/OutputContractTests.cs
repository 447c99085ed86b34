using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Contract;

/// <summary><c>record_output</c>, <c>list_outputs</c>, <c>get_output</c>, <c>search_outputs</c> and <c>list_output_paths</c>.</summary>
public abstract class OutputContractTests(ContractTransport transport) : ServerContractTests(transport)
{
    [Fact]
    public async Task Record_output_answers_as_approved()
    {
        await Start("alice");
        File.WriteAllText(Path.Combine(Root, "build.log"), "ok\n");
        Story story = Tell("record_output");
        await story.Call("A file", new { agent = "alice", path = "src/index.ts", content = "let x = 1;\n" });
        await story.Call("Its next version", new { agent = "ALICE", path = "src/index.ts", content = "let x = 2;\n", idempotencyKey = "o1" });
        await story.Call("Repeated with its key", new { agent = "ALICE", path = "src/index.ts", content = "let x = 2;\n", idempotencyKey = "o1" });
        await story.Call("The key of another call", new { agent = "ALICE", path = "src/index.ts", content = "let x = 3;\n", idempotencyKey = "o1" });
        await story.Call("A log, read from the project", new { agent = "alice", path = "build.log", type = "log", fromFile = true });
        await story.Call("Bytes", new { agent = "alice", path = "out/a.bin", type = "artifact", content = "AAH/", encoding = "base64" });
        await story.Call("Neither", new { agent = "alice", path = "a" });
        await story.Call("Both", new { agent = "alice", path = "a", content = "x", fromFile = true });
        await story.Call("Not relative", new { agent = "alice", path = "/src/index.ts", content = "x" });
        await story.Call("Out of the project", new { agent = "alice", path = "../x", content = "x" });
        await story.Call("No such file", new { agent = "alice", path = "none.log", fromFile = true });
        await story.Call("The store itself", new { agent = "alice", path = ".agentcraft/session.db", fromFile = true });
        await story.Call("No base64", new { agent = "alice", path = "a", content = "!", encoding = "base64" });
        await story.Call("A type that is none", new { agent = "alice", path = "a", content = "x", type = "picture" });
        await story.Call("No such session", new { agent = "alice", path = "a", content = "x", session = "session_0" });
        await story.Call("No such agent", new { agent = "alcie", path = "a", content = "x" });
        Approve(story, "record_output");
    }

    [Fact]
    public async Task Get_output_answers_as_approved()
    {
        await Start("alice", "bob");
        string id = (await Call("record_output", new { agent = "alice", path = "src/index.ts", content = "let x = 1;\nlet y = 1;\n" })).GetText("output.id");
        await Call("record_output", new { agent = "bob", path = "src/index.ts", content = "let x = 1;\nlet y = 2;\n" });
        await Call("record_output", new { agent = "bob", path = "a.bin", content = "AAH/", encoding = "base64" });
        Story story = Tell("get_output");
        await story.Call("The newest of a path", new { path = "src/index.ts" });
        await story.Call("By its id", new { id });
        await story.Call("An earlier version", new { path = "src/index.ts", version = 1 });
        await story.Call("What changed", new { path = "src/index.ts", diff = true });
        await story.Call("What changed in the first", new { id, diff = true });
        await story.Call("Bytes", new { path = "a.bin" });
        await story.Call("What changed in bytes", new { path = "a.bin", diff = true });
        await story.Call("No such output", new { id = "output_0" });
        await story.Call("No such path", new { path = "src/index.js" });
        await story.Call("No such version", new { path = "src/index.ts", version = 9 });
        await story.Call("Behind its end", new { id, offset = 1000 });
        await story.Call("Neither", new { });
        await story.Call("No such project", new { path = "src/index.ts", project = "none" });
        Approve(story, "get_output");
    }

    [Fact]
    public async Task List_outputs_answers_as_approved()
    {
        await Start("alice", "bob");
        await Record();
        Story story = Tell("list_outputs");
        string cursor = (await story.Call("The newest first, a page of two", new { limit = 2 })).GetText("cursor");
        await story.Call("The next page", new { limit = 2, cursor });
        await story.Call("In a directory, by an agent", new { path = "src/", agent = "alice", type = "file", order = "asc" });
        await story.Call("Nothing", new { type = "log", until = "2020-01-01" });
        await story.Call("A cursor of other filters", new { path = "src/", cursor });
        await story.Call("No such agent", new { agent = "bop" });
        Approve(story, "list_outputs");
    }

    [Fact]
    public async Task List_output_paths_answers_as_approved()
    {
        Story story = Tell("list_output_paths");
        await story.Call("Before there is a project", new { });
        await Start("alice", "bob");
        await Record();
        string cursor = (await story.Call("A page of one", new { limit = 1 })).GetText("cursor");
        await story.Call("The next", new { limit = 1, cursor });
        await story.Call("In a directory, where the newest is by an agent", new { path = "src/", agent = "bob" });
        await story.Call("No such project", new { project = "none" });
        Approve(story, "list_output_paths");
    }

    [Fact]
    public async Task Search_outputs_answers_as_approved()
    {
        await Start("alice", "bob");
        Story story = Tell("search_outputs");
        await story.Call("Nothing made yet", new { query = "parser" });
        await Call("record_output", new { agent = "alice", path = "src/parser.ts", content = "export function parser() {}\n" });
        await Call("record_output", new { agent = "bob", path = "docs/parser.md", content = "The *Pärser* is done. 🎉\n" });
        await Call("record_output", new { agent = "bob", path = "src/parser.ts", content = "export function parse() {}\n" });
        await story.Call("The newest versions", new { query = "parser" });
        string cursor = (await story.Call("All versions, a page of one", new { query = "parser", allVersions = true, limit = 1 })).GetText("cursor");
        await story.Call("The next page", new { query = "parser", allVersions = true, limit = 1, cursor });
        await story.Call("A beginning, in a directory, by an agent", new { query = "pars*", path = "src/", agent = "bob", type = "file", order = "asc" });
        await story.Call("Text that looks like operators", new { query = "NOT parser OR \"(" });
        await story.Call("No words", new { query = "🎉 !" });
        await story.Call("A cursor of another search", new { query = "lexer", cursor });
        await story.Call("No such agent", new { query = "parser", agent = "bop" });
        Approve(story, "search_outputs");
    }

    [Fact]
    public async Task A_long_content_comes_in_parts_that_join_to_all_of_it()
    {
        await Start("alice");
        string content = string.Concat(Enumerable.Range(0, 60_000).Select(i => i % 3 == 0 ? "🎉" : "ab"));
        (await Call("record_output", new { agent = "alice", path = "a", content })).Succeeded();
        string read = "";
        for (int? offset = 0; offset is not null;)
        {
            ToolAnswer part = await Call("get_output", new { path = "a", offset });
            read += part.GetText("content");
            offset = part.At("").TryGetProperty("nextOffset", out System.Text.Json.JsonElement next) ? next.GetInt32() : null;
        }
        Assert.Equal(content, read);
    }

    [Fact]
    public async Task Content_over_the_limit_is_refused()
    {
        await Start("alice");
        Refused("payload_too_large", await Call("record_output", new { agent = "alice", path = "a", content = new string('x', (2 << 20) + 1) }));
        Assert.Equal(2 << 20, (await Call("record_output", new { agent = "alice", path = "a", content = new string('x', 2 << 20) })).GetNumber("output.size"));
    }

    private async Task Record()
    {
        (await Call("record_output", new { agent = "alice", path = "src/a.ts", content = "a" })).Succeeded();
        (await Call("record_output", new { agent = "alice", path = "notes.log", type = "log", content = "n" })).Succeeded();
        (await Call("record_output", new { agent = "bob", path = "src/a.ts", content = "b" })).Succeeded();
    }
}
