using System.Diagnostics;
using AgentCraft.Data.Instances;
using AgentCraft.Data.Paths;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Instances;

[OnEveryEngine]
public sealed class InstanceRecoveryTests : IAsyncLifetime
{
    private InstanceProject _project = null!;

    public async Task InitializeAsync() => _project = await InstanceProject.Create();

    public async Task DisposeAsync() => await _project.DisposeAsync();

    [Theory]
    [InlineData(InstanceState.Initializing)]
    [InlineData(InstanceState.Running)]
    [InlineData(InstanceState.Stopping)]
    [InlineData(InstanceState.Restarting)]
    public async Task An_instance_whose_process_is_gone_has_stopped(InstanceState state)
    {
        using Process process = StartProcess();
        await _project.MakeIn("rita", state, process.Id);
        await _project.MakeIn("living", state, Environment.ProcessId);
        Assert.Empty((await Recover()).Recovered);

        process.Kill();
        process.WaitForExit();
        List<string> log = await _project.Log("rita");
        RecoveredInstance recovered = Assert.Single((await Recover()).Recovered);
        Assert.Equal(("rita", state, $"It was {state} and its process {process.Id} is gone."), (recovered.Name, recovered.Was, recovered.Reason));
        Instance stopped = _project.Stores.Instances.Get("rita");
        Assert.Equal((InstanceState.Stopped, null, recovered.Reason, null), (stopped.State, stopped.Pid, stopped.Reason, stopped.By));
        Assert.Equal([.. log, $"{state}→Stopped"], await _project.Log("rita"));
        Assert.Equal(state, _project.Stores.Instances.Get("living").State);
        Assert.Empty((await Recover()).Recovered);
    }

    [Theory]
    [InlineData(InstanceState.Created)]
    [InlineData(InstanceState.Ready)]
    [InlineData(InstanceState.Stopped)]
    [InlineData(InstanceState.Failed)]
    [InlineData(InstanceState.Crashed)]
    public async Task States_without_a_process_stay(InstanceState state)
    {
        await _project.MakeIn("rita", state, int.MaxValue);
        string file = await File.ReadAllTextAsync(_project.FileOf("rita"));
        Assert.Empty((await Recover()).Recovered);
        Assert.Equal(file, await File.ReadAllTextAsync(_project.FileOf("rita")));
    }

    [Requires(Need.Linux, "it reads when a process began from /proc")]
    public async Task Another_process_with_the_same_number_is_not_taken_for_it()
    {
        await _project.MakeIn("rita", InstanceState.Running, Environment.ProcessId);
        await _project.MakeIn("rudi", InstanceState.Running, Environment.ProcessId);
        // The process lives, and began at another moment than the one that the instance had.
        _project.Edit("rita", json => json["processKey"] = "another-boot/12345");
        _project.Edit("rudi", json =>
        {
            json.Remove("processKey");
            json["processStartedAt"] = "2020-01-01T00:00:00.000Z";
        });
        Assert.Equal(["rita", "rudi"], (await Recover()).Recovered.Select(one => one.Name));
    }

    [Requires(Need.Linux, "it looks for a process that nobody has noticed the end of")]
    public async Task A_process_that_has_ended_and_was_not_reaped_is_gone()
    {
        // The shell does not wait for its child before it is told to.
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "sleep 0.01 & echo $!; exec sleep 100"]) { RedirectStandardOutput = true })!;
        int child = int.Parse((await shell!.StandardOutput.ReadLineAsync())!);
        await Eventually.Become(() => !Signals.IsAlive(child), TimeSpan.FromSeconds(10), "the child's end");
        Assert.True(Directory.Exists($"/proc/{child}"));
        Assert.Null(RunningProcess.Find(child));
        shell.Kill();
        shell.WaitForExit();
    }

    [Fact]
    public async Task Without_a_known_process_it_has_stopped_once_its_agent_is_not_heard_of()
    {
        await _project.MakeIn("rita", InstanceState.Running);
        await _project.MakeIn("rudi", InstanceState.Running);
        Assert.Empty((await Recover()).Recovered);
        foreach (string name in new[] { "rita", "rudi" })
            _project.Edit(name, json => (json["stateChangedAt"], json["updatedAt"]) = ("2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z"));
        await _project.Stores.AgentLife.Update(new() { Agent = "rudi", By = "rudi", Status = Data.Agents.AgentStatus.Active });
        Assert.Equal("rita", Assert.Single((await Recover()).Recovered).Name);
    }

    [Fact]
    public async Task A_step_that_only_the_file_has_comes_into_the_log_once()
    {
        await _project.Make("rita");
        await _project.Make("rudi");
        WriteOnly("rita", InstanceState.Initializing);
        Assert.Equal(["Created"], await _project.Log("rita"));
        Assert.Equal("rita", Assert.Single((await Recover()).Logged));
        Assert.Equal(["Created", "Created→Initializing"], await _project.Log("rita"));
        Assert.Empty((await Recover()).Logged);

        // The next step makes good for it, too.
        WriteOnly("rudi", InstanceState.Initializing);
        await _project.Step("rudi", InstanceState.Ready);
        Assert.Equal(["Created", "Created→Initializing", "Initializing→Ready"], await _project.Log("rudi"));

        // And the same step told again.
        WriteOnly("rudi", InstanceState.Running);
        Assert.False((await _project.Step("rudi", InstanceState.Running)).Changed);
        Assert.Equal("Ready→Running", (await _project.Log("rudi"))[^1]);
        Assert.Contains(" Running ", (await _project.Index())[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_pruned_from_the_log_does_not_come_back()
    {
        await _project.Make("rita");
        await _project.Stores.Databases.Central.Write(c => c.Execute("DELETE FROM session_events"));
        await Recover();
        Assert.Empty(await _project.Log("rita"));
    }

    [Fact]
    public async Task A_broken_metadata_file_is_moved_alone_and_everything_else_stays()
    {
        await _project.Make("rita");
        await _project.Stores.History.Append(new() { Agent = "rita", Entries = [new() { Role = Data.History.HistoryRole.User, Content = "kept" }] }, null);
        _project.Write("{ half", ".agents", "rita", ".agentcraft.json");
        _project.Write("mine", ".agents", "merely-registered", "data", "notes");
        _project.Write("also no instance", ".agents", "not a name", ".agentcraft.json");
        Dictionary<string, string> before = Files();

        InstanceReport report = await Recover();
        MovedMetadata moved = Assert.Single(report.Moved);
        Assert.Equal((".agents/rita", "it is no valid JSON (line 1)"), (moved.Directory, moved.Fault));
        Assert.Matches(@"^\.agents/\.corrupted/rita-\d{8}T\d{6}\.\d{3}Z/\.agentcraft\.json$", moved.MovedTo);
        Assert.Equal("{ half", await File.ReadAllTextAsync(_project.PathOf(moved.MovedTo.Split('/'))));
        Assert.Equal(2, _project.Corrupted().Length);
        Assert.Equal(before.Keys.Except(Files().Keys), [_project.FileOf("rita")]);
        Assert.All(Files().Where(file => before.ContainsKey(file.Key)), file => Assert.Equal(before[file.Key], file.Value));
        Assert.Empty(await _project.Index());
        Assert.Equal(0, report.Total);
        Assert.Equal("kept", Assert.Single((await _project.Stores.History.List(new() { Agent = "rita" }, new())).Entries).Content);

        // The workspace can be made again, and the next start finds nothing to do.
        Assert.Empty((await Recover()).Moved);
        Assert.True((await _project.Make("rita")).Created);
        Assert.Equal("instance_metadata_moved", Assert.Single((await _project.Stores.Events.List(new() { Type = "instance_metadata_moved", Agent = "rita" }, new())).Events).Type);
    }

    [Fact]
    public async Task A_file_that_somebody_has_open_for_writing_is_not_moved()
    {
        _project.Write("", ".agents", "rita", ".agentcraft.json");
        using (FileStream writing = new(_project.FileOf("rita"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            writing.Write("{\"half"u8);
            writing.Flush();
            Assert.Empty((await Recover()).Moved);
        }
        Assert.Single((await Recover()).Moved);
    }

    [Fact]
    public async Task A_file_that_somebody_has_locked_or_is_changing_is_not_moved()
    {
        _project.Write("{", ".agents", "rita", ".agentcraft.json");
        using (FileStream locked = new(_project.FileOf("rita"), FileMode.Open, FileAccess.Read, FileShare.None))
            Assert.Empty((await Recover()).Moved);
        await using Stores impatient = _project.Open(patience: 2000);
        using (FileEdit editing = FileEdit.Begin(_project.FileOf("rita")))
        {
            InstanceReport report = await impatient.InstanceRecovery.Recover();
            Assert.Empty(report.Moved);
            Assert.Contains($"process {Environment.ProcessId}", Assert.Single(report.Failed).Fault, StringComparison.Ordinal);
        }
        Assert.Single((await Recover()).Moved);
    }

    [Requires(Need.Unix, "it makes links and pipes")]
    public async Task What_cannot_even_be_read_is_told_and_not_moved()
    {
        Directory.CreateDirectory(_project.FileOf("folder"));
        string outside = Directory.CreateTempSubdirectory("ac-outside-").FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, ".agentcraft.json"), "{broken");
        Directory.CreateDirectory(_project.PathOf(".agents", "linked"));
        File.CreateSymbolicLink(_project.FileOf("linked"), Path.Combine(outside, ".agentcraft.json"));
        Directory.CreateSymbolicLink(_project.PathOf(".agents", "elsewhere"), outside);
        Directory.CreateDirectory(_project.PathOf(".agents", "pipe"));
        Process.Start("mkfifo", _project.FileOf("pipe")).WaitForExit();
        await _project.Make("good");

        InstanceReport report = await Recover();
        Assert.Empty(report.Moved);
        Assert.Equal([".agents/elsewhere", ".agents/folder", ".agents/linked", ".agents/pipe"], report.Broken.Select(one => one.Directory));
        Assert.Equal(1, report.Total);
        Assert.Equal("{broken", await File.ReadAllTextAsync(Path.Combine(outside, ".agentcraft.json")));
        Assert.Equal(report.Broken, (await _project.Stores.Instances.List(new())).Broken);
        Directory.Delete(outside, recursive: true);
    }

    [Requires(Need.Unix, "it takes rights away")]
    public async Task Where_it_may_not_write_nothing_is_moved_and_others_are_put_right_all_the_same()
    {
        _project.Write("{", ".agents", "rita", ".agentcraft.json");
        _project.Write("{", ".agents", "rudi", ".agentcraft.json");
        // A file in its way: even root cannot make the directory.
        _project.Write("in the way", ".agents", ".corrupted");
        InstanceReport report = await Recover();
        Assert.Empty(report.Moved);
        Assert.Equal([".agents/rita", ".agents/rudi"], report.Failed.Select(one => one.Directory));
        Assert.Equal("{", await File.ReadAllTextAsync(_project.FileOf("rita")));
        File.Delete(_project.PathOf(".agents", ".corrupted"));
        Assert.Equal(2, (await Recover()).Moved.Count);
    }

    [Requires(Need.Sudo, "it mounts a disk of a few kilobytes")]
    public async Task On_a_full_disk_nothing_is_moved()
    {
        Directory.CreateDirectory(_project.PathOf(".agents"));
        await Run("mount", "-t", "tmpfs", "-o", "size=64k,nr_inodes=20", "tmpfs", _project.PathOf(".agents"));
        try
        {
            await Run("chmod", "777", _project.PathOf(".agents"));
            _project.Write("{", ".agents", "rita", ".agentcraft.json");
            int filler = 0;
            while (Record.Exception(() => _project.Write(new string('x', 1000), ".agents", $"filler-{filler}")) is null)
                filler++;
            InstanceReport report = await Recover();
            Assert.Empty(report.Moved);
            Assert.Single(report.Failed);
            Assert.Equal("{", await File.ReadAllTextAsync(_project.FileOf("rita")));
            AgentCraftException full = await Assert.ThrowsAsync<AgentCraftException>(() => _project.Make("rudi"));
            Assert.True(full is { Code: ErrorCodes.DiskFull, Retryable: true } or { Code: ErrorCodes.StoreUnavailable }, full.ToString());
            for (int i = 0; i <= filler; i++)
                File.Delete(_project.PathOf(".agents", $"filler-{i}"));
            Assert.Single((await Recover()).Moved);
            Assert.True((await _project.Make("rudi")).Created);
        }
        finally
        {
            await Run("umount", _project.PathOf(".agents"));
        }
    }

    [Fact]
    public async Task What_somebody_wrote_into_one_file_keeps_nobody_from_the_others()
    {
        foreach (string name in new[] { "a", "b", "c", "d" })
            await _project.Make(name);
        // Two with one id and one event, one with words that control a terminal, as nobody's program writes them.
        _project.Edit("b", json => (json["id"], json["lastStep"]!["event"], json["revision"]) = ((string)_project.Json("a")["id"]!, (string)_project.Json("a")["lastStep"]!["event"]!, 7));
        _project.Edit("c", json => (json["templateRef"], json["reason"], json["revision"]) = ("\u001b[31m'; DROP TABLE instances; --", "\u202e\t", 7));
        _project.Edit("d", json => (json["state"], json["pid"], json["revision"]) = ("Running", int.MaxValue, 7));
        InstanceReport report = await Recover();
        Assert.Empty(report.Failed);
        Assert.Equal("d", Assert.Single(report.Recovered).Name);
        Assert.Equal(4, (await _project.Index()).Count);
        Assert.Equal(4, (await _project.Stores.Instances.List(new())).Total);
        Assert.Empty((await Recover()).Logged);
    }

    [Fact]
    public async Task A_directory_that_was_copied_or_renamed_is_told_and_left()
    {
        await _project.Make("rita");
        _project.Write(await File.ReadAllTextAsync(_project.FileOf("rita")), ".agents", "copy", ".agentcraft.json");
        InstanceReport report = await Recover();
        Assert.Empty(report.Moved);
        Assert.Contains("its name is 'rita'", Assert.Single(report.Broken).Fault, StringComparison.Ordinal);
        Assert.Single(await _project.Index());
    }

    [Fact]
    public async Task The_index_is_made_again_from_the_directories_with_the_same_rows()
    {
        await _project.MakeIn("rita", InstanceState.Running, Environment.ProcessId);
        await _project.MakeIn("rudi", InstanceState.Failed);
        await _project.Stores.Instances.Transition(new() { Name = "rita", To = InstanceState.Running, Port = 1, Health = "good" });
        await _project.Make("gone");
        List<string> before = await _project.Index(), log = await _project.Log("rita");
        await _project.Stores.Databases.Central.Write(c => c.Execute("DELETE FROM instances"));
        Assert.Empty(await _project.Index());
        InstanceReport report = await _project.Stores.InstanceRecovery.Reindex();
        Assert.Equal((3, 0), (report.Total, report.Removed.Count));
        Assert.Equal(before, await _project.Index());
        Assert.Equal(log, await _project.Log("rita"));

        await _project.Stores.Databases.Central.Write(c => c.Execute("UPDATE instances SET state = 'Crashed', revision = 0, logged_event = '-', health = 'nonsense'"));
        Directory.Delete(_project.PathOf(".agents", "gone"), recursive: true);
        Assert.Equal(["gone"], (await _project.Stores.InstanceRecovery.Reindex()).Removed);
        Assert.Equal(before.Where(row => !row.Contains(" gone ", StringComparison.Ordinal)), await _project.Index());
        Assert.Equal(log, await _project.Log("rita"));
    }

    [Fact]
    public async Task A_root_without_instances_is_seen_to_be_one()
    {
        Assert.False(InstanceRecovery.HasAny(_project.Root));
        _project.Write("x", ".agents", "merely-registered", "notes.md");
        Assert.False(InstanceRecovery.HasAny(_project.Root));
        await _project.Make("rita");
        Assert.True(InstanceRecovery.HasAny(_project.Root));
        Assert.False(InstanceRecovery.HasAny(_project.PathOf("absent")));
    }

    private Task<InstanceReport> Recover() => _project.Stores.InstanceRecovery.Recover();

    /// <summary>As a process does that dies between the file and the log.</summary>
    private void WriteOnly(string name, InstanceState to)
    {
        using InstanceDirectory directory = InstanceDirectory.Find(new ProjectTree(_project.Root), name)!;
        directory.Write(InstanceChanges.Apply(directory.Read().File!, new() { Name = name, To = to }, null, DateTimeOffset.UtcNow));
    }

    private Dictionary<string, string> Files() => Directory.GetFiles(_project.PathOf(".agents"), "*", SearchOption.AllDirectories)
        .Where(path => !path.Contains(".corrupted", StringComparison.Ordinal) && !path.Contains("agent.db", StringComparison.Ordinal) && !path.Contains(".lock", StringComparison.Ordinal))
        .ToDictionary(path => path, File.ReadAllText);

    private static Process StartProcess() => Process.Start(OperatingSystem.IsWindows() ? new ProcessStartInfo("timeout", "100") : new ProcessStartInfo("sleep", "100"))!;

    private static async Task Run(string program, params string[] arguments)
    {
        using Process process = Environment.IsPrivilegedProcess ? Process.Start(program, arguments) : Process.Start("sudo", ["-n", program, .. arguments]);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
