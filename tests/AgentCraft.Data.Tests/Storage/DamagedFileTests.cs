using System.Security.Cryptography;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Tests.Storage.Backups;
using AgentCraft.Testing;
using AgentCraft.Worker;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>
/// Files that are not what they were, each made of a real store whose process was killed or ended: what a person is told, that nothing of them is
/// lost by it, that the other files go on, and that a restore helps.
/// </summary>
public sealed class DamagedFileTests : IDisposable
{
    private const string Name = "agent-0";
    private const int Acknowledged = 30;

    private readonly TemporaryProject _project = new();
    private readonly TemporaryProject _other = new();
    private readonly List<string[]> _killed = [];

    public static TheoryData<string, bool> Kinds
    {
        get
        {
            TheoryData<string, bool> kinds = [];
            foreach (string kind in Damages.Keys)
            {
                kinds.Add(kind, true);
                kinds.Add(kind, false);
            }
            return kinds;
        }
    }

    private static readonly Dictionary<string, (bool IsCrashed, string Found, Action<string, string> Do)> Damages = new()
    {
        ["empty"] = (false, "it is empty (0 bytes), and was a store before", (file, _) => Cut(file, 0)),
        ["zero-length after power loss"] = (true, "it is empty (0 bytes), but its log", (file, _) => Cut(file, 0)),
        ["gone, with its log there"] = (true, "it is missing, but its log", (file, _) => File.Delete(file)),
        ["truncated"] = (false, "a page of it is not what it should be, or is missing", (file, _) => Cut(file, new FileInfo(file).Length / 8192 * 4096)),
        ["cut off in its header"] = (false, "it is no SQLite database (50 bytes)", (file, _) => Cut(file, 50)),
        ["not a database"] = (false, "it is no SQLite database (8192 bytes)", (file, _) => File.WriteAllText(file, new string('x', 8192))),
        ["bad page"] = (false, "a page of it is not what it should be", (file, _) => Scribble(file, "test_rows")),
        ["bad index"] = (false, "a page of it is not what it should be", (file, _) => Scribble(file, "sqlite_autoindex_test_rows_1")),
        ["missing WAL"] = (true, "-wal is missing, and with it what was committed last", (file, _) => File.Delete(file + "-wal")),
        ["missing WAL and index"] = (true, "-wal is missing, and with it what was committed last", (file, _) => { File.Delete(file + "-wal"); File.Delete(file + "-shm"); }
        ),
        ["emptied WAL"] = (true, "-wal is empty, and with it what was committed last", (file, _) => { Cut(file + "-wal", 0); File.Delete(file + "-shm"); }
        ),
        ["WAL of another file"] = (true, "-wal is damaged or the log of another file", PutLogOf),
        ["WAL of another file beside a closed one"] = (false, "-wal is damaged or the log of another file", PutLogOf),
        ["WAL that is no log"] = (true, "-wal is damaged or the log of another file", (file, _) => { File.Delete(file + "-shm"); File.WriteAllText(file + "-wal", new string('x', 9000)); }
        ),
        ["directory in its place"] = (false, "a directory is in its place", (file, _) => { File.Delete(file); Directory.CreateDirectory(file); }
        ),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_damaged_file_is_named_and_kept_the_others_go_on_and_a_restore_helps(string kind, bool isCentral)
    {
        (bool isCrashed, string found, Action<string, string> damage) = Damages[kind];
        (string file, string healthy) = Files(_project, isCentral);
        await Make(_project, isCrashed);
        await Make(_other, isCrashed: true);
        string backup = await BackUp();
        if (isCrashed)
            await Make(_project, isCrashed);
        damage(file, Files(_other, isCentral).File);
        Dictionary<string, string> before = Contents(file);

        await using Databases databases = new(_project.Root, new(), TimeProvider.System);
        for (int attempt = 0; attempt < 2; attempt++)
        {
            AgentCraftException failure = await Assert.ThrowsAsync<AgentCraftException>(() => ReadAll(Of(databases, isCentral)));
            Assert.Equal(ErrorCodes.StoreDamaged, failure.Code);
            Assert.False(failure.Retryable);
            Assert.Contains(file, failure.Message, StringComparison.Ordinal);
            Assert.Contains(found, failure.Message, StringComparison.Ordinal);
            Assert.Contains("agentcraft backup verify", failure.Hint, StringComparison.Ordinal);
            Assert.Contains("agentcraft backup restore", failure.Hint, StringComparison.Ordinal);
        }
        Assert.True(await ReadAll(Of(databases, !isCentral)) >= 1, "The healthy file does not go on.");
        await Rows.Append(Of(databases, !isCentral), "while the other is damaged", 1);
        Assert.Equal(before, Contents(file));
        await databases.DisposeAsync();
        Assert.Equal(before, Contents(file));

        await using Stores stores = new(_project.Root, new Settings(), TimeProvider.System);
        RestoredAs(await stores.Restores.Restore(backup), before, file);
        Assert.True(await ReadAll(Of(stores.Databases, isCentral)) >= Acknowledged);
        await Rows.Append(Of(stores.Databases, isCentral), "after the restore", 1);
        Assert.True(File.Exists(healthy));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_of_a_newer_program_is_refused_and_left_as_it_is(bool isCentral)
    {
        await Make(_project, isCrashed: false);
        string file = Files(_project, isCentral).File;
        BackedUpStore.Run(file, "INSERT INTO _migrations (set_name, name, checksum, applied_at) SELECT set_name, '9999-of-tomorrow', 'x', applied_at FROM _migrations LIMIT 1");
        await using Databases databases = new(_project.Root, new(), TimeProvider.System);
        AgentCraftException failure = await Assert.ThrowsAsync<AgentCraftException>(() => ReadAll(Of(databases, isCentral)));
        Assert.Equal(ErrorCodes.StoreTooNew, failure.Code);
        Assert.Contains(file, failure.Message, StringComparison.Ordinal);
        Assert.Contains("agentcraft migrate to", failure.Hint, StringComparison.Ordinal);
        Assert.True(await ReadAll(Of(databases, !isCentral)) >= Acknowledged);
        Assert.Equal([$"{Acknowledged}"], BackedUpStore.Query(file, $"SELECT min(count(*), {Acknowledged}) FROM test_rows"));
    }

    [Theory]
    [InlineData("{", "cannot be read")]
    [InlineData("""{"backup":"","replaced":"x","steps":[{"agent":null,"hasNew":true}]}""", "is gone")]
    public async Task A_store_that_was_restored_by_half_and_cannot_be_finished_is_said_and_restored_again(string journal, string found)
    {
        await Make(_project, isCrashed: false);
        string backup = await BackUp();
        File.Move(_project.CentralFile, _project.CentralFile + ".elsewhere");
        File.WriteAllText(_project.CentralFile + ".restore", journal);
        await using (Databases databases = new(_project.Root, new(), TimeProvider.System))
            for (int attempt = 0; attempt < 2; attempt++)
            {
                AgentCraftException failure = await Assert.ThrowsAsync<AgentCraftException>(() => ReadAll(databases.Central));
                Assert.Equal(ErrorCodes.StoreDamaged, failure.Code);
                Assert.Contains(found, failure.Message, StringComparison.Ordinal);
                Assert.Contains("agentcraft backup restore", failure.Hint, StringComparison.Ordinal);
            }
        await using Stores stores = new(_project.Root, new Settings(), TimeProvider.System);
        await stores.Restores.Restore(backup);
        Assert.True(await ReadAll(stores.Databases.Central) >= Acknowledged);
        Assert.Single(Directory.GetFiles(_project.PathOf(".agentcraft"), "session.db.restore.2*"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_program_without_our_gate_has_written_and_left_in_the_log_is_no_damage(bool isClosed)
    {
        await Make(_project, isCrashed: true);
        string file = _project.CentralFile;
        BackedUpStore.Run(file, "INSERT INTO test_rows (writer, number, body) VALUES ('stranger', 1, 'x')");
        Assert.False(File.Exists(file + "-wal"));
        if (!isClosed)
        {
            // As if it had been killed: its log is there, with a number that nobody has written down.
            (byte[] before, string log) = (File.ReadAllBytes(file), file + "-wal");
            using Microsoft.Data.Sqlite.SqliteConnection stranger = new($"Data Source={file};Pooling=False");
            stranger.Open();
            using Microsoft.Data.Sqlite.SqliteCommand command = stranger.CreateCommand();
            command.CommandText = "INSERT INTO test_rows (writer, number, body) VALUES ('stranger', 2, 'x')";
            command.ExecuteNonQuery();
            byte[] frames = File.ReadAllBytes(log);
            stranger.Close();
            File.WriteAllBytes(file, before);
            File.WriteAllBytes(log, frames);
        }
        await using Databases databases = new(_project.Root, new(), TimeProvider.System);
        Assert.Equal(isClosed ? 1 : 2, (await Rows.Numbers(databases.Central, "stranger")).Count);
        await Rows.Append(databases.Central, "w2", 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_log_that_is_lost_after_a_checkpoint_is_noticed_though_nothing_else_shows_it(bool isEmptied)
    {
        string file = await KillAfterCheckpoint();
        Cut(file + "-wal", 0);
        File.Delete(file + "-shm");
        if (!isEmptied)
            File.Delete(file + "-wal");
        await using Databases databases = new(_project.Root, new(), TimeProvider.System);
        AgentCraftException failure = await Assert.ThrowsAsync<AgentCraftException>(() => ReadAll(databases.Central));
        Assert.Equal(ErrorCodes.StoreDamaged, failure.Code);
        Assert.Contains($"-wal is {(isEmptied ? "empty" : "missing")}, and with it what was committed last", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_put_in_place_without_its_log_is_noticed()
    {
        await Make(_project, isCrashed: false);
        string copy = Path.Combine(_project.PathOf(".agentcraft", "backups"), await BackUp(), "session.db"), file = await KillAfterCheckpoint();
        File.Copy(copy, file, overwrite: true);
        Dictionary<string, string> before = Contents(file);
        await using Databases databases = new(_project.Root, new(), TimeProvider.System);
        AgentCraftException failure = await Assert.ThrowsAsync<AgentCraftException>(() => ReadAll(databases.Central));
        Assert.Equal(ErrorCodes.StoreDamaged, failure.Code);
        Assert.Contains("the file was put in place without its log", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, Contents(file));
    }

    [Requires(Need.Unix, "elsewhere no open file can be deleted")]
    public async Task What_is_committed_after_a_log_was_deleted_under_a_running_server_is_in_the_file()
    {
        await using (WorkerProcess worker = WorkerProcess.Start("append", _project.Root, "bereft", "size=2000"))
        {
            await worker.Next("ack");
            await Signals.Stop(worker.Pid);
            File.Delete(_project.CentralFile + "-wal");
            Signals.Continue(worker.Pid);
            for (int i = 0; i < 10 * Acknowledged; i++)
                _killed.Add(await worker.Next("ack"));
            await worker.Kill();
        }
        await using Databases databases = new(_project.Root, new(), TimeProvider.System);
        Assert.Contains("-wal is missing", (await Assert.ThrowsAsync<AgentCraftException>(() => ReadAll(databases.Central))).Message, StringComparison.Ordinal);
        List<string> rows = BackedUpStore.Query(new Uri(_project.CentralFile).AbsoluteUri + "?immutable=1", "SELECT CAST(number AS TEXT) FROM test_rows");
        Assert.Empty(_killed.Select(words => words[0]).Except(rows));
    }

    [Theory]
    [InlineData("touched")]
    [InlineData("copied")]
    [InlineData("index of the log")]
    [InlineData("mark")]
    public async Task What_a_person_may_do_to_a_store_of_a_killed_server_is_no_damage(string what)
    {
        string file = await KillAfterCheckpoint();
        long before = File.ReadAllBytes(file + "-wal").Length;
        switch (what)
        {
            case "touched":
                File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-1));
                break;
            case "copied":
                foreach (string part in Directory.GetFiles(Path.GetDirectoryName(file)!))
                {
                    File.Copy(part, part + ".copy");
                    File.Move(part + ".copy", part, overwrite: true);
                }
                break;
            case "index of the log":
                File.Delete(file + "-shm");
                break;
            default:
                File.Delete(file + ".mark");
                break;
        }
        await using Databases databases = new(_project.Root, new(), TimeProvider.System);
        Assert.True(before > 4096);
        Assert.True(await ReadAll(databases.Central) >= _killed.Count, "Acknowledged rows are missing.");
        await Rows.Append(databases.Central, "after", 1);
    }

    [Fact]
    public async Task Sixteen_processes_that_open_a_healthy_store_at_once_under_load_all_succeed_whether_it_was_closed_or_killed()
    {
        for (int round = 0; round < Quantity.Of(2, 6); round++)
        {
            await Make(_project, isCrashed: round % 2 == 0);
            await using WorkerProcess load = WorkerProcess.Start("append", _project.Root, $"load-{round}", "callers=4", "size=2000");
            await load.Next("ack");
            WorkerProcess[] all = [.. Enumerable.Range(0, 16).Select(_ => WorkerProcess.Start("open", _project.Root, "told", "timeout=30000"))];
            await Task.WhenAll(all.Select(one => one.Next("ready")));
            foreach (WorkerProcess one in all)
                one.Tell();
            string[][] opened = await Task.WhenAll(all.Select(one => one.Next("opened")));
            Assert.Single(opened.Select(words => words[0]).Distinct());
            await load.Kill();
            foreach (WorkerProcess one in all)
                await one.DisposeAsync();
        }
        Assert.False(Directory.Exists(_project.PathOf(".agentcraft", "replaced")));
    }

    public void Dispose()
    {
        _project.Dispose();
        _other.Dispose();
    }

    private static Database Of(Databases databases, bool isCentral) => isCentral ? databases.Central : databases.Agent(Name, "default");

    private static (string File, string Healthy) Files(TemporaryProject project, bool isCentral) =>
        isCentral ? (project.CentralFile, project.AgentFile(Name)) : (project.AgentFile(Name), project.CentralFile);

    /// <summary>Over the table, and then over its index.</summary>
    private static Task<long> ReadAll(Database database) => database.Read(c => c.First<long>("SELECT count(body) FROM test_rows NOT INDEXED")
        + (0 * c.First<long>("SELECT count(*) FROM test_rows INDEXED BY sqlite_autoindex_test_rows_1 WHERE writer > ''")));

    /// <summary>Two processes write to central and to an agent's file and are killed; then, unless it stays so, everything is opened and closed well.</summary>
    private static async Task Make(TemporaryProject project, bool isCrashed)
    {
        string writer = Guid.NewGuid().ToString("N");
        await using WorkerProcess central = WorkerProcess.Start("append", project.Root, writer), agent = WorkerProcess.Start("spread", project.Root, writer, "agents=1");
        foreach ((WorkerProcess worker, string file) in new[] { (central, project.CentralFile), (agent, project.AgentFile(Name)) })
        {
            for (int i = 0; i < Acknowledged; i++)
                await worker.Next("ack");
            await KillSettled(worker, file);
        }
        if (isCrashed)
            return;
        await using Databases databases = new(project.Root, new(), TimeProvider.System);
        await databases.Central.Epoch();
        await databases.Agent(Name, "default").Epoch();
    }

    /// <summary>A process writes to central until its log has begun anew and then some, and is killed.</summary>
    private async Task<string> KillAfterCheckpoint()
    {
        string file = _project.CentralFile;
        await using WorkerProcess worker = WorkerProcess.Start("append", _project.Root, "killed", "size=2000");
        do
            _killed.Add(await worker.Next("ack"));
        while (new FileInfo(file).Length <= 1 << 20);
        await KillSettled(worker, file, _killed);
        return file;
    }

    /// <summary>
    /// Kills it when it has committed something long enough after the last checkpoint: what was committed just after one is not missed when it is lost.
    /// </summary>
    private static async Task KillSettled(WorkerProcess worker, string file, List<string[]>? acknowledged = null)
    {
        while (true)
        {
            await Signals.Stop(worker.Pid);
            if (new FileInfo(file).Length <= 4096 || (LogMark.Read(file) is { Log: not 0, IsAfterFile: true } mark && mark.FileChangedAt == FileStatus.Of(file).ChangedAt))
                break;
            Signals.Continue(worker.Pid);
            string[] words = await worker.Next("ack");
            acknowledged?.Add(words);
        }
        await worker.Kill();
    }

    private async Task<string> BackUp()
    {
        await using Stores stores = new(_project.Root, new Settings(), TimeProvider.System);
        return (await stores.Backups.Create()).Backup.Name;
    }

    private static void Cut(string file, long length)
    {
        using FileStream stream = new(file, FileMode.Open);
        stream.SetLength(length);
    }

    private static void Scribble(string file, string name)
    {
        long page = long.Parse(BackedUpStore.Query(file, $"SELECT CAST(rootpage AS TEXT) FROM sqlite_master WHERE name = '{name}'")[0]);
        using FileStream stream = new(file, FileMode.Open) { Position = (page - 1) * 4096 };
        byte[] garbage = new byte[4096];
        new Random(1).NextBytes(garbage);
        stream.Write(garbage);
    }

    private static void PutLogOf(string file, string other)
    {
        File.Delete(file + "-shm");
        File.Copy(other + "-wal", file + "-wal", overwrite: true);
    }

    /// <summary>The file and its log, by a hash of each.</summary>
    private static Dictionary<string, string> Contents(string file) => new[] { file, file + "-wal" }.Where(File.Exists)
        .Where(path => new FileInfo(path).Length > 0 || path == file)
        .ToDictionary(path => path[file.Length..], path => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))));

    private void RestoredAs(AgentCraft.Data.Storage.Backups.RestoredBackup restored, Dictionary<string, string> before, string file)
    {
        string kept = Path.Combine(restored.Replaced!, file == _project.CentralFile ? "session.db" : Path.Combine("agents", Name + ".db"));
        foreach ((string suffix, string hash) in before)
            Assert.Equal(hash, Contents(kept)[suffix]);
    }
}
