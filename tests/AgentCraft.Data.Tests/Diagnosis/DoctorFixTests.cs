using AgentCraft.Data.Diagnosis;
using AgentCraft.Data.Diagnosis.Remedies;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Tests.Storage.Backups;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Diagnosis;

/// <summary>What the doctor puts right: after a backup, noted, and taken back by the name of the journal.</summary>
public sealed class DoctorFixTests : IAsyncLifetime
{
    private const string Counts = "SELECT to_seq || ' ' || from_seq || ' ' || unread || ' ' || total FROM inbox_counts ORDER BY 1";
    private Practice _practice = null!;

    private string Central => _practice.Project.CentralFile;

    public async Task InitializeAsync() => _practice = await Practice.Create();

    public Task DisposeAsync()
    {
        _practice.Dispose();
        return Task.CompletedTask;
    }

    [Requires(Need.Unix, "permissions")]
    public async Task Permissions_are_repaired_and_taken_back()
    {
        string data = Path.GetDirectoryName(_practice.Project.AgentFile("ann"))!;
        Mode(Central, 0x1A4);
        Mode(data, 0x1ED);
        FixReport report = await _practice.Doctor.Fix();
        Assert.NotNull(report.Backup);
        Assert.True(Assert.Single(report.Done).Fixed);
        Assert.Equal((Severity.Ok, 0x180, 0x1C0), (report.After.Status, ModeOf(Central), ModeOf(data)));
        UndoReport undone = await _practice.Doctor.Undo(report.Id);
        Assert.Equal((2, 0, 0x1A4, 0x1ED), (undone.Undone, undone.Kept.Count, ModeOf(Central), ModeOf(data)));
        Assert.Equal(ErrorCodes.NotFound, (await Assert.ThrowsAsync<AgentCraftException>(() => _practice.Doctor.Undo(null))).Code);
    }

    [RequiresTheory(Need.Unix, "permissions")]
    [InlineData(false, 0x000, Severity.Error)]
    [InlineData(false, 0x100, Severity.Warning)]
    [InlineData(true, 0x140, Severity.Warning)]
    public async Task So_are_those_that_keep_their_owner_out_and_a_protected_backup_is_none(bool isFolder, int mode, Severity severity)
    {
        string path = isFolder ? Path.GetDirectoryName(Central)! : Central;
        await using (Stores stores = _practice.Open())
            Mode(Path.Combine((await stores.Backups.Create()).Backup.Path, "session.db"), 0x100);
        Assert.Empty(await _practice.Findings());
        Mode(path, mode);
        Finding finding = (await _practice.Findings()).Select(one => one.Finding).First(one => one.What.StartsWith("Their own user", StringComparison.Ordinal));
        Assert.Equal(severity, finding.Severity);
        FixReport report = await _practice.Doctor.Fix();
        Assert.Equal((Severity.Ok, isFolder ? 0x1C0 : 0x180), (report.After.Status, ModeOf(path)));
        await _practice.Doctor.Undo(null);
        Assert.Equal(mode, ModeOf(path));
        Mode(path, 0x1C0);
    }

    [Fact]
    public async Task Rows_that_refer_to_nothing_lie_in_the_journal_whole_with_what_refers_to_them_and_come_back()
    {
        // A message of an agent that is not there, with an answer to it, which only names it; and a document's version without its document.
        BackedUpStore.Run(Central, """
            PRAGMA foreign_keys = OFF;
            UPDATE messages SET from_seq = 900, content = 'of nobody "quoted" é' WHERE seq = 1;
            UPDATE messages SET response_to_seq = 1 WHERE seq = 2;
            DELETE FROM sessions WHERE seq = (SELECT min(seq) FROM sessions)
            """);
        string[] before = Rows();
        FixReport report = await _practice.Doctor.Fix();
        Assert.All(report.Done, done => Assert.True(done.Fixed, done.Done));
        Assert.Equal((Severity.Ok, "references"), (report.After.Status, report.Done[0].Check));
        Assert.Equal(["2", "3"], BackedUpStore.Query(Central, "SELECT seq FROM messages ORDER BY seq"));
        Assert.Equal(["0"], BackedUpStore.Query(Central, "SELECT count(response_to_seq) FROM messages"));
        Assert.Contains("of nobody \\\"quoted\\\" é", File.ReadAllText(Path.Combine(report.Journal!, "journal.jsonl")), StringComparison.Ordinal);
        // The counts that went with the row were made anew.
        Assert.Equal(["2 1 2 2"], BackedUpStore.Query(Central, Counts));
        await using (Stores stores = _practice.Open())
            await stores.Messages.Append(new() { From = "bob", To = ["ann"], Content = "meanwhile" }, null);
        UndoReport undone = await _practice.Doctor.Undo(report.Id);
        Assert.Empty(undone.Kept);
        BackedUpStore.Run(Central, "DELETE FROM messages WHERE content = 'meanwhile'");
        Assert.Equal(before, Rows());
    }

    [Fact]
    public async Task Counts_are_made_anew_by_both_ways_and_taken_back_unless_they_were_counted_on()
    {
        BackedUpStore.Run(Central, "UPDATE inbox_counts SET unread = 7; UPDATE metric_series SET count = 9");
        FixReport report = await _practice.Doctor.Fix(onlyIndexes: true);
        Assert.Null(report.Backup);
        Assert.Equal((Severity.Ok, "2 1 3 3"), (report.After.Status, BackedUpStore.Query(Central, Counts).Single()));
        await using (Stores stores = _practice.Open())
            await stores.Messages.Append(new() { From = "ann", To = ["bob"], Content = "one more" }, null);
        UndoReport undone = await _practice.Doctor.Undo(report.Id);
        Assert.Equal((1, "A row of inbox_counts has been counted on since."), (undone.Undone, Assert.Single(undone.Kept)));
        Assert.Equal(("2 1 4 4", "9"), (BackedUpStore.Query(Central, Counts).Single(), BackedUpStore.Query(Central, "SELECT count FROM metric_series").Single()));
        Assert.NotNull((await _practice.Doctor.Fix()).Backup);
        Assert.Equal("2", BackedUpStore.Query(Central, "SELECT count FROM metric_series").Single());
    }

    [Theory]
    [InlineData("DELETE FROM search_messages_docsize WHERE id = 2")]
    [InlineData("DELETE FROM search_messages_data WHERE id > 1")]
    [InlineData("UPDATE search_progress SET indexed_seq = 900 WHERE noun = 'messages'")]
    public async Task A_search_index_is_made_anew_and_finds_what_is_there(string sql)
    {
        BackedUpStore.Run(Central, sql);
        FixReport report = await _practice.Doctor.Fix(onlyIndexes: true);
        Assert.True(Assert.Single(report.Done).Fixed, report.Done[0].Done);
        Assert.Equal(Severity.Ok, report.After.Status);
        await using Stores stores = _practice.Open();
        Assert.Equal(3, (await stores.MessageSearch.Find(new() { Query = "word" }, new())).Messages.Count);
        Assert.Empty(await _practice.Findings());
    }

    [Fact]
    public async Task The_index_of_an_agent_s_history_is_made_anew()
    {
        BackedUpStore.Run(_practice.Project.AgentFile("ann"), "DELETE FROM search_history_docsize; UPDATE history_totals SET cost = 5");
        FixReport report = await _practice.Doctor.Fix();
        Assert.Equal((Severity.Ok, 2), (report.After.Status, report.Done.Count(done => done.Fixed)));
        await using Stores stores = _practice.Open();
        Assert.Single((await stores.HistorySearch.Find(new() { Agent = "ann", Query = "hello" }, new())).Entries);
    }

    [Fact]
    public async Task An_index_that_lacks_rows_is_told_and_made_again_from_its_table()
    {
        // The entries of an index go while it is said to be of no row; then it is said to be of all again.
        const string WithoutRows = "thread_id, seq) WHERE thread_id = 'none'";
        BackedUpStore.Run(Central, $"PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'thread_id, seq)', '{WithoutRows.Replace("'", "''")}') WHERE name = 'messages_by_thread'");
        BackedUpStore.Run(Central, "REINDEX messages_by_thread");
        BackedUpStore.Run(Central, $"PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, '{WithoutRows.Replace("'", "''")}', 'thread_id, seq)') WHERE name = 'messages_by_thread'");
        Finding finding = await _practice.Only("integrity");
        Assert.Contains("missing from index messages_by_thread", finding.What, StringComparison.Ordinal);
        Assert.StartsWith("agentcraft doctor --fix", finding.Next, StringComparison.Ordinal);
        FixReport report = await _practice.Doctor.Fix();
        Assert.True(Assert.Single(report.Done).Fixed, report.Done[0].Done);
        Assert.Equal(Severity.Ok, report.After.Status);
        Assert.Contains("nothing to take back", Assert.Single((await _practice.Doctor.Undo(null)).Kept), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leftovers_are_moved_into_the_journal_s_directory_and_back()
    {
        string staged = Central + ".restored";
        File.WriteAllText(staged, "half");
        Mode(staged, 0x180);
        FixReport report = await _practice.Doctor.Fix();
        Assert.False(File.Exists(staged));
        Assert.Equal("half", File.ReadAllText(Path.Combine(report.Journal!, "1-session.db.restored")));
        Assert.Equal(Severity.Ok, report.After.Status);
        await _practice.Doctor.Undo(report.Id!["doctor-".Length..]);
        Assert.Equal("half", File.ReadAllText(staged));
    }

    [Fact]
    public async Task Without_a_backup_no_row_is_touched_and_it_says_why()
    {
        BackedUpStore.Run(Central, "UPDATE inbox_counts SET unread = 7");
        Mode(Central, 0x1A4);
        // The file of another agent cannot be copied.
        File.WriteAllText(_practice.Project.AgentFile("ann"), new string('x', 8192));
        FixReport report = await _practice.Doctor.Fix();
        Assert.NotNull(report.NoBackup);
        Assert.Equal([("permissions", true), ("indexes", false)], report.Done.Where(done => !OperatingSystem.IsWindows() || done.Check != "permissions").Select(done => (done.Check, done.Fixed)));
        Assert.StartsWith("Left as it is, because no backup could be made before", report.Done[^1].Done, StringComparison.Ordinal);
        Assert.Equal("2 1 7 3", BackedUpStore.Query(Central, Counts).Single());
    }

    [Fact]
    public async Task It_works_while_a_server_has_the_store_open_and_writes()
    {
        BackedUpStore.Run(Central, "UPDATE metric_series SET count = 9; DELETE FROM search_messages_docsize WHERE id = 2");
        await using Stores stores = _practice.Open();
        using CancellationTokenSource stop = new();
        Task<int> writing = Task.Run(async () =>
        {
            int written = 0;
            for (; !stop.IsCancellationRequested; written++)
                await stores.Messages.Append(new() { From = "ann", To = ["bob"], Content = $"while it is being mended {written}" }, null);
            return written;
        });
        FixReport report = await _practice.Doctor.Fix();
        await stop.CancelAsync();
        int all = 3 + await writing;
        Assert.All(report.Done, done => Assert.True(done.Fixed, done.Done));
        Assert.Empty(await _practice.Findings());
        Assert.Equal(all, await stores.Databases.Central.Read(c => c.First<int>("SELECT total FROM inbox_counts")));
        Assert.Equal("2", BackedUpStore.Query(Central, "SELECT count FROM metric_series").Single());
    }

    [Fact]
    public async Task Two_doctors_at_once_do_not_mend_the_same()
    {
        BackedUpStore.Run(Central, "UPDATE metric_series SET count = 9");
        using (Data.Storage.Backups.FileLock.TryTake(Central + ".doctor"))
            Assert.Equal(ErrorCodes.StoreBusy, (await Assert.ThrowsAsync<AgentCraftException>(() => _practice.Doctor.Fix())).Code);
        Assert.Single((await _practice.Doctor.Fix()).Done);
    }

    [Fact]
    public async Task What_was_noted_and_never_done_is_taken_back_as_nothing()
    {
        BackedUpStore.Run(Central, "UPDATE inbox_counts SET unread = 7");
        FixReport report = await _practice.Doctor.Fix();
        string journal = Path.Combine(report.Journal!, "journal.jsonl");
        // As if it had been killed between the note and the commit; and cut off in the middle of a line.
        BackedUpStore.Run(Central, "UPDATE inbox_counts SET unread = 7");
        File.AppendAllText(journal, """{"change":"moved","from":"/nowhere""");
        UndoReport undone = await _practice.Doctor.Undo(null);
        Assert.Equal((1, 0, "2 1 7 3"), (undone.Undone, undone.Kept.Count, BackedUpStore.Query(Central, Counts).Single()));
    }

    private string[] Rows() => [.. new[] { "messages", "session_agents", "session_events", "sessions" }.SelectMany(table => BackedUpStore.Query(Central,
        $"SELECT '{table} ' || seq || ' ' || COALESCE({(table == "messages" ? "from_seq || content || COALESCE(response_to_seq, '-') || COALESCE(session_seq, '-')" : table == "sessions" ? "id" : "session_seq")}, '-') FROM {table} WHERE {(table == "messages" ? "content <> 'meanwhile'" : table == "session_events" ? "event_type NOT LIKE 'backup%' AND seq < 7" : "1 = 1")} ORDER BY seq"))];

    private static void Mode(string path, int mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)mode);
    }

    private static int ModeOf(string path) => OperatingSystem.IsWindows() ? 0 : (int)File.GetUnixFileMode(path);
}
