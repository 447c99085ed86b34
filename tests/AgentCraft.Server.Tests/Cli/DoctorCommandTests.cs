using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentCraft.Data;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Testing;
using Microsoft.Data.Sqlite;

namespace AgentCraft.Server.Tests.Cli;

/// <summary><c>agentcraft doctor</c> as a person in trouble meets it: each finding's next command is run as it stands, and the finding is gone.</summary>
public sealed class DoctorCommandTests : IDisposable
{
    private readonly TemporaryProject _project = new();
    private readonly TemporaryProject _home = new();

    public void Dispose()
    {
        _project.Dispose();
        _home.Dispose();
    }

    [Fact]
    public async Task Under_eight_running_servers_nothing_is_wrong()
    {
        StdioServer[] servers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => StdioServer.Connect(_project.Root)));
        await Task.WhenAll(servers.Select((server, i) => server.Call("start_session", new { agent = $"agent-{i}" })));
        using CancellationTokenSource stop = new();
        Task writing = Task.WhenAll(servers.Take(4).Select(async (server, i) =>
        {
            while (!stop.IsCancellationRequested)
                (await server.Call("log_message", new { from = $"agent-{i}", to = "agent-7", content = "while the doctor looks" })).Succeeded();
        }));
        try
        {
            Answer look = await Doctor(0, "--json");
            Assert.Equal(("ok", 0), (look.Json.GetProperty("status").GetString(), look.Findings.Count));
            Assert.StartsWith("8 running: ", look.Summary("servers"), StringComparison.Ordinal);
            Assert.StartsWith("8 processes have the store open", look.Summary("gates"), StringComparison.Ordinal);
        }
        finally
        {
            await stop.CancelAsync();
            await writing;
            foreach (StdioServer server in servers)
                await server.DisposeAsync();
        }
    }

    [Requires(Need.Unix, "permissions, and a shell")]
    public async Task What_it_finds_goes_by_its_next_commands_and_comes_back_by_undo()
    {
        await MakeStore();
        Break();
        Directory.CreateDirectory(_project.PathOf(".cursor"));
        File.WriteAllText(_project.PathOf(".cursor", "mcp.json"), """{"mcpServers":{"agentcraft":{"command":"agentcraft","args":["serve","--root","/nowhere/at/all"]}}}""");
        string text = (await Run("doctor")).Output;
        Approved.Match(Scrubbed(text), "doctor.text", "answers");

        Answer before = await Doctor(1, "--json");
        Assert.Equal(["references", "clients", "permissions", "indexes"], before.Findings.OrderByDescending(one => one.Severity == "error").Select(one => one.Check).Distinct());
        // What a person is asked to write himself is no command for a shell without one.
        File.Delete(_project.PathOf(".cursor", "mcp.json"));
        foreach (string next in before.Findings.Where(one => one.Check != "clients").Select(one => one.Next).Distinct())
            await Shell(next);
        Assert.Empty((await Doctor(0, "--json")).Findings);

        string journal = Assert.Single(Directory.GetDirectories(_project.PathOf(".agentcraft", "backups"), "doctor-*"), folder => File.ReadAllText(Path.Combine(folder, "journal.jsonl")).Contains("\"row\"", StringComparison.Ordinal));
        string undone = (await Run("doctor", "--undo", Path.GetFileName(journal))).Output;
        Assert.Matches($@"^\d+ changes of {Path.GetFileName(journal)} taken back\.\n", undone);
        Assert.Contains((await Doctor(1, "--json")).Findings, one => one.Check == "references");
    }

    [Requires(Need.Unix, "a shell")]
    public async Task A_damaged_store_is_said_and_the_named_backup_brings_it_back()
    {
        await MakeStore();
        string backup = JsonElement.Parse((await Run("backup", "create", "--json")).Output).GetProperty("backup").GetProperty("name").GetString()!;
        File.WriteAllText(_project.CentralFile, new string('x', 9000));
        Finding finding = (await Doctor(1, "--json")).Findings.Single();
        Assert.Equal($"agentcraft backup restore {backup} --yes", finding.Next);
        await Shell(finding.Next);
        Assert.Empty((await Doctor(0, "--json")).Findings);
    }

    [Requires(Need.Unix, "a shell")]
    public async Task Without_a_backup_the_damaged_file_makes_way_and_is_kept()
    {
        await MakeStore();
        File.WriteAllText(_project.CentralFile, new string('x', 9000));
        Finding finding = (await Doctor(1, "--json")).Findings.Single();
        await Shell(finding.Next);
        Assert.Empty((await Doctor(0, "--json")).Findings);
        await using StdioServer server = await StdioServer.Connect(_project.Root);
        (await server.Call("start_session", new { agent = "ann" })).Succeeded();
        Assert.Single(Directory.GetFiles(_project.PathOf(".agentcraft", "replaced"), "session.db", SearchOption.AllDirectories));
    }

    [Requires(Need.Linux, "/proc, signals")]
    public async Task A_held_lock_a_stopped_server_and_one_without_a_client_are_told_with_their_numbers_and_end_by_their_commands()
    {
        await MakeStore();
        await using StdioServer stopped = await StdioServer.Connect(_project.Root), alone = await StdioServer.Connect(_project.Root);
        (await stopped.Call("read_inbox", new { agent = "ann" })).Succeeded();
        using Process holder = Process.Start(new ProcessStartInfo("flock", ["--no-fork", _project.CentralFile + ".gate", "sh", "-c", "echo held; exec sleep 100"]) { RedirectStandardOutput = true })!;
        try
        {
            // Held by then, so that none of the two is stopped in the middle of a write.
            Assert.Equal("held", await holder.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)));
            await Signals.Stop(stopped.Pid);
            await Signals.Stop(alone.Pid);
            alone.CloseInput();
            Answer look = await Doctor(1, "--json");
            Assert.Equal([$"locks kill {holder.Id}", $"servers kill -9 {alone.Pid}", $"servers kill -CONT {stopped.Pid}"], look.Findings.Select(one => $"{one.Check} {one.Next}").Order(StringComparer.Ordinal));
            Assert.Contains($"Process {holder.Id} (sleep 100) holds the lock of .agentcraft/session.db", look.Findings[0].What, StringComparison.Ordinal);
            foreach (Finding finding in look.Findings)
                await Shell(finding.Next);
            Assert.Empty((await Doctor(0, "--json")).Findings);
            (await stopped.Call("log_message", new { from = "ann", to = "ann", content = "goes on" })).Succeeded();
        }
        finally
        {
            holder.Kill();
        }
    }

    [Fact]
    public async Task It_says_what_it_can_of_a_root_whose_settings_are_broken()
    {
        await MakeStore();
        File.WriteAllText(_project.PathOf(".agentcraft", "config.json"), """{"sqlite":{"libary":"system"}}""");
        Answer look = await Doctor(1, "--json");
        Assert.Equal("configuration", look.Findings.Single().Check);
        Assert.Contains("libary", look.Findings.Single().What, StringComparison.Ordinal);
        Assert.StartsWith("1 file checked", look.Summary("integrity"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_JSON_has_the_fields_that_are_promised()
    {
        await MakeStore();
        Break();
        JsonElement json = (await Doctor(1, "--json")).Json;
        Assert.Equal(["root", "checkedAt", "status", "errors", "warnings", "checks", "sqlite", "candidates", "instances"], json.EnumerateObject().Select(field => field.Name));
        Assert.All(json.GetProperty("checks").EnumerateArray(), check => Assert.Equal(["check", "title", "severity", "summary", "findings"], check.EnumerateObject().Select(field => field.Name)));
        JsonElement[] findings = [.. json.GetProperty("checks").EnumerateArray().SelectMany(check => check.GetProperty("findings").EnumerateArray())];
        Assert.All(findings, finding => Assert.Equal(["severity", "what", "why", "next", "fixable"], finding.EnumerateObject().Select(field => field.Name).Where(name => name != "paths")));
        Assert.Equal((json.GetProperty("errors").GetInt32(), json.GetProperty("warnings").GetInt32()),
            (findings.Count(finding => finding.GetProperty("severity").GetString() == "error"), findings.Count(finding => finding.GetProperty("severity").GetString() == "warning")));
        JsonElement done = (await Doctor(0, "--fix", "--json")).Json.GetProperty("fixed");
        Assert.Equal(["id", "journal", "backup", "done"], done.EnumerateObject().Select(field => field.Name));
        Assert.All(done.GetProperty("done").EnumerateArray(), one => Assert.Equal(["check", "what", "fixed", "done"], one.EnumerateObject().Select(field => field.Name)));
        Assert.Equal(["id", "undone", "kept"], (await Doctor(0, "--undo", "--json")).Json.EnumerateObject().Select(field => field.Name));
    }

    [Theory]
    [InlineData("--fix", "--undo")]
    [InlineData("--reindex", "--fix")]
    [InlineData("--undo", "doctor-20260101-000000-000")]
    [InlineData("--root", "/nowhere/at/all")]
    public async Task What_it_cannot_do_exits_with_2_and_says_why(params string[] arguments)
    {
        ProgramRun run = await Run(["doctor", .. arguments]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.NotEmpty(run.Error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_project.Root));
    }

    private async Task MakeStore()
    {
        await using Stores stores = new(_project.Root, new Settings(), TimeProvider.System);
        foreach (string name in new[] { "ann", "bob" })
            await stores.Sessions.Start(new() { Agent = new() { Name = AgentName.Parse(name) } });
        await stores.Messages.Append(new() { From = "ann", To = ["bob"], Content = "hello" }, null);
    }

    private void Break()
    {
        using (SqliteConnection connection = new($"Data Source={_project.CentralFile};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "PRAGMA foreign_keys = OFF; UPDATE inbox_counts SET unread = 5; DELETE FROM session_agents WHERE seq = 1; UPDATE session_agents SET session_seq = 900 WHERE seq = 2";
            command.ExecuteNonQuery();
        }
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_project.CentralFile, File.GetUnixFileMode(_project.CentralFile) | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    /// <summary>Versions, sizes and mounts are this machine's.</summary>
    private string Scrubbed(string text)
    {
        text = text.Replace(_project.Root, "ROOT").Replace(_home.Root, "HOME");
        text = Regex.Replace(text, @"(?m)^(  ok       SQLite         ).*", "$1VERSION (SOURCE), synchronous=full");
        text = Regex.Replace(text, @"(?m)^(  ok       File system    ).*", "$1KIND (DEVICE), mounted at POINT");
        return Regex.Replace(text, @"(?m)^(  ok       Disk space     ).*", "$1SIZE free, the store takes SIZE");
    }

    private async Task<Answer> Doctor(int exitCode, params string[] arguments)
    {
        ProgramRun run = await Run(["doctor", .. arguments]);
        Assert.True(run.ExitCode == exitCode, run.Output + run.Error);
        return new(JsonElement.Parse(run.Output));
    }

    // A home of its own: this machine's clients are none of the test's.
    private Task<ProgramRun> Run(params string[] arguments) => ProgramRun.Of(_project.Root, arguments, Environment);

    private Dictionary<string, string?> Environment => new() { ["HOME"] = _home.Root, ["XDG_CONFIG_HOME"] = null, ["EDITOR"] = "vi", ["PATH"] = $"{Path.GetDirectoryName(ServerExecutable.Path)}:{System.Environment.GetEnvironmentVariable("PATH")}" };

    private async Task Shell(string command)
    {
        ProcessStartInfo start = new("/bin/sh", ["-c", command]) { WorkingDirectory = _project.Root, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string? value) in Environment)
            start.Environment[name] = value;
        using Process shell = Process.Start(start)!;
        Task<string> output = shell.StandardOutput.ReadToEndAsync(), error = shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(shell.ExitCode == 0, $"{command}\n{await output}{await error}");
    }

    private sealed record Finding(string Check, string Severity, string What, string Next);

    private sealed record Answer(JsonElement Json)
    {
        public IReadOnlyList<Finding> Findings { get; } = [.. Json.TryGetProperty("checks", out JsonElement checks) ? checks.EnumerateArray().SelectMany(check => check.GetProperty("findings").EnumerateArray()
            .Select(one => new Finding(check.GetProperty("check").GetString()!, one.GetProperty("severity").GetString()!, one.GetProperty("what").GetString()!, one.GetProperty("next").GetString()!))) : []];

        public string Summary(string check) => Json.GetProperty("checks").EnumerateArray().Single(one => one.GetProperty("check").GetString() == check).GetProperty("summary").GetString()!;
    }
}
