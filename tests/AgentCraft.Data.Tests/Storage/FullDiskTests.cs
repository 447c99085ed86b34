using AgentCraft.Data.Configuration;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Migrations;
using AgentCraft.Data.Tests.Storage.Backups;
using AgentCraft.Testing;
using AgentCraft.Worker;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>A store on a disk that fills up in the middle of what needs room beside it: nothing of it is lost, and the same succeeds when there is room.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private const int Count = 100, Size = 10_000;

    private readonly TemporaryProject _project = new();
    private string Root => _project.PathOf("disk");
    private string Central => Path.Combine(Root, ".agentcraft", "session.db");

    public Task InitializeAsync()
    {
        Directory.CreateDirectory(Root);
        Privileged.Run("mount", "-t", "tmpfs", "-o", "size=40m,mode=777", "tmpfs", Root);
        return Task.CompletedTask;
    }

    public Task DisposeAsync()
    {
        Privileged.Run("umount", "-l", Root);
        _project.Dispose();
        return Task.CompletedTask;
    }

    [Requires(Need.Sudo, "it mounts a disk of a few megabytes")]
    public async Task Backup_and_restore_that_find_no_room_change_nothing_and_leave_nothing()
    {
        await using Stores stores = new(Root, new(), TimeProvider.System);
        await Fill(stores.Databases.Central);
        string backup = (await stores.Backups.Create()).Backup.Name;
        await Rows.Append(stores.Databases.Central, "after", 1);
        string[] before = Files();
        await Filling(async () =>
        {
            Assert.Equal(ErrorCodes.DiskFull, (await Assert.ThrowsAsync<AgentCraftException>(() => stores.Backups.Create())).Code);
            Assert.Equal(ErrorCodes.DiskFull, (await Assert.ThrowsAsync<AgentCraftException>(() => stores.Restores.Restore(backup))).Code);
            Assert.Equal([1], await Rows.Numbers(stores.Databases.Central, "after"));
        });
        Assert.Equal(before, Files());
        await stores.Restores.Restore(backup);
        Assert.Empty(await Rows.Numbers(stores.Databases.Central, "after"));
        Assert.Equal(Count, (await Rows.Numbers(stores.Databases.Central, "much")).Count);
    }

    [Requires(Need.Sudo, "it mounts a disk of a few megabytes")]
    public async Task A_migration_that_finds_no_room_leaves_the_store_as_it_was()
    {
        await using (Stores stores = new(Root, new(), TimeProvider.System))
        {
            await Fill(stores.Databases.Central);
            await stores.Databases.Central.Release();
            await stores.Databases.Migrations.Run(new("central"), new(MigrationGoalKind.To, 5), MigrationMode.Force);
        }
        string[] before = Files();
        string schema = string.Concat(BackedUpStore.Query(Central, "SELECT sql FROM sqlite_master ORDER BY name"));
        await Filling(async () =>
        {
            await using Stores newer = new(Root, new(), TimeProvider.System);
            Assert.Equal(ErrorCodes.DiskFull, (await Assert.ThrowsAsync<AgentCraftException>(() => newer.Databases.Migrations.Run(new(), new(MigrationGoalKind.Up), MigrationMode.Careful))).Code);
            Assert.Equal(ErrorCodes.DiskFull, (await Assert.ThrowsAsync<AgentCraftException>(() => newer.Databases.Central.Epoch())).Code);
        });
        Assert.Equal(schema, string.Concat(BackedUpStore.Query(Central, "SELECT sql FROM sqlite_master ORDER BY name")));
        Assert.Equal(before, Files());
        await using Stores again = new(Root, new(), TimeProvider.System);
        Assert.Equal(Count, (await Rows.Numbers(again.Databases.Central, "much")).Count);
    }

    private static async Task Fill(Database database)
    {
        await Rows.Create(database);
        await database.Write(c => { for (int i = 1; i <= Count; i++) Rows.Append(c, "much", i, Size); return 0; });
    }

    /// <summary>While all but a little of the disk is somebody else's.</summary>
    private async Task Filling(Func<Task> work)
    {
        string other = Path.Combine(Root, "other");
        using (FileStream file = File.Create(other))
            file.Write(new byte[Math.Max(0, new DriveInfo(Root).AvailableFreeSpace - (300 << 10))]);
        await work();
        File.Delete(other);
    }

    /// <summary>But for what SQLite, the gates and the marks keep beside each.</summary>
    private string[] Files() => [.. Directory.GetFiles(Root, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is ".db" or ".tmp" or ".json" or ".restored" or ".part" or ".restore")
        .Select(file => Path.GetRelativePath(Root, file)).Order(StringComparer.Ordinal)];
}
