using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Diagnosis;
using AgentCraft.Data.Diagnosis.Checks;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Backups;
using AgentCraft.Data.Storage.FileSystems;
using AgentCraft.Data.Tests.Storage.Backups;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Diagnosis;

/// <summary>Each thing that the doctor looks at, made broken: it is found, once, with its next command; and a healthy store has no finding at all.</summary>
public sealed class DoctorTests : IAsyncLifetime
{
    private Practice _practice = null!;

    private TemporaryProject Project => _practice.Project;

    public async Task InitializeAsync() => _practice = await Practice.Create();

    public Task DisposeAsync()
    {
        _practice.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_healthy_store_has_no_finding_and_stays_as_it_is_whether_it_is_open_or_not()
    {
        SortedDictionary<string, string> before = _practice.Snapshot();
        DoctorReport report = await _practice.Doctor.Look();
        Assert.Equal((Severity.Ok, 0, 0), (report.Status, report.Errors, report.Warnings));
        Assert.All(report.Checks, check => Assert.False(string.IsNullOrWhiteSpace(check.Summary), check.Check));
        Assert.Equal(Doctor.All.Where(check => check is not PostgresCheck).Select(check => check.Name), report.Checks.Select(check => check.Check));
        Assert.Equal(before, _practice.Snapshot());
        await using Stores stores = _practice.Open();
        await stores.Messages.Append(new() { From = "bob", To = ["ann"], Content = "not indexed yet" }, null);
        Assert.Empty(await _practice.Findings());
    }

    [Fact]
    public async Task Before_there_is_a_store_and_without_a_project_nothing_is_wrong_and_nothing_is_made()
    {
        using Practice empty = new();
        DoctorReport report = await empty.Doctor.Look();
        Assert.Equal(Severity.Ok, report.Status);
        Assert.Contains("no store yet", report.Checks.Single(check => check.Check == "integrity").Summary, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(empty.Root));
        Assert.Empty((await empty.Doctor.Fix()).Done);
        Assert.Empty(Directory.EnumerateFileSystemEntries(empty.Root));
    }

    [Fact]
    public async Task Settings_and_configuration_files_are_told_in_one_line()
    {
        File.WriteAllText(Project.PathOf(".agentcraft", "config.json"), """{"sqlite":{"libary":"x"},"agents":{"liveSeconds":-1}}""");
        Finding finding = await _practice.Only("configuration");
        Assert.Equal(Severity.Error, finding.Severity);
        Assert.Contains("libary", finding.What, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', finding.What);
        Assert.Equal($"agentcraft config check --root {_practice.Root}", finding.Next);
    }

    [Theory]
    [InlineData("3.34.1", true, "RETURNING")]
    [InlineData("3.35.4", true, "dropping a column")]
    [InlineData("3.35.5", false, null)]
    [InlineData("3.51.2", false, null)]
    [InlineData("3.51.3", false, null)]
    [InlineData("3.52.0", true, "withdrawn")]
    [InlineData("3.53.2", false, null)]
    public async Task A_SQLite_with_a_bug_that_nothing_keeps_us_from_is_told_with_a_better_one(string version, bool isFound, string? what)
    {
        SqliteLibrary used = Library("path", version), better = Library("system", "3.40.1");
        _practice.Around = _practice.Around with { Sqlite = _ => (used, [used, better]) };
        string summary = (await _practice.Doctor.Look()).Checks.Single(check => check.Check == "sqlite").Summary;
        Assert.Equal(used.HasWalResetBug, summary.Contains("WAL-reset bug, and you are safe", StringComparison.Ordinal));
        if (!isFound)
            Assert.Empty(await _practice.Findings());
        else
        {
            Finding finding = await _practice.Only("sqlite");
            Assert.Contains(what!, finding.What, StringComparison.Ordinal);
            Assert.StartsWith("AGENTCRAFT__SQLITE__LIBRARY=system agentcraft doctor", finding.Next, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_library_that_cannot_be_used_is_told()
    {
        _practice.Around = _practice.Around with { Sqlite = _ => throw new AgentCraftException(ErrorCodes.InvalidConfiguration, "Cannot use it.") };
        Assert.StartsWith("AGENTCRAFT__SQLITE__LIBRARY=auto agentcraft doctor", (await _practice.Only("sqlite")).Next, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nfs4", Severity.Error)]
    [InlineData("9p", Severity.Error)]
    [InlineData("virtiofs", Severity.Warning)]
    public async Task A_file_system_where_the_log_is_not_safe_is_told_with_a_local_root(string kind, Severity severity)
    {
        _practice.Around = _practice.Around with { FileSystemOf = _ => new("/mnt", kind, "x", "") };
        Finding finding = await _practice.Only("file_system");
        Assert.Equal(severity, finding.Severity);
        Assert.StartsWith(severity == Severity.Error ? $"agentcraft serve --root {Project.PathOf("home", "agentcraft")}" : "agentcraft doctor", finding.Next, StringComparison.Ordinal);
        _practice.Settings = new() { Sqlite = new() { FileSystem = FileSystemRule.Any } };
        Assert.Equal(Severity.Warning, (await _practice.Only("file_system")).Severity);
    }

    [Theory]
    [InlineData(1L << 20, Severity.Error)]
    [InlineData(40L << 20, Severity.Warning)]
    [InlineData(null, null)]
    public async Task A_disk_without_room_for_a_backup_is_told(long? free, Severity? severity)
    {
        _practice.Around = _practice.Around with { FreeBytes = _ => free };
        if (severity is null)
            Assert.Empty(await _practice.Findings());
        else
        {
            Finding finding = await _practice.Only("disk_space");
            Assert.Equal(severity, finding.Severity);
            Assert.StartsWith("du -ah ", finding.Next, StringComparison.Ordinal);
        }
    }

    [RequiresTheory(Need.Unix, "permissions")]
    [InlineData(UnixFileMode.GroupRead, Severity.Warning)]
    [InlineData(UnixFileMode.OtherWrite, Severity.Error)]
    public async Task What_others_may_read_or_write_is_told(UnixFileMode added, Severity severity)
    {
#pragma warning disable CA1416
        foreach (string path in new[] { Project.CentralFile, Path.GetDirectoryName(Project.AgentFile("ann"))! })
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | added);
#pragma warning restore CA1416
        Finding finding = await _practice.Only("permissions");
        Assert.Equal((severity, true), (finding.Severity, finding.Fixable));
        Assert.Equal([".agentcraft/session.db", ".agents/ann/data"], finding.Paths!.Order(StringComparer.Ordinal));
        Assert.StartsWith("agentcraft doctor --fix", finding.Next, StringComparison.Ordinal);
    }

    [Requires(Need.Sudo, "gives a file to another user")]
    public async Task A_file_of_another_user_is_told_with_the_command_that_gives_it_back()
    {
        Privileged.Run("chown", "65534", Project.CentralFile);
        Finding finding = await _practice.Only("permissions");
        Assert.Contains("id 65534", finding.What, StringComparison.Ordinal);
        Assert.Equal($"sudo chown -R {FileStatus.Self} {Project.PathOf(".agentcraft")}", finding.Next);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_damaged_file_is_told_with_the_newest_backup_or_else_with_the_way_to_begin_anew(bool hasBackup)
    {
        string? backup = null;
        if (hasBackup)
        {
            await using Stores stores = _practice.Open();
            backup = (await stores.Backups.Create()).Backup.Name;
        }
        string file = Project.AgentFile("ann");
        File.WriteAllText(file, new string('x', 8192));
        SortedDictionary<string, string> before = _practice.Snapshot();
        Finding finding = await _practice.Only("integrity");
        Assert.Equal(before, _practice.Snapshot());
        Assert.Equal((Severity.Error, false), (finding.Severity, finding.Fixable));
        Assert.Contains("it is no SQLite database", finding.What, StringComparison.Ordinal);
        Assert.StartsWith(hasBackup ? $"agentcraft backup restore {backup} --yes" : $"mkdir -p -m 700 {Project.PathOf(".agentcraft", "replaced", "by-hand-")}", finding.Next, StringComparison.Ordinal);
        if (!hasBackup)
            Assert.DoesNotContain(".gate", finding.Next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_is_damaged_in_the_middle_is_told_and_the_other_files_are_looked_at()
    {
        using (FileStream file = File.OpenWrite(Project.CentralFile))
        {
            file.Position = 4096 * 9;
            file.Write(new byte[4096 * 3].Select(_ => (byte)0xA5).ToArray());
        }
        List<(string Check, Finding Finding)> findings = await _practice.Findings();
        Assert.Equal("integrity", findings[0].Check);
        Assert.Contains("session.db", findings[0].Finding.What, StringComparison.Ordinal);
        Assert.Contains(findings, one => one.Finding.Next.StartsWith("mkdir", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_store_of_a_newer_program_is_told()
    {
        BackedUpStore.Run(Project.CentralFile, "INSERT INTO _migrations (set_name, name, checksum, applied_at) SELECT set_name, '9999-of-tomorrow', 'x', applied_at FROM _migrations LIMIT 1");
        Finding finding = await _practice.Only("integrity");
        Assert.Contains("9999-of-tomorrow", finding.What, StringComparison.Ordinal);
        Assert.StartsWith("agentcraft migrate status", finding.Next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_database_of_another_program_in_its_place_is_told()
    {
        foreach (string file in Directory.GetFiles(Project.PathOf(".agentcraft"), "session.db*"))
            File.Delete(file);
        BackedUpStore.Run(Project.CentralFile, "CREATE TABLE theirs (x)");
        Restrict(Project.CentralFile);
        Finding finding = await _practice.Only("integrity");
        Assert.Contains("is the database of another program", finding.What, StringComparison.Ordinal);
        Assert.StartsWith("agentcraft config show", finding.Next, StringComparison.Ordinal);
    }

    [Requires(Need.Unix, "links")]
    public async Task What_a_link_out_of_the_project_leads_to_is_neither_looked_at_nor_changed()
    {
        using TemporaryProject other = new();
        string data = Directory.CreateDirectory(other.PathOf("data")).FullName;
        File.WriteAllText(other.PathOf("data", "agent.db"), "not ours");
        Directory.CreateDirectory(Project.PathOf(".agents", "eve"));
        Directory.CreateSymbolicLink(Project.PathOf(".agents", "eve", "data"), data);
        Assert.Empty(await _practice.Findings());
        Assert.Empty((await _practice.Doctor.Fix()).Done);
    }

    [Theory]
    [InlineData("DELETE FROM inbox_counts", "1 row of inbox_counts says another number than there is; the first: to_seq 2, from_seq 1 has unread 0, not 3, total 0, not 3")]
    [InlineData("UPDATE inbox_counts SET unread = 7", "has unread 7, not 3, total 3, not 3")]
    [InlineData("INSERT INTO inbox_counts (to_seq, from_seq, unread, total) VALUES (1, 2, 1, 1)", "has unread 1, not 0, total 1, not 0")]
    [InlineData("UPDATE metric_series SET count = count + 1", "1 row of metric_series")]
    [InlineData("UPDATE documents SET version_seq = 1", "1 row of documents")]
    [InlineData("DELETE FROM search_messages_docsize WHERE id = 2", "the search index search_messages lacks 1 of the rows")]
    [InlineData("UPDATE search_progress SET indexed_seq = 900 WHERE noun = 'messages'", "claims more rows than there ever were")]
    [InlineData("DELETE FROM search_documents_docsize", "the search index search_documents lacks 1 of the rows")]
    [InlineData("DELETE FROM search_messages_data WHERE id > 1", "the search index search_messages cannot be read")]
    public async Task A_count_or_a_search_index_that_does_not_agree_with_the_rows_is_told(string sql, string what)
    {
        BackedUpStore.Run(Project.CentralFile, sql);
        (string check, Finding finding) = (await _practice.Findings())[0];
        Assert.Equal(("indexes", Severity.Warning, true), (check, finding.Severity, finding.Fixable));
        Assert.Contains(what, finding.What, StringComparison.Ordinal);
        Assert.StartsWith("agentcraft doctor --reindex", finding.Next, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE history_totals SET entries = entries + 1 WHERE role = '*' AND session_id = '*'", "1 row of history_totals")]
    [InlineData("DELETE FROM search_history_docsize", "the search index search_history lacks 2 of the rows")]
    public async Task So_are_those_of_an_agent_s_file(string sql, string what)
    {
        BackedUpStore.Run(Project.AgentFile("ann"), sql);
        Finding finding = await _practice.Only("indexes");
        Assert.Contains(".agents/ann/data/agent.db", finding.What, StringComparison.Ordinal);
        Assert.Contains(what, finding.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_refer_to_nothing_are_told_by_table()
    {
        BackedUpStore.Run(Project.CentralFile, "PRAGMA foreign_keys = OFF; UPDATE session_agents SET session_seq = 900 WHERE seq = 1");
        Finding finding = await _practice.Only("references");
        Assert.Contains("1 row of session_agents without its row of sessions", finding.What, StringComparison.Ordinal);
        Assert.True(finding.Fixable);
    }

    [Requires(Need.Linux, "/proc tells who holds a lock")]
    public async Task Who_holds_the_gate_for_long_is_told_with_its_number_and_since_when()
    {
        _practice.Around = _practice.Around with { Processes = new() };
        using (WriteGate gate = new(Project.CentralFile))
        {
            gate.Enter();
            Finding finding = await _practice.Only("locks");
            Assert.Contains($"Process {Environment.ProcessId} (", finding.What, StringComparison.Ordinal);
            Assert.Matches(@" holds the lock of \.agentcraft/session\.db since \d{4}-", finding.What);
            Assert.Equal($"kill {Environment.ProcessId}", finding.Next);
            gate.Exit();
        }
        Assert.Empty(await _practice.Findings());
    }

    [Fact]
    public async Task A_gate_that_somebody_holds_whom_nobody_can_see_is_told_too()
    {
        using WriteGate gate = new(Project.CentralFile);
        gate.Enter();
        Finding finding = await _practice.Only("locks");
        Assert.Contains($"by a process that cannot be seen from here; the last to take it was {Environment.ProcessId}", finding.What, StringComparison.Ordinal);
        Assert.Equal($"ps -o pid,user,stat,args -p {Environment.ProcessId}", finding.Next);
        gate.Exit();
        Assert.Empty(await _practice.Findings());
    }

    [RequiresTheory(Need.Linux, "/proc")]
    [InlineData("systemd", "S", "serve --stdio", "kill 50")]
    [InlineData("systemd", "T", "serve", "kill -9 50")]
    [InlineData("node", "T", "serve --stdio", "kill -CONT 50")]
    [InlineData("node", "S", "serve --stdio", null)]
    [InlineData("systemd", "S", "serve --http", null)]
    [InlineData("systemd", "S", "status", null)]
    public async Task A_server_whose_client_is_gone_or_that_is_stopped_is_told(string parent, string state, string arguments, string? next)
    {
        AddProcess(1, $"1 ({parent}) S 0 1 1", parent);
        AddProcess(50, $"50 (agent (craft)) {state} 1 50 50", $"/opt/agentcraft {arguments} --root {_practice.Root}");
        AddProcess(51, "51 (agentcraft) T 1 51 51", "/opt/agentcraft serve --root /another");
        _practice.Around = _practice.Around with { Processes = new(Project.PathOf("proc")) };
        if (next is null)
            Assert.Empty(await _practice.Findings());
        else
            Assert.Equal(next, (await _practice.Only("servers")).Next);
    }

    private void AddProcess(int pid, string status, string words)
    {
        string folder = Directory.CreateDirectory(Project.PathOf("proc", $"{pid}")).FullName;
        File.WriteAllText(Path.Combine(folder, "stat"), status);
        File.WriteAllText(Path.Combine(folder, "cmdline"), words.Replace(' ', '\0') + "\0");
    }

    [Requires(Need.Linux, "/proc tells which files are open")]
    public async Task A_gate_that_was_deleted_under_a_process_is_told_until_that_one_has_ended()
    {
        _practice.Around = _practice.Around with { Processes = new() };
        using (WriteGate gate = new(Project.CentralFile))
        {
            File.Delete(Project.CentralFile + ".gate");
            Finding finding = await _practice.Only("gates");
            Assert.Contains("the next server makes another one", finding.What, StringComparison.Ordinal);
            using WriteGate other = new(Project.CentralFile);
            finding = await _practice.Only("gates");
            Assert.Contains($"while process {Environment.ProcessId} had it open: others use another one", finding.What, StringComparison.Ordinal);
            Assert.Equal($"kill {Environment.ProcessId}", finding.Next);
        }
        Assert.Empty(await _practice.Findings());
    }

    [Fact]
    public async Task A_store_without_a_new_backup_is_told()
    {
        _practice.Around = _practice.Around with { Time = new Practice.Shifted(TimeSpan.FromDays(2)) };
        Assert.Equal(("There is no complete backup.", $"agentcraft backup create --root {_practice.Root}"), ((await _practice.Only("backups")).What, (await _practice.Only("backups")).Next));
        await using (Stores stores = _practice.Open())
            await stores.Backups.Create();
        Assert.Empty(await _practice.Findings());
        _practice.Around = _practice.Around with { Time = new Practice.Shifted(TimeSpan.FromDays(9.1)) };
        Assert.Contains("9 days old", (await _practice.Only("backups")).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_that_cannot_be_used_is_told()
    {
        BackupSet set;
        await using (Stores stores = _practice.Open())
            set = (await stores.Backups.Create()).Backup;
        File.Delete(Path.Combine(set.Path, "agents", "ann.db"));
        Assert.StartsWith($"agentcraft backup verify {set.Name}", (await _practice.Only("backups")).Next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_was_deleted_is_told_with_its_backup()
    {
        BackupSet set;
        await using (Stores stores = _practice.Open())
            set = (await stores.Backups.Create()).Backup;
        File.Delete(Project.CentralFile);
        Finding finding = await _practice.Only("integrity");
        Assert.StartsWith(".agentcraft/session.db is not there, and a backup of ", finding.What, StringComparison.Ordinal);
        Assert.StartsWith($"agentcraft backup restore {set.Name} --yes", finding.Next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_left_half_done_is_told()
    {
        string staged = Project.AgentFile("ann") + ".restored", making = Directory.CreateDirectory(Project.PathOf(".agentcraft", "backups", "20260101-000000-000-aaaaaa.tmp")).FullName;
        File.WriteAllText(staged, "");
        Directory.SetLastWriteTimeUtc(making, DateTime.UtcNow.AddHours(-2));
        Restrict(staged, making, Path.GetDirectoryName(making)!);
        List<(string Check, Finding Finding)> findings = await _practice.Findings();
        Assert.Equal(["leftovers", "leftovers"], findings.Select(one => one.Check));
        Assert.Equal([".agentcraft/backups/20260101-000000-000-aaaaaa.tmp", ".agents/ann/data/agent.db.restored"], findings.SelectMany(one => one.Finding.Paths!).Order(StringComparer.Ordinal));
        Assert.All(findings, one => Assert.True(one.Finding.Fixable));
    }

    [Fact]
    public async Task A_restore_that_was_cut_off_is_told_and_left_alone()
    {
        BackupSet set;
        await using (Stores stores = _practice.Open())
            set = (await stores.Backups.Create()).Backup;
        File.WriteAllText(Project.CentralFile + ".restore", $$"""{"backup":"{{set.Name}}","replaced":"x","steps":[{"agent":null,"hasNew":true}]}""");
        Restrict(Project.CentralFile + ".restore");
        SortedDictionary<string, string> before = _practice.Snapshot();
        Finding finding = await _practice.Only("leftovers");
        Assert.Contains($"A restore of {set.Name} was cut off", finding.What, StringComparison.Ordinal);
        Assert.StartsWith($"agentcraft backup restore {set.Name} --yes", finding.Next, StringComparison.Ordinal);
        Assert.Equal(before, _practice.Snapshot());
    }

    [Fact]
    public async Task What_restores_keep_is_told_when_it_is_old()
    {
        string kept = Directory.CreateDirectory(Project.PathOf(".agentcraft", "replaced", "x")).FullName;
        Restrict(kept, Path.GetDirectoryName(kept)!);
        Assert.Empty(await _practice.Findings());
        Directory.SetLastWriteTimeUtc(kept, DateTime.UtcNow.AddDays(-31));
        Assert.Equal($"rm -r {kept}", (await _practice.Only("leftovers")).Next);
    }

    [Fact]
    public async Task An_agent_to_be_notified_that_there_is_not_is_told()
    {
        _practice.Settings = _practice.Settings with { Monitoring = new() { Notify = "nobody-here" } };
        Assert.Equal("monitoring.notify names 'nobody-here', and there is no such agent: it gets no message until it registers.", (await _practice.Only("configuration")).What);
        await using (Stores stores = _practice.Open())
            await stores.Agents.Register(new() { Name = AgentName.Parse("Nobody-Here") });
        Assert.Empty(await _practice.Findings());
    }

    [Fact]
    public async Task A_clock_behind_what_was_stored_is_told()
    {
        _practice.Around = _practice.Around with { Time = new Practice.Shifted(TimeSpan.FromHours(-5)) };
        Assert.Contains("5 hours ahead of this machine's clock", (await _practice.Only("clock")).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workspace_whose_metadata_is_broken_is_told()
    {
        Directory.CreateDirectory(Project.PathOf(".agents", "rosa"));
        File.WriteAllText(Project.PathOf(".agents", "rosa", ".agentcraft.json"), "{");
        Assert.StartsWith("agentcraft doctor --reindex", (await _practice.Only("instances")).Next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_opened_does_not_keep_the_doctor_from_the_rest()
    {
        File.Delete(Project.CentralFile);
        Directory.CreateDirectory(Project.CentralFile);
        Restrict(Project.CentralFile);
        Finding finding = await _practice.Only("integrity");
        Assert.Contains("a directory is in its place", finding.What, StringComparison.Ordinal);
    }

    private static SqliteLibrary Library(string source, string version) => new() { Source = source, Path = "lib.so", Version = Version.Parse(version), HasFullTextSearch = true, HasJson = true };

    private static void Restrict(params string[] paths)
    {
        if (!OperatingSystem.IsWindows())
            foreach (string path in paths)
                File.SetUnixFileMode(path, Directory.Exists(path) ? (UnixFileMode)0x1C0 : (UnixFileMode)0x180);
    }
}
