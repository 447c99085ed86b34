using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Backups;
using AgentCraft.Testing;
using AgentCraft.Worker;

namespace AgentCraft.Data.Tests.Storage.Backups;

/// <summary>A backup takes the place of the store, while others have it open.</summary>
public sealed class RestoreTests
{
    [Fact]
    public async Task The_store_is_that_of_the_backup_and_what_was_there_is_kept_twice()
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        BackupSet set = (await store.Backups.Create()).Backup;
        await Add(store, "after", 2);
        await Rows.Create(store.Agent("carol"));
        RestoredBackup restored = await store.Stores.Restores.Restore();

        foreach (Database file in new[] { store.Central, store.Agent("alice"), store.Agent("bob") })
            Assert.Equal((1, 0), (await CountOf(file, "before"), await CountOf(file, "after")));
        Assert.False(File.Exists(store.Project.AgentFile("carol")));
        Assert.Equal(["session.db", "agents/alice.db", "agents/bob.db", "agents/carol.db"], Files(restored.Replaced!));
        Assert.Equal(["1", "2"], BackedUpStore.Query(Path.Combine(restored.Replaced!, "agents", "alice.db"), "SELECT number FROM test_rows ORDER BY seq"));
        Assert.Equal(BackupReason.BeforeRestore, store.Backups.List()[0].Reason);
        Assert.Equal(set.Name, await store.Central.Read(c => c.First<string>("SELECT entity_id FROM session_events WHERE event_type = 'store_restored'")));

        // And back again.
        await store.Stores.Restores.Restore(restored.SafetyBackup);
        Assert.Equal(1, await CountOf(store.Agent("alice"), "after"));
        Assert.True(File.Exists(store.Project.AgentFile("carol")));
        Assert.Equal(2, Directory.GetDirectories(store.Project.PathOf(".agentcraft", "replaced")).Length);
    }

    [Fact]
    public async Task Everybody_who_has_the_store_open_goes_on_with_the_restored_one()
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        await store.Backups.Create();
        await Add(store, "after", 2);
        await using Stores other = new(store.Project.Root, new(), TimeProvider.System);
        Database[] files = [store.Central, store.Agent("alice"), other.Databases.Central, other.Databases.Agent("alice", "tester")];
        foreach (Database file in files)
            Assert.Equal(1, await CountOf(file, "after"));
        string[] epochs = [await store.Central.Epoch(), await store.Agent("alice").Epoch()];
        await using (Stores third = new(store.Project.Root, new(), TimeProvider.System))
            await third.Restores.Restore();
        foreach (Database file in files)
        {
            Assert.Equal(0, await CountOf(file, "after"));
            Assert.DoesNotContain(await file.Epoch(), epochs);
        }
        for (int number = 0; number < files.Length; number++)
            await Rows.Append(files[number], "later", number);
        Assert.Equal((2, 2), (await CountOf(files[0], "later"), await CountOf(files[1], "later")));
        Assert.DoesNotContain(files, file => file.IsReplaced);
    }

    [Fact]
    public async Task A_process_that_writes_without_a_pause_loses_nothing_that_it_acknowledged_after_the_restore()
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        BackupSet set = (await store.Backups.Create()).Backup;
        await using WorkerProcess writer = WorkerProcess.Start("append", store.Project.Root, "w", "callers=4");
        for (int round = 0; round < Quantity.Of(3, 20); round++)
        {
            for (int i = 0; i < 50; i++)
                await writer.Next("ack");
            await store.Stores.Restores.Restore(set.Name);
        }
        // Each of the four has written to the restored store by now; whatever it numbers higher comes later.
        Dictionary<long, long> last = [];
        await Eventually.Become(async () => (last = (await Rows.Numbers(store.Central, "w")).GroupBy(n => n / 1_000_000).ToDictionary(caller => caller.Key, caller => caller.Max())).Count == 4,
            TimeSpan.FromSeconds(30), "rows of all callers");
        HashSet<long> acknowledged = [];
        for (int read = 0; acknowledged.Count < 200; read++)
        {
            Assert.InRange(read, 0, 1_000_000);
            Add((await writer.Next("ack"))[0]);
        }
        await writer.Kill();
        foreach (string line in await writer.Rest())
            Add(line.Split(' ')[1]);
        Assert.Empty(acknowledged.Except(await Rows.Numbers(store.Central, "w")));
        await Store.AssertIntact(store.Central);
        Assert.Equal(1, await CountOf(store.Central, "before"));

        void Add(string text)
        {
            long number = long.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
            if (number > last[number / 1_000_000])
                acknowledged.Add(number);
        }
    }

    [Fact]
    public async Task Cursors_from_before_are_told_that_they_have_expired()
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        await store.Backups.Create();
        string cursor = new Cursor("list", await store.Central.Epoch(), 1).ToString();
        await store.Stores.Restores.Restore();
        string epoch = await store.Central.Epoch();
        Assert.Equal(ErrorCodes.CursorExpired, Assert.Throws<AgentCraftException>(() => Cursor.Parse(cursor, "list", epoch)).Code);
    }

    [Fact]
    public async Task A_damaged_backup_is_refused_and_nothing_changes()
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        BackupSet set = (await store.Backups.Create()).Backup;
        File.AppendAllText(Path.Combine(set.Path, "agents", "bob.db"), "x");
        await Add(store, "after", 2);
        AgentCraftException refusal = await Assert.ThrowsAsync<AgentCraftException>(() => store.Stores.Restores.Restore());
        Assert.Equal(ErrorCodes.BackupDamaged, refusal.Code);
        Assert.Contains("agents/bob.db", refusal.Message);
        Assert.Equal(1, await CountOf(store.Central, "after"));
        Assert.Single(store.Entries());
    }

    [Fact]
    public async Task A_damaged_store_is_restored_without_a_backup_of_it_and_kept_as_it_is()
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        await store.Backups.Create();
        await store.Central.Release();
        byte[] damaged = [.. Enumerable.Repeat((byte)7, 50_000)];
        File.WriteAllBytes(store.Project.CentralFile, damaged);
        RestoredBackup restored = await store.Stores.Restores.Restore();
        Assert.Null(restored.SafetyBackup);
        Assert.Contains("damaged", restored.NoSafetyBackup);
        Assert.Equal(1, await CountOf(store.Central, "before"));
        Assert.Equal(damaged, File.ReadAllBytes(Path.Combine(restored.Replaced!, "session.db")));
    }

    [Fact]
    public async Task A_store_that_is_gone_comes_back()
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        await store.Backups.Create();
        await Task.WhenAll(store.Central.Release(), store.Agent("alice").Release(), store.Agent("bob").Release());
        File.Delete(store.Project.CentralFile);
        Directory.Delete(store.Project.PathOf(".agents"), recursive: true);
        RestoredBackup restored = await store.Stores.Restores.Restore();
        Assert.Null(restored.Replaced);
        Assert.Equal((1, 1), (await CountOf(store.Central, "before"), await CountOf(store.Agent("bob"), "before")));
    }

    [Fact]
    public async Task One_agents_file_from_before_a_migration_is_restored_alone()
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        await store.Agent("alice").Release();
        string file = store.Project.AgentFile("alice");
        // As an older program had left it.
        BackedUpStore.Run(file, "DELETE FROM _migrations WHERE set_name = 'agents/default'; DROP TABLE notes");
        await Rows.Append(store.Agent("alice"), "after", 1);
        BackupSet set = Assert.Single(store.Backups.List());
        Assert.Equal((BackupReason.BeforeMigration, false, 1), (set.Reason, set.Complete, set.Files));
        Assert.Equal(ErrorCodes.NotFound, Assert.Throws<AgentCraftException>(() => store.Backups.Verify()).Code);
        Assert.True(store.Backups.Verify(set.Name).Sound);
        string epoch = await store.Central.Epoch();
        await store.Stores.Restores.Restore(set.Name);
        Assert.Equal((1, 0), (await CountOf(store.Agent("alice"), "before"), await CountOf(store.Agent("alice"), "after")));
        Assert.Equal(epoch, await store.Central.Epoch());
    }

    [Fact]
    public async Task A_reader_in_the_middle_of_a_read_ends_it_on_the_old_store()
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        await store.Backups.Create();
        await Add(store, "after", 2);
        using ManualResetEventSlim begun = new(), release = new();
        Task<(long, long)> reading = Task.Run(() => store.Central.Read(c =>
        {
            long first = c.First<long>("SELECT count(*) FROM test_rows");
            begun.Set();
            release.Wait(TimeSpan.FromSeconds(30));
            return (first, c.First<long>("SELECT count(*) FROM test_rows"));
        }));
        begun.Wait(TimeSpan.FromSeconds(30));
        RestoredBackup restored = await store.Stores.Restores.Restore();
        await Rows.Append(store.Central, "later", 1);
        release.Set();
        Assert.Equal((2, 2), await reading);
        Assert.Equal((1, 0, 1), (await CountOf(store.Central, "before"), await CountOf(store.Central, "after"), await CountOf(store.Central, "later")));
        // Its log could not be emptied while somebody read, so it was kept with it.
        Assert.Equal(["1", "2"], BackedUpStore.Query(Path.Combine(restored.Replaced!, "session.db"), "SELECT number FROM test_rows ORDER BY seq"));
    }

    [Requires(Need.Unix, "it makes a link")]
    public async Task A_directory_of_an_agent_that_leads_out_of_the_project_is_not_written_to()
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        await store.Backups.Create();
        await Task.WhenAll(store.Agent("bob").Release(), store.Central.Release());
        using TemporaryProject elsewhere = new();
        Directory.Delete(store.Project.PathOf(".agents", "bob"), recursive: true);
        Directory.CreateSymbolicLink(store.Project.PathOf(".agents", "bob"), elsewhere.Root);
        Assert.Equal(ErrorCodes.NotAllowed, (await Assert.ThrowsAsync<AgentCraftException>(() => store.Stores.Restores.Restore())).Code);
        Assert.Empty(Directory.GetFileSystemEntries(elsewhere.Root));
    }

    [Fact]
    public async Task What_a_restore_that_was_killed_before_its_journal_left_is_swept_and_nothing_else()
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        await store.Backups.Create();
        string[] left = [store.Project.CentralFile + ".restored", store.Project.CentralFile + ".restored-wal", store.Project.AgentFile("carol") + ".restored"];
        string mine = store.Project.PathOf(".agentcraft", "notes.restored.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(left[2])!);
        foreach (string file in left.Append(mine))
            File.WriteAllText(file, "x");
        await store.Stores.Restores.Restore();
        Assert.All(left, file => Assert.False(File.Exists(file)));
        Assert.True(File.Exists(mine));
    }

    [Fact]
    public async Task A_gate_that_is_held_for_too_long_leaves_everything_as_it_was()
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        await store.Backups.Create();
        using WriteGate gate = new(store.Project.AgentFile("bob"));
        gate.Enter();
        await using Stores other = new(store.Project.Root, new(), TimeProvider.System);
        AgentCraftException busy = await Assert.ThrowsAsync<AgentCraftException>(() => other.Restores.Restore(null, TimeSpan.FromMilliseconds(300)));
        Assert.Equal(ErrorCodes.StoreBusy, busy.Code);
        Assert.Contains($"process {Environment.ProcessId}", busy.Message);
        await Rows.Append(store.Central, "later", 1);
        Assert.Empty(Directory.GetFiles(store.Project.Root, "*.restored*", SearchOption.AllDirectories));
        gate.Exit();
        await Rows.Append(store.Agent("bob"), "later", 1);
    }

    private static async Task Add(BackedUpStore store, string writer, int number)
    {
        foreach (Database file in new[] { store.Central, store.Agent("alice"), store.Agent("bob") })
            await Rows.Append(file, writer, number);
    }

    private static Task<long> CountOf(Database file, string writer) =>
        file.Read(c => c.First<long>("SELECT count(*) FROM test_rows WHERE writer = @Writer", new { Writer = writer }));

    private static string[] Files(string folder) => [.. Directory.GetFiles(folder, "*.db", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).OrderBy(file => file.Contains('/')).ThenBy(file => file, StringComparer.Ordinal)];
}
