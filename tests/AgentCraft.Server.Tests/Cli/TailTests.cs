using System.Diagnostics;
using System.Text.Json;
using AgentCraft.Data.Storage;
using AgentCraft.Server.Cli;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Cli;

/// <summary><c>agentcraft tail</c>, as a process of its own beside the servers that write.</summary>
[OnEveryEngine]
public sealed class TailTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task It_begins_with_the_newest_and_goes_on_with_what_any_process_commits()
    {
        await using StdioServer server = await Start();
        for (int i = 0; i < 15; i++)
            await Say(server, $"old {i}");
        using Process tail = CommandRun.Start(_project.Root, "tail", "--json", "--kind", "message", "-n", "3", "--root", _project.Root);
        Assert.Equal(["old 12", "old 13", "old 14"], (await Read(tail, 3)).Select(Content));
        await using StdioServer other = await StdioServer.Connect(_project.Root);
        await Say(server, "new 1");
        await Say(other, "new 2");
        Assert.Equal(["new 1", "new 2"], (await Read(tail, 2)).Select(Content));
        await End(tail);
    }

    [Fact]
    public async Task Nothing_is_missed_or_shown_twice_between_what_there_was_and_what_comes()
    {
        await using StdioServer server = await Start();
        await using StdioServer other = await StdioServer.Connect(_project.Root);
        Task writing = Task.WhenAll(Task.Run(() => Write(server, "a")), Task.Run(() => Write(other, "b")));
        using Process tail = CommandRun.Start(_project.Root, "tail", "--json", "--kind", "message", "--since", "1h", "--root", _project.Root);
        List<JsonElement> seen = await Read(tail, 300);
        await writing;
        await End(tail);
        Assert.Equal(300, seen.Select(Content).Distinct().Count());
        Assert.Equal(Enumerable.Range(1, 300), seen.Select(message => (int)message.GetProperty("seq").GetInt64()));

        static async Task Write(StdioServer server, string name)
        {
            for (int i = 0; i < 150; i++)
                await Say(server, $"{name}{i}");
        }
    }

    [Fact]
    public async Task Kinds_agents_sessions_and_times_can_be_chosen()
    {
        await using StdioServer server = await Start();
        string session = (await server.Call("start_session", new { agent = "alice" })).GetText("session.id");
        await server.Call("register_agent", new { name = "carol" });
        await Say(server, "to bob");
        await server.Call("log_message", new { from = "carol", to = "bob", content = "from carol" });
        string task = (await server.Call("create_task", new { agent = "alice", instruction = "Test it" })).GetText("task.id");
        (await server.Call("create_handover", new { agent = "alice", template = "quick", title = "H", sections = new Dictionary<string, string> { ["Done"] = "x" } })).Succeeded();

        Assert.Equal(["to bob", "from carol"], (await Once("--kind", "message")).Select(Content));
        JsonElement created = Assert.Single(await Once("--kind", "task"));
        Assert.Equal(("task_created", task, "Test it"), (created.GetProperty("type").GetString(), created.GetProperty("entityId").GetString(), Content(created)));
        Assert.Equal("handover_created", Assert.Single(await Once("--kind", "handover")).GetProperty("type").GetString());
        Assert.All(await Once("--kind", "event"), entry => Assert.Equal("event", entry.GetProperty("kind").GetString()));
        Assert.Equal(3, (await Once("--kind", "message,task")).Count);
        Assert.Equal(["from carol"], (await Once("--agent", "carol", "--kind", "message")).Select(Content));
        Assert.Equal(["to bob"], (await Once("--session", session, "--kind", "message")).Select(Content));
        Assert.Empty(await Once("--since", "2100-01-01"));
        Assert.Equal((await Once("-n", "1000")).Count, (await Once("--since", "1h")).Count);
        Assert.Empty(await Once("-n", "0"));
    }

    [Fact]
    public async Task An_unknown_agent_is_told_with_the_nearest()
    {
        await using StdioServer server = await Start();
        CommandRun run = await CommandRun.Of(_project.Root, "tail", "--agent", "alise", "--root", _project.Root);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("No agent 'alise'.\nDid you mean 'alice'?", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no kind 'mesage'. Did you mean 'message'?", "--kind", "mesage")]
    [InlineData("--since is no time: 'yesterday'.", "--since", "yesterday")]
    [InlineData("--lines is 0 to 10000", "--lines", "-1")]
    public async Task What_makes_no_sense_is_a_usage_error(string message, params string[] arguments)
    {
        CommandRun run = await CommandRun.Of(_project.Root, ["tail", .. arguments]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith(message, run.Error, StringComparison.Ordinal);
    }

    [Requires(Need.Unix, "sends the signal of Ctrl+C")]
    public async Task It_ends_quietly_when_interrupted()
    {
        await using StdioServer server = await Start();
        await Say(server, "x");
        using Process tail = CommandRun.StartInterruptible(_project.Root, "tail", "--root", _project.Root);
        await tail.StandardOutput.ReadLineAsync().WaitAsync(Limit);
        Signals.Interrupt(tail.Id);
        await tail.WaitForExitAsync().WaitAsync(Limit);
        Assert.Equal((0, ""), (tail.ExitCode, await tail.StandardError.ReadToEndAsync()));
    }

    [Requires(Need.Unix, "closes a shell's pipe")]
    public async Task It_ends_quietly_when_nobody_reads_any_more()
    {
        await using StdioServer server = await Start();
        await Say(server, "x");
        // The shell's own pipe: head takes one line and is gone, and nothing more is ever said.
        using Process shell = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", $"set -o pipefail; '{ServerExecutable.Path}' tail --root '{_project.Root}' | head -n 1"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, Environment = { [TestStore.Variable] = _project.Store },
        })!;
        await shell.WaitForExitAsync().WaitAsync(Limit);
        Assert.Equal((0, ""), (shell.ExitCode, await shell.StandardError.ReadToEndAsync()));
        Assert.Single((await shell.StandardOutput.ReadToEndAsync()).TrimEnd().Split('\n'));
    }

    [Fact]
    [OnSqlite("There the store is made by looking.")]
    public async Task Without_a_store_it_waits_for_one_and_makes_none()
    {
        using Process tail = CommandRun.Start(_project.Root, "tail", "--json", "--kind", "message", "--root", _project.Root);
        Assert.StartsWith("There is no store here yet", await tail.StandardError.ReadLineAsync().WaitAsync(Limit), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_project.Root));
        await using StdioServer server = await Start();
        await Say(server, "first");
        Assert.Equal(["first"], (await Read(tail, 1)).Select(Content));
        await End(tail);
    }

    [Fact]
    public async Task A_store_that_was_replaced_is_told_and_followed()
    {
        await using StdioServer server = await Start();
        await Say(server, "before");
        using Process tail = CommandRun.Start(_project.Root, "tail", "--json", "--kind", "message", "--root", _project.Root);
        Assert.Equal("before", Content((await Read(tail, 1))[0]));
        // What a restore does, as far as readers can tell: another life of the store, whose numbers begin anew.
        await using (Databases databases = new(_project.Root, new StoreSettings { Postgres = _project.Store }, TimeProvider.System))
            await databases.Central.Write(c => c.Execute("UPDATE store_info SET value = 'another' WHERE key = 'epoch'") + Unindex(c) + c.Execute("UPDATE messages SET seq = seq - 1000"));
        Assert.Equal("store_replaced", (await Read(tail, 1))[0].GetProperty("type").GetString());
        await Say(server, "after");
        Assert.Equal("after", Content((await Read(tail, 1))[0]));
        await End(tail);
    }

    [Fact]
    public void A_line_says_when_what_who_and_no_more_than_fits()
    {
        Data.Activities.Activity message = new()
        {
            Kind = Data.Activities.ActivityKind.Message, Type = "request", Importance = "high", From = "alice", To = "bob", Content = "one\ntwo\u001b[2J" + new string('x', 500),
        };
        string line = Tailing.Line(message, 100);
        Assert.Matches(@"^\d\d:\d\d:\d\d message  alice → bob request \(high\): one\\ntwo\\u\{001B\}\[2Jx+…$", line);
        Assert.True(line.Length <= 100, line);
    }

    /// <summary>The server may have indexed the message meanwhile, and what PostgreSQL has indexed keeps its number.</summary>
    private int Unindex(Connection c) => _project.Store is null ? 0 : c.Execute("DELETE FROM search_messages");

    private async Task<StdioServer> Start()
    {
        StdioServer server = await StdioServer.Connect(_project.Root, ["--toolsets", "all"]);
        await server.Call("register_agent", new { name = "alice" });
        await server.Call("register_agent", new { name = "bob" });
        return server;
    }

    private static async Task Say(StdioServer server, string what) => (await server.Call("log_message", new { from = "alice", to = "bob", content = what })).Succeeded();

    private async Task<List<JsonElement>> Once(params string[] arguments)
    {
        CommandRun run = await CommandRun.Of(_project.Root, ["tail", "--once", "--json", "--root", _project.Root, .. arguments]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }

    private static async Task<List<JsonElement>> Read(Process tail, int count)
    {
        List<JsonElement> read = [];
        while (read.Count < count)
            read.Add(JsonElement.Parse((await tail.StandardOutput.ReadLineAsync().WaitAsync(Limit))!));
        return read;
    }

    private static async Task End(Process tail)
    {
        tail.Kill();
        await tail.WaitForExitAsync().WaitAsync(Limit);
    }

    private static string? Content(JsonElement entry) => entry.TryGetProperty("content", out JsonElement content) ? content.GetString() : null;
}
