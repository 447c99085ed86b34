using System.Diagnostics;
using System.Text.Json;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Cli;

/// <summary><c>agentcraft export</c> and <c>agentcraft import</c>, as processes beside servers that go on.</summary>
[OnEveryEngine]
public sealed class TransferCommandTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly TemporaryProject _from = new(), _to = new();

    public void Dispose()
    {
        _from.Dispose();
        _to.Dispose();
    }

    [Fact]
    public async Task What_one_project_had_another_has_and_its_server_goes_on_with_it()
    {
        await using (StdioServer server = await Talk())
            (await server.Call("create_handover", new { agent = "alice", template = "quick", title = "H", publish = true, sections = new Dictionary<string, string> { ["Done"] = "All of it.", ["Next steps"] = "- [ ] Rest" } })).Succeeded();
        CommandRun export = await Run(_from, "export", "--output", "x.jsonl");
        Assert.Equal((0, ""), (export.ExitCode, export.Error));
        Assert.Matches(@"^Exported \d+ rows of 'ac-\w+' to .*x\.jsonl: .*\d+ messages", export.Output);
        CommandRun import = await Run(_to, "import", _from.PathOf("x.jsonl"));
        Assert.Equal((0, ""), (import.ExitCode, import.Error));
        Assert.StartsWith("Imported ", import.Output, StringComparison.Ordinal);

        await using StdioServer other = await StdioServer.Connect(_to.Root, ["--toolsets", "all"]);
        ToolAnswer inbox = await other.Call("read_inbox", new { agent = "bob" });
        Assert.Equal((3, "hello 0"), (inbox.GetNumber("unread"), inbox.GetText("messages.0.content")));
        Assert.Equal("H", (await other.Call("get_handover", new { agent = "bob" })).GetText("handover.title"));
        // The default project came along: whoever comes now works in it.
        Assert.Equal(Path.GetFileName(_from.Root), (await other.Call("start_session", new { agent = "carol" })).GetText("session.project"));
        Assert.Equal("bob", (await other.Call("log_message", new { from = "alice", to = "bob", content = "on we go" })).GetText("messages.0.to"));
    }

    [Fact]
    public async Task Pipes_carry_it_and_nothing_else_goes_to_standard_output()
    {
        await using (await Talk())
        {
        }
        CommandRun export = await Run(_from, "export");
        Assert.StartsWith("Exported ", export.Error, StringComparison.Ordinal);
        Assert.All(export.Output.TrimEnd().Split('\n'), line => Assert.Equal(JsonValueKind.Object, JsonElement.Parse(line).ValueKind));
        CommandRun import = await CommandRun.WithInput(export.Output, _to.Root, "import", "-", "--root", _to.Root, "--json");
        Assert.Equal(0, import.ExitCode);
        JsonElement summary = JsonElement.Parse(import.Output);
        Assert.Equal((true, 3), (summary.GetProperty("done").GetBoolean(), summary.GetProperty("imported").GetProperty("messages").GetInt32()));
        Assert.All(import.Error.TrimEnd().Split('\n'), line => Assert.Contains(JsonElement.Parse(line).GetProperty("stage").GetString(), new[] { "checking", "importing" }));
        Assert.Contains("0 rows", (await CommandRun.WithInput(export.Output, _to.Root, "import", "-", "--root", _to.Root)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_there_is_not_replaced_without_force_and_what_fails_leaves_none()
    {
        await using (await Talk())
        {
        }
        await File.WriteAllTextAsync(_from.PathOf("x.jsonl"), "mine");
        CommandRun refused = await Run(_from, "export", "-o", "x.jsonl");
        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.Equal("mine", await File.ReadAllTextAsync(_from.PathOf("x.jsonl")));
        Assert.Equal(0, (await Run(_from, "export", "-o", "x.jsonl", "--force")).ExitCode);
        Assert.StartsWith("{\"agentcraft\":\"export\"", await File.ReadAllTextAsync(_from.PathOf("x.jsonl")), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_from.PathOf("x.jsonl")));
        CommandRun unknown = await Run(_from, "export", "-o", "y.jsonl", "--project", "nobody's");
        Assert.Equal((1, ""), (unknown.ExitCode, unknown.Output));
        Assert.StartsWith("No project 'nobody's'.", unknown.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await Run(_from, "export", "-o", "no/such/y.jsonl")).ExitCode);
        Assert.Empty(Directory.EnumerateFiles(_from.Root, "y.jsonl*"));
    }

    [Fact]
    [OnSqlite("There the store is made by looking.")]
    public async Task Where_there_is_no_store_there_is_nothing_to_export()
    {
        CommandRun run = await Run(_from, "export");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("There is no store in ", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_from.Root));
    }

    [Fact]
    public async Task Conflicts_are_listed_and_nothing_is_imported_unless_they_are_skipped()
    {
        await using (await Talk())
        {
        }
        await Run(_from, "export", "-o", "x.jsonl");
        await using (StdioServer other = await StdioServer.Connect(_to.Root))
            await other.Call("register_agent", new { name = "alice" });
        CommandRun refused = await Run(_to, "import", _from.PathOf("x.jsonl"));
        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.Matches(@"^Nothing was imported: 1 rows contradict the store\.\n  line \d+: agents agent_alice_\d+: name_key 'alice' is taken by another\n", refused.Error);
        Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
        CommandRun json = await Run(_to, "import", _from.PathOf("x.jsonl"), "--json");
        Assert.Equal(1, json.ExitCode);
        Assert.Equal("agents", JsonElement.Parse(json.Output).GetProperty("conflicts")[0].GetProperty("table").GetString());
        Assert.Equal(0, (await Run(_to, "import", _from.PathOf("x.jsonl"), "--on-conflict", "skip")).ExitCode);
        Assert.Equal(2, (await Run(_to, "import", _from.PathOf("x.jsonl"), "--on-conflict", "perhaps")).ExitCode);
    }

    [Fact]
    public async Task Killed_anywhere_it_is_finished_exactly_by_running_it_again()
    {
        await using (await Talk())
        {
        }
        await AddMessages(3000);
        await Run(_from, "export", "-o", "x.jsonl");
        Random random = new(8);
        int killed = 0;
        for (int i = 0; i < 4; i++)
        {
            using Process import = CommandRun.Start(_to.Root, "import", _from.PathOf("x.jsonl"), "--root", _to.Root, "--json");
            // From the first sign that it writes on, at any moment.
            while (await import.StandardError.ReadLineAsync().WaitAsync(Limit) is { } line && !line.Contains("\"importing\"", StringComparison.Ordinal))
            {
            }
            if (!import.WaitForExit(random.Next(0, 120)))
            {
                import.Kill();
                killed++;
            }
            await import.WaitForExitAsync().WaitAsync(Limit);
        }
        Assert.True(killed > 0);
        CommandRun end = await Run(_to, "import", _from.PathOf("x.jsonl"));
        Assert.Equal((0, ""), (end.ExitCode, end.Error));
        await Run(_to, "export", "-o", "y.jsonl");
        Assert.Equal(File.ReadAllLines(_from.PathOf("x.jsonl"))[1..^1], File.ReadAllLines(_to.PathOf("y.jsonl"))[1..^1]);
        using Contract.StoreView view = Contract.StoreView.Central(_to);
        view.AssertCountsAreExact();
        view.AssertIntact();
        Assert.Equal(0, view.Count("SELECT count(*) FROM store_info WHERE key LIKE 'import%'"));
    }

    [Requires(Need.Unix, "closes a shell's pipe")]
    public async Task A_reader_that_is_gone_ends_the_export()
    {
        await using (await Talk())
        {
        }
        await AddMessages(30_000);
        using Process shell = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", $"'{ServerExecutable.Path}' export --root '{_from.Root}' | head -n 1 > /dev/null; exit ${{PIPESTATUS[0]}}"])
        {
            RedirectStandardError = true, Environment = { [TestStore.Variable] = _from.Store },
        })!;
        string error = await shell.StandardError.ReadToEndAsync().WaitAsync(Limit);
        await shell.WaitForExitAsync().WaitAsync(Limit);
        Assert.Equal(1, shell.ExitCode);
        Assert.StartsWith("Standard output was closed before the export was complete.", error, StringComparison.Ordinal);
    }

    [Requires(Need.Linux, "gives the command a terminal, with script(1)")]
    public async Task A_person_at_a_terminal_sees_a_bar_and_a_file_holds_nothing_of_it()
    {
        await using (await Talk())
        {
        }
        await AddMessages(3000);
        string bare = await OnTerminal("1"), coloured = await OnTerminal(null);
        Assert.Contains("exporting", bare, StringComparison.Ordinal);
        Assert.Contains('%', bare);
        // Moving the cursor is no colour.
        Assert.DoesNotMatch(@"\u001b\[[0-9;]*m", bare);
        Assert.Matches(@"\u001b\[[0-9;]*m", coloured);
        Assert.Equal(JsonValueKind.Object, JsonElement.Parse((await File.ReadAllLinesAsync(_from.PathOf("bar.jsonl")))[^1]).ValueKind);

        async Task<string> OnTerminal(string? noColor)
        {
            ProcessStartInfo start = new("script", ["-qec", $"'{ServerExecutable.Path}' export --root '{_from.Root}' --output '{_from.PathOf("bar.jsonl")}' --force", "/dev/null"])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, Environment = { [TestStore.Variable] = _from.Store, ["NO_COLOR"] = noColor, ["TERM"] = "xterm-256color" },
            };
            using Process terminal = Process.Start(start)!;
            string output = await terminal.StandardOutput.ReadToEndAsync().WaitAsync(Limit);
            await terminal.WaitForExitAsync().WaitAsync(Limit);
            Assert.True(terminal.ExitCode == 0, output);
            return output;
        }
    }

    [Requires(Need.Linux, "reads how much memory a process ever had")]
    public async Task Memory_does_not_grow_with_the_rows()
    {
        await using (await Talk())
        {
        }
        await AddMessages(1000);
        (long small, long fewBytes) = await Peak("few.jsonl");
        await AddMessages(60_000);
        (long large, long manyBytes) = await Peak("many.jsonl");
        Assert.True(manyBytes > fewBytes + 60_000_000, $"{manyBytes}");
        Assert.True(large < small + 48 * 1024, $"{small} KiB for {fewBytes} bytes, {large} KiB for {manyBytes} bytes");
    }

    private async Task<(long KiB, long Bytes)> Peak(string file)
    {
        // The shell's own child, so that its peak can be asked for when it has ended.
        using Process shell = Process.Start(new ProcessStartInfo("/bin/bash", ["-c",
            $"exec 3< <('{ServerExecutable.Path}' export --root '{_from.Root}' --output '{_from.PathOf(file)}' & pid=$!; peak=0; while read -r _ kib _ < <(grep VmHWM /proc/$pid/status 2>/dev/null); do peak=$kib; sleep 0.02; done; wait $pid; echo $peak); cat <&3"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, Environment = { [TestStore.Variable] = _from.Store },
        })!;
        string output = await shell.StandardOutput.ReadToEndAsync().WaitAsync(Limit);
        await shell.WaitForExitAsync().WaitAsync(Limit);
        return (long.Parse(output.TrimEnd().Split('\n')[^1], System.Globalization.CultureInfo.InvariantCulture), new FileInfo(_from.PathOf(file)).Length);
    }

    private async Task AddMessages(int count)
    {
        await using Databases databases = new(_from.Root, new StoreSettings { Postgres = _from.Store }, TimeProvider.System);
        await databases.Central.Write(c =>
        {
            long before = c.First<long>("SELECT count(*) FROM messages");
            for (int i = 0; i < count; i++)
                c.Execute("""
                    INSERT INTO messages (id, from_seq, to_seq, conversation, thread_id, message_type, importance, content, created_at)
                    VALUES (@Id, 1, 2, 4294967298, @Id, 'notification', 'normal', @Content, '2026-11-21T09:30:00.000Z')
                    """, new { Id = $"msg_more_{before + i}", Content = new string('x', 1000) });
            c.Execute("UPDATE inbox_counts SET unread = unread + @Count, total = total + @Count", new { Count = (long)count });
            return true;
        });
    }

    private async Task<StdioServer> Talk()
    {
        StdioServer server = await StdioServer.Connect(_from.Root, ["--toolsets", "all"]);
        await server.Call("start_session", new { agent = "alice" });
        await server.Call("start_session", new { agent = "bob" });
        for (int i = 0; i < 3; i++)
            (await server.Call("log_message", new { from = "alice", to = "bob", content = $"hello {i}" })).Succeeded();
        return server;
    }

    private static Task<CommandRun> Run(TemporaryProject project, string command, params string[] more) =>
        CommandRun.Of(project.Root, [command, .. more, "--root", project.Root]);
}
