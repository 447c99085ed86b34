using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Cli;

/// <summary><c>agentcraft backup</c>, and what servers that run meanwhile make of a restore.</summary>
public sealed class BackupCommandTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_backup_is_made_listed_verified_and_restored()
    {
        Assert.Equal((0, "There is no backup yet. Make one: agentcraft backup create\n"), Result(await Run("list")));
        Assert.Equal(1, (await Run("create")).ExitCode);
        await Fill("one");
        JsonElement created = JsonElement.Parse((await Run("create", "--json")).Output).GetProperty("backup");
        string name = created.GetProperty("name").GetString()!;
        Assert.Contains($"{name}  on demand", (await Run("list")).Output);
        Assert.Equal(name, JsonElement.Parse((await Run("list", "--json")).Output)[0].GetProperty("name").GetString());
        CommandRun verified = await Run("verify");
        Assert.Equal((0, ""), (verified.ExitCode, verified.Error));
        Assert.StartsWith($"{name} is sound: 1 files, ", verified.Output);

        await Fill("two");
        JsonElement restored = JsonElement.Parse((await Run("restore", name, "--yes", "--json")).Output);
        Assert.Equal(name, restored.GetProperty("backup").GetProperty("name").GetString());
        Assert.Equal(["one"], await Contents());
        CommandRun back = await Run("restore", restored.GetProperty("safetyBackup").GetString()!, "-y");
        Assert.Equal(0, back.ExitCode);
        Assert.Contains("Verifying", back.Error);
        Assert.Contains($"Its files are in {_project.PathOf(".agentcraft", "replaced")}", back.Output);
        Assert.Equal(["two", "one"], await Contents());
    }

    [Fact]
    public async Task What_is_damaged_or_not_there_is_exit_code_1_and_what_nobody_can_be_asked_2()
    {
        await Fill("one");
        string path = JsonElement.Parse((await Run("create", "--json")).Output).GetProperty("backup").GetProperty("path").GetString()!;
        CommandRun unasked = await Run("restore");
        Assert.Equal((2, ""), (unasked.ExitCode, unasked.Output));
        Assert.EndsWith("Help: agentcraft backup restore --help", unasked.Error.TrimEnd());
        File.AppendAllText(Path.Combine(path, "session.db"), "x");
        CommandRun verified = await Run("verify", Path.GetFileName(path));
        Assert.Equal(1, verified.ExitCode);
        Assert.Contains("session.db: size_differs: ", verified.Output);
        Assert.Contains("is missing or has another size", (await Run("list")).Output);
        CommandRun refused = await Run("restore", "--yes");
        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("is damaged and was not restored", refused.Error);
        CommandRun unknown = await Run("restore", Path.GetFileName(path)[..^1] + "-", "--yes");
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains($"Did you mean '{Path.GetFileName(path)}'?", unknown.Error);
        Assert.Equal(["one"], await Contents());
    }

    [Fact]
    public async Task Servers_that_run_go_on_with_the_restored_store()
    {
        await using HttpServer server = await HttpServer.Start(_project.Root);
        HttpConnection http = await server.Connect();
        await using StdioServer stdio = await StdioServer.Connect(_project.Root, ["--toolsets", "all"]), idle = await StdioServer.Connect(_project.Root);
        foreach (string agent in new[] { "alice", "bob" })
            (await stdio.Call("start_session", new { agent })).Succeeded();
        (await idle.Call("list_agents")).Succeeded();
        await stdio.Call("log_message", new { from = "alice", to = "bob", content = "kept" });
        await stdio.Call("append_history", new { agent = "alice", role = "user", content = "kept" });
        string name = (await stdio.Call("create_backup")).GetText("backup.name");
        await http.Call("log_message", new { from = "alice", to = "bob", content = "lost" });
        await stdio.Call("append_history", new { agent = "alice", role = "user", content = "lost" });
        string inbox = (await http.Call("read_inbox", new { agent = "bob" })).GetText("cursor"), history = (await stdio.Call("get_history", new { agent = "alice", limit = 1 })).GetText("cursor");
        StartedRequest waiting = await http.StartCall("wait_for_messages", new { agent = "bob", cursor = inbox, timeoutSeconds = 60 });

        Assert.Equal(0, (await Run("restore", name, "--yes")).ExitCode);

        Assert.Contains("cursor_expired", (await waiting.Result()).GetRawText());
        Assert.Equal("cursor_expired", (await http.Call("read_inbox", new { agent = "bob", cursor = inbox })).ErrorCode);
        Assert.Equal("cursor_expired", (await stdio.Call("get_history", new { agent = "alice", limit = 1, cursor = history })).ErrorCode);
        foreach (Func<string, object, Task<ToolAnswer>> call in new Func<string, object, Task<ToolAnswer>>[] { (tool, arguments) => http.Call(tool, arguments), (tool, arguments) => stdio.Call(tool, arguments), (tool, arguments) => idle.Call(tool, arguments) })
        {
            int before = (int)(await call("read_inbox", new { agent = "bob" })).GetNumber("unread");
            (await call("log_message", new { from = "alice", to = "bob", content = "new" })).Succeeded();
            Assert.Equal(before + 1, (await http.Call("read_inbox", new { agent = "bob" })).GetNumber("unread"));
        }
        Assert.Equal(4, (await idle.Call("read_inbox", new { agent = "bob" })).GetNumber("unread"));
        Assert.Equal(1, (await stdio.Call("get_history", new { agent = "alice" })).GetNumber("total"));
        Assert.DoesNotContain(" fail: ", stdio.StandardError);
    }

    [Fact]
    public async Task A_server_makes_backups_by_itself_and_of_many_one_does()
    {
        Directory.CreateDirectory(_project.PathOf(".agentcraft"));
        File.WriteAllText(_project.PathOf(".agentcraft", "config.json"), """{"backup":{"interval":2,"maxBackups":3}}""");
        StdioServer[] servers = [.. await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StdioServer.Connect(_project.Root, ["--toolsets", "all"])))];
        foreach (StdioServer server in servers)
            (await server.Call("start_session", new { agent = "alice" })).Succeeded();
        string backups = _project.PathOf(".agentcraft", "backups");
        await Eventually.Become(async () => (await servers[0].Call("list_events", new { type = "backup_created" })).GetNumber("total") >= 5, TimeSpan.FromSeconds(60), "five backups");
        DateTime[] times = [.. (await servers[0].Call("list_events", new { type = "backup_created" })).At("events").EnumerateArray().Select(e => e.GetProperty("createdAt").GetDateTime()).Order()];
        // None while the last one was young, though four servers looked.
        Assert.All(times.Zip(times[1..]), pair => Assert.True(pair.Second - pair.First > TimeSpan.FromSeconds(1.5), $"{pair.First:O} {pair.Second:O}"));
        Assert.InRange(Directory.GetDirectories(backups).Count(folder => !folder.EndsWith(".tmp", StringComparison.Ordinal)), 3, 4);
        foreach (StdioServer server in servers)
            await server.DisposeAsync();
        Assert.Equal(0, (await Run("verify")).ExitCode);
    }

    [Fact]
    [OnPostgres]
    public async Task On_PostgreSQL_the_way_to_go_is_named()
    {
        await using StdioServer server = await StdioServer.Connect(_project.Root, ["--toolsets", "all"]);
        foreach (string tool in new[] { "create_backup", "list_backups" })
        {
            ToolAnswer refused = await server.Call(tool);
            Assert.Equal("not_supported", refused.ErrorCode);
            Assert.Contains("pg_dump", refused.Hint);
        }
        foreach (string[] command in new string[][] { ["create"], ["list"], ["verify"], ["restore", "--yes"] })
        {
            CommandRun refused = await Run(command);
            Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
            Assert.Contains("pg_dump", refused.Error);
        }
    }

    private static (int, string) Result(CommandRun run) => (run.ExitCode, run.Output);

    private Task<CommandRun> Run(params string[] arguments) => CommandRun.Of(_project.Root, ["backup", .. arguments]);

    private async Task Fill(string content)
    {
        await using StdioServer server = await StdioServer.Connect(_project.Root);
        await server.Call("start_session", new { agent = "alice" });
        await server.Call("register_agent", new { name = "bob" });
        (await server.Call("log_message", new { from = "alice", to = "bob", content })).Succeeded();
    }

    private async Task<string[]> Contents()
    {
        await using StdioServer server = await StdioServer.Connect(_project.Root);
        return [.. (await server.Call("get_conversation", new { agentA = "alice", agentB = "bob" })).At("messages").EnumerateArray().Select(message => message.GetProperty("content").GetString()!)];
    }
}
