using System.Diagnostics;
using System.Security.Cryptography;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Backups;
using AgentCraft.Testing;
using AgentCraft.Worker;

namespace AgentCraft.Data.Tests.Storage.Backups;

/// <summary>What a backup is, and what becomes of one that cannot be made.</summary>
public sealed class BackupTests
{
    [Fact]
    public async Task A_set_is_one_directory_with_central_all_agents_files_and_a_manifest_that_is_true()
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        BackupSet set = (await store.Backups.Create()).Backup;
        Assert.Equal((3, true, BackupReason.OnDemand, null), (set.Files, set.Complete, set.Reason, set.Problem));
        Assert.Equal(["agents/alice.db", "agents/bob.db", "manifest.json", "session.db"],
            Directory.GetFiles(set.Path, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(set.Path, file).Replace('\\', '/')).Order(StringComparer.Ordinal));
        BackupManifest manifest = BackupManifest.Read(set.Path);
        Assert.Equal((1, await store.Central.Epoch(), SqliteLibrary.Use(null).Version.ToString()), (manifest.Format, manifest.Epoch, manifest.Sqlite));
        foreach (BackupFile file in manifest.Files)
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(set.Path, file.Path));
            Assert.Equal((file.Size, file.Sha256), (bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))));
            Assert.Equal(["1"], BackedUpStore.Query(Path.Combine(set.Path, file.Path), "SELECT number FROM test_rows"));
        }
        Assert.Equal(MigrationSet.Get("central").Migrations[^1].Name, manifest.Files[0].Schemas["central"]);
        Assert.Equal(["agents/common", "agents/default"], manifest.Files[1].Schemas.Keys.Order(StringComparer.Ordinal));
        Assert.True(store.Backups.Verify().Sound);
    }

    [Fact]
    public async Task What_central_names_is_in_the_agents_file_of_the_set_however_many_write_meanwhile()
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        using CancellationTokenSource end = new();
        // As outputs do: the content first, then the row that names it.
        Task[] writers = [.. new[] { "alice", "bob" }.Select(name => Task.Run(async () =>
        {
            for (int number = 2; !end.IsCancellationRequested; number++)
            {
                await Rows.Append(store.Agent(name), name, number, 2000);
                await Rows.Append(store.Central, name, number);
            }
        }))];
        for (int round = 0; round < Quantity.Of(3, 20); round++)
        {
            BackupSet set = (await store.Backups.Create()).Backup;
            foreach (string name in new[] { "alice", "bob" })
            {
                List<string> named = BackedUpStore.Query(Path.Combine(set.Path, "session.db"), $"SELECT number FROM test_rows WHERE writer = '{name}'");
                Assert.Empty(named.Except(BackedUpStore.Query(Path.Combine(set.Path, $"agents/{name}.db"), $"SELECT number FROM test_rows WHERE writer = '{name}'")));
            }
            Assert.True(store.Backups.Verify(set.Name).Sound);
        }
        await end.CancelAsync();
        await Task.WhenAll(writers);
    }

    [Fact]
    public async Task A_backup_opens_no_file_for_good_and_leaves_the_live_ones_alone()
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        int more = Quantity.Of(20, 1000);
        foreach (int number in Enumerable.Range(0, more))
            await Rows.Create(store.Agent($"agent-{number}"));
        string[] before = Live(store);
        await using Stores other = new(store.Project.Root, new(), TimeProvider.System);
        CreatedBackup created = await other.Backups.Create();
        Assert.Equal(more + 3, created.Backup.Files);
        Assert.Empty(other.Databases.OpenAgentFiles);
        Assert.Equal(before, Live(store));
    }

    [Fact]
    public async Task A_half_set_never_counts_and_the_next_backup_removes_it()
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        string half = Path.Combine(store.Folder, "20260101-000000-000-aaaaaa.tmp"), odd = Path.Combine(store.Folder, "20260101-000000-001-aaaaaa.migration.tmp");
        Directory.CreateDirectory(half);
        File.WriteAllText(Path.Combine(half, "session.db"), "x");
        Directory.CreateDirectory(odd);
        Assert.Empty(store.Backups.List());
        Assert.Equal(ErrorCodes.NotFound, Assert.Throws<AgentCraftException>(() => store.Backups.Verify()).Code);
        string name = (await store.Backups.Create()).Backup.Name;
        // The other one may be made just now, by somebody who holds another lock.
        Assert.Equal([Path.GetFileName(odd), name], store.Entries());
    }

    [Fact]
    public async Task Two_at_once_wait_for_each_other_and_neither_removes_what_the_other_makes()
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        await using Stores other = new(store.Project.Root, new(), TimeProvider.System);
        CreatedBackup[] made = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => (i % 2 == 0 ? store.Backups : other.Backups).Create())));
        Assert.Equal(made.Select(one => one.Backup.Name).Order(StringComparer.Ordinal), store.Entries());
        Assert.All(made, one => Assert.True(store.Backups.Verify(one.Backup.Name).Sound));
    }

    [Fact]
    public async Task A_store_that_is_not_there_is_not_made_by_a_backup()
    {
        using TemporaryProject project = new();
        await using Stores stores = new(project.Root, new(), TimeProvider.System);
        AgentCraftException refusal = await Assert.ThrowsAsync<AgentCraftException>(() => stores.Backups.Create());
        Assert.Equal(ErrorCodes.NotFound, refusal.Code);
        Assert.False(File.Exists(project.CentralFile));
    }

    [Fact]
    public async Task What_cannot_be_written_is_said_and_leaves_nothing()
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        File.WriteAllText(store.Folder, "a file where the directory belongs");
        AgentCraftException failure = await Assert.ThrowsAsync<AgentCraftException>(() => store.Backups.Create());
        File.Delete(store.Folder);
        Assert.Equal(ErrorCodes.StoreUnavailable, failure.Code);
        Assert.Empty(store.Entries());
        Assert.Equal(1, await store.Central.Read(c => c.First<long>("SELECT count(*) FROM session_events WHERE event_type = 'backup_failed'")));
    }

    [Requires(Need.Sudo, "it mounts a disk of a few hundred kilobytes")]
    public async Task On_a_full_disk_no_half_backup_is_left_and_with_some_space_it_is_made()
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        await store.Central.Write(c => { for (int i = 2; i < 100; i++) Rows.Append(c, "much", i, 10_000); return 0; });
        Directory.CreateDirectory(store.Folder);
        Mount("mount", "-t", "tmpfs", "-o", "size=700k", "tmpfs", store.Folder);
        try
        {
            Mount("chmod", "777", store.Folder);
            AgentCraftException full = await Assert.ThrowsAsync<AgentCraftException>(() => store.Backups.Create());
            Assert.Equal((ErrorCodes.DiskFull, true), (full.Code, full.Retryable));
            Assert.Empty(store.Entries());
            await Rows.Append(store.Central, "after", 1);
            Mount("mount", "-o", "remount,size=20m", store.Folder);
            await store.Backups.Create();
            Assert.True(store.Backups.Verify().Sound);
        }
        finally
        {
            Mount("umount", store.Folder);
        }
    }

    [Fact]
    public async Task A_damaged_store_is_not_backed_up_as_if_it_were_sound()
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        string alice = store.Project.AgentFile("alice");
        await store.Agent("alice").Release();
        using (FileStream file = new(alice, FileMode.Open))
            file.Write(new byte[64]);
        AgentCraftException failure = await Assert.ThrowsAsync<AgentCraftException>(() => store.Backups.Create());
        Assert.Equal(ErrorCodes.StoreDamaged, failure.Code);
        Assert.Contains("damaged", failure.Message);
        Assert.Empty(store.Entries());
    }

    [Fact]
    public async Task A_backup_is_an_event_and_its_owners_only()
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        BackupSet set = (await store.Backups.Create()).Backup;
        Assert.Equal(set.Name, await store.Central.Read(c => c.First<string>("SELECT entity_id FROM session_events WHERE event_type = 'backup_created'")));
        if (!OperatingSystem.IsWindows())
            foreach (string file in Directory.GetFiles(set.Path, "*", SearchOption.AllDirectories))
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task A_name_that_is_not_there_is_told_the_nearest()
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        string name = (await store.Backups.Create()).Backup.Name;
        AgentCraftException unknown = Assert.Throws<AgentCraftException>(() => store.Backups.Verify(name[..^1] + "_"));
        Assert.Equal(ErrorCodes.NotFound, unknown.Code);
        Assert.Contains(name, unknown.Hint);
        Assert.Equal(ErrorCodes.NotFound, Assert.Throws<AgentCraftException>(() => store.Backups.Verify("../../..")).Code);
    }

    private static void Mount(params string[] command)
    {
        using Process process = Process.Start(Environment.IsPrivilegedProcess ? new ProcessStartInfo(command[0], command[1..]) : new ProcessStartInfo("sudo", ["-n", .. command]))!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>The databases; what SQLite has beside those that are open comes and goes, as idle agents' files are closed.</summary>
    private static string[] Live(BackedUpStore store) => [.. Directory.GetFiles(store.Project.Root, "*.db*", SearchOption.AllDirectories)
        .Where(file => !file.StartsWith(store.Folder, StringComparison.Ordinal) && !file.EndsWith(".backup", StringComparison.Ordinal)
            && !file.EndsWith("-wal", StringComparison.Ordinal) && !file.EndsWith("-shm", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
