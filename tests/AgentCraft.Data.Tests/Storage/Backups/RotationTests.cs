using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Backups;
using AgentCraft.Testing;
using AgentCraft.Worker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentCraft.Data.Tests.Storage.Backups;

/// <summary>How many backups are kept, and when one is made by itself.</summary>
public sealed class RotationTests
{
    private readonly FakeTime _time = new();

    [Fact]
    public async Task No_more_are_kept_than_the_setting_says_the_newest_stay()
    {
        await using BackedUpStore store = await BackedUpStore.Create(new() { MaxBackups = 3 }, _time);
        List<string> made = [];
        for (int i = 0; i < 6; i++)
        {
            CreatedBackup created = await Make(store);
            made.Add(created.Backup.Name);
            Assert.Equal(i < 3 ? [] : [made[i - 3]], created.Removed);
        }
        Assert.Equal(made[3..], store.Entries());
    }

    [Fact]
    public async Task They_take_no_more_than_the_setting_says_but_the_newest_stays_whatever_it_takes()
    {
        await using BackedUpStore store = await BackedUpStore.Create(new() { MaxTotalBytes = 1 }, _time);
        long size = (await Make(store)).Backup.Size;
        string newest = (await Make(store)).Backup.Name;
        Assert.Equal([newest], store.Entries());
        await using Stores roomy = new(store.Project.Root, new() { Backup = new() { MaxTotalBytes = (size * 5 / 2) + 1 } }, _time);
        for (int i = 0; i < 4; i++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            await roomy.Backups.Create();
        }
        Assert.Equal(2, store.Entries().Length);
    }

    [Fact]
    public async Task Backups_from_before_a_migration_or_a_restore_count_and_a_damaged_one_is_no_newest_good_one()
    {
        await using BackedUpStore store = await BackedUpStore.Create(new() { MaxBackups = 2 }, _time);
        string first = (await Make(store)).Backup.Name;
        _time.Advance(TimeSpan.FromHours(1));
        await store.Stores.Restores.Restore(first);
        CreatedBackup third = await Make(store);
        Assert.Equal([first], third.Removed);
        Assert.Equal(BackupReason.BeforeRestore, store.Backups.List()[1].Reason);
        // What replaced files there are is no business of the rotation.
        Assert.Single(Directory.GetDirectories(store.Project.PathOf(".agentcraft", "replaced")));
        File.Delete(Path.Combine(third.Backup.Path, "session.db"));
        Assert.NotNull(store.Backups.List()[0].Problem);
        CreatedBackup fourth = await Make(store);
        Assert.Null(fourth.Backup.Problem);
    }

    [Fact]
    public void One_agents_files_alone_take_no_complete_ones_place_and_go_with_those_of_their_time()
    {
        BackupSet[] sets = [.. Enumerable.Range(0, 8).Select(i => new BackupSet
        {
            Name = $"{7 - i}", Path = "", Complete = i % 2 == 0, Size = 10, Reason = i % 2 == 0 ? BackupReason.Scheduled : BackupReason.BeforeMigration,
        })];
        Assert.Equal(["2", "1", "0"], Rotation.Of(sets, "7", new() { MaxBackups = 3 }).Select(set => set.Name));
        Assert.Equal(["4", "3", "2", "1", "0"], Rotation.Of(sets, "7", new() { MaxTotalBytes = 39 }).Select(set => set.Name));
        Assert.Equal(["7", "6", "5", "4", "2", "1", "0"], Rotation.Of(sets, "3", new() { MaxTotalBytes = 9 }).Select(set => set.Name));
    }

    [Fact]
    public async Task One_is_due_when_the_last_is_old_enough_also_after_a_restart()
    {
        BackupSettings settings = new() { Interval = 3600 };
        await using BackedUpStore store = await BackedUpStore.Create(settings, _time);
        await Make(store);
        Assert.Null(await store.Backups.CreateWhenDue(CancellationToken.None));
        _time.Advance(TimeSpan.FromMinutes(59));
        await using Stores restarted = new(store.Project.Root, new() { Backup = settings }, _time);
        Assert.Null(await restarted.Backups.CreateWhenDue(CancellationToken.None));
        _time.Advance(TimeSpan.FromMinutes(2));
        CreatedBackup?[] made = await Task.WhenAll(store.Backups.CreateWhenDue(CancellationToken.None), restarted.Backups.CreateWhenDue(CancellationToken.None));
        Assert.Equal(BackupReason.Scheduled, Assert.Single(made.OfType<CreatedBackup>()).Backup.Reason);
        Assert.Null(await restarted.Backups.CreateWhenDue(CancellationToken.None));
        // The clock was wrong, and the newest set is of a time that is still to come.
        _time.SetWallClock(TimeSpan.FromDays(-2));
        Assert.NotNull(await store.Backups.CreateWhenDue(CancellationToken.None));
    }

    [Fact]
    public async Task A_backup_under_way_elsewhere_is_not_waited_for()
    {
        await using BackedUpStore store = await BackedUpStore.Create(new() { Interval = 1 }, _time);
        await Make(store);
        _time.Advance(TimeSpan.FromHours(1));
        using (FileLock.TryTake(new StorePaths(store.Project.Root, new()).BackupLock))
            Assert.Null(await store.Backups.CreateWhenDue(CancellationToken.None));
        Assert.NotNull(await store.Backups.CreateWhenDue(CancellationToken.None));
    }

    [Fact]
    public async Task Where_it_is_switched_off_nothing_runs()
    {
        await using BackedUpStore store = await BackedUpStore.Create(new() { Enabled = false, Interval = 1 });
        await new BackupSchedule(store.Backups, TimeProvider.System, NullLogger.Instance).Run(CancellationToken.None);
        Assert.Empty(store.Entries());
    }

    [Fact]
    public async Task One_that_cannot_be_made_is_logged_and_an_event_and_the_server_goes_on()
    {
        await using BackedUpStore store = await BackedUpStore.Create(new() { Interval = 1 });
        File.WriteAllText(store.Folder, "a file where the directory belongs");
        Warnings log = new();
        using CancellationTokenSource end = new();
        Task running = new BackupSchedule(store.Backups, TimeProvider.System, log).Run(end.Token);
        await log.Warned.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Contains("No backup was made", await log.Warned.Task);
        Assert.Equal(1, await store.Central.Read(c => c.First<long>("SELECT count(*) FROM session_events WHERE event_type = 'backup_failed'")));
        File.Delete(store.Folder);
        await Eventually.Become(() => store.Backups.List().Count > 0, TimeSpan.FromSeconds(30), "a backup, once it can be made");
        await end.CancelAsync();
        await running;
    }

    private sealed class Warnings : ILogger
    {
        public TaskCompletionSource<string> Warned { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning)
                Warned.TrySetResult(formatter(state, exception));
        }
    }

    private async Task<CreatedBackup> Make(BackedUpStore store)
    {
        _time.Advance(TimeSpan.FromHours(1));
        return await store.Backups.Create();
    }
}
