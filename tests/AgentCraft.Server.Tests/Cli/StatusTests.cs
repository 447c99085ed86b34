using System.Text.Json;
using AgentCraft.Server.Cli;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Cli;

/// <summary><c>agentcraft status</c>.</summary>
[OnEveryEngine]
public sealed class StatusTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task It_shows_who_is_here_what_is_unread_open_and_claimed_and_what_to_look_at()
    {
        await using StdioServer server = await StdioServer.Connect(_project.Root, ["--toolsets", "all"]);
        await server.Call("start_session", new { agent = "alice", type = "coder" });
        await server.Call("start_session", new { agent = "bob" });
        await server.Call("update_agent_status", new { agent = "alice", status = "busy", currentTask = "the uploader" });
        await server.Call("log_message", new { from = "alice", to = "bob", content = "now!", importance = "urgent" });
        await server.Call("create_task", new { agent = "alice", instruction = "Test it" });
        await server.Call("claim_paths", new { agent = "alice", patterns = new[] { "src/**" }, reason = "refactoring" });
        (await server.Call("create_handover", new
        {
            agent = "alice", template = "quick", title = "Uploads", publish = true, sections = new Dictionary<string, string> { ["Done"] = "All of it.", ["Next steps"] = "- [ ] Ship it" },
        })).Succeeded();

        JsonElement status = JsonElement.Parse((await Run("--json")).Output);
        Assert.Equal(_project.Root, status.GetProperty("root").GetString());
        Assert.Equal(_project.Engine == Engine.Sqlite ? "sqlite" : "postgres", status.GetProperty("store").GetProperty("engine").GetString());
        Assert.True(status.GetProperty("store").GetProperty("bytes").GetInt64() > 4096);
        JsonElement alice = Assert.Single(status.GetProperty("agents").EnumerateArray(), agent => agent.GetProperty("name").ValueEquals("alice"));
        Assert.Equal("the uploader", alice.GetProperty("worksOn").GetString());
        Assert.Equal(1, status.GetProperty("unread").GetInt64());
        Assert.Equal("bob", status.GetProperty("inboxes")[0].GetProperty("agent").GetString());
        Assert.Equal(1, status.GetProperty("openTasks").GetProperty("queued").GetInt64());
        Assert.Equal("src/**", status.GetProperty("claims")[0].GetProperty("pattern").GetString());
        Assert.Contains("Urgent mail is unread by: bob.", status.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetString()));

        CommandRun text = await Run();
        Assert.Equal((0, ""), (text.ExitCode, text.Error));
        Assert.Contains("alice (coder, busy, ", text.Output, StringComparison.Ordinal);
        Assert.Contains("the uploader", text.Output, StringComparison.Ordinal);
        Assert.Contains("Open tasks 1 queued", text.Output, StringComparison.Ordinal);
        Assert.Contains("alice: src/**, until in ", text.Output, StringComparison.Ordinal);
        Assert.Contains("Hand-over  \"Uploads\" by alice, version 1", text.Output, StringComparison.Ordinal);
        Assert.Contains("Warning    Urgent mail is unread by: bob.", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    [OnSqlite("There the store is made by looking.")]
    public async Task Looking_makes_no_store()
    {
        CommandRun text = await Run();
        Assert.Equal((0, ""), (text.ExitCode, text.Error));
        Assert.Contains("not made yet", text.Output, StringComparison.Ordinal);
        Assert.False(JsonElement.Parse((await Run("--json")).Output).GetProperty("store").GetProperty("exists").GetBoolean());
        Assert.Empty(Directory.EnumerateFileSystemEntries(_project.Root));
    }

    [Fact]
    public async Task What_agents_wrote_cannot_control_the_terminal()
    {
        await using StdioServer server = await StdioServer.Connect(_project.Root, ["--toolsets", "all"]);
        await server.Call("start_session", new { agent = "mallory" });
        (await server.Call("update_agent_status", new { agent = "mallory", status = "busy", currentTask = "\u001b]0;owned\u0007\u001b[2J\nRoot /etc \u202Egpj.exe\u009b31m" })).Succeeded();
        string text = (await Run()).Output;
        Assert.DoesNotContain(text, c => c != '\n' && (char.IsControl(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format));
        Assert.Contains("\\u{001B}]0;owned\\u{0007}\\u{001B}[2J\\nRoot /etc \\u{202E}gpj.exe\\u{009B}31m", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain é 😀 漢", "plain é 😀 漢")]
    [InlineData("a\nb\r\tc", "a\\nb\\r\\tc")]
    [InlineData("\u2066x\u2069\u200f\u2028\ufeff", "\\u{2066}x\\u{2069}\\u{200F}\\u{2028}\\u{FEFF}")]
    [InlineData("👩\u200D💻", "👩\u200D💻")]
    [InlineData("\ue000\U000E0041", "\\u{E000}\\u{E0041}")]
    public void Text_is_shown_on_one_line_and_obeyed_nowhere(string text, string shown) => Assert.Equal(shown, TerminalText.Of(text));

    [Fact]
    public void What_a_command_prints_to_a_terminal_can_be_seen_and_keeps_its_lines()
    {
        using StringWriter terminal = new();
        using TerminalWriter shown = new(terminal);
        shown.Write("a\u001B[2J\n");
        shown.Write('\u202E');
        shown.Write(['b', '\u200B', 'c'], 1, 2);
        shown.WriteLine("é 👩\u200D💻\t\u009B");
        Assert.Equal("a\\u{001B}[2J\n\\u{202E}\\u{200B}cé 👩\u200D💻\t\\u{009B}" + shown.NewLine, terminal.ToString());
    }

    [Fact]
    public void Text_is_cut_between_characters_not_in_them()
    {
        Assert.Equal("ab…", TerminalText.Of("ab😀", 3));
        Assert.Equal("ab…", TerminalText.Of("ab\u001bc", 8));
        Assert.Equal("ab\\u{001B}…", TerminalText.Of("ab\u001bcd", 10));
    }

    private Task<CommandRun> Run(params string[] more) => CommandRun.Of(_project.Root, ["status", "--root", _project.Root, .. more]);
}
