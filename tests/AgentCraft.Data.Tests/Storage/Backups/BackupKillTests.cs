using AgentCraft.Data.Moves;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Backups;
using AgentCraft.Testing;
using AgentCraft.Worker;
using Xunit.Abstractions;

namespace AgentCraft.Data.Tests.Storage.Backups;

/// <summary>
/// Processes that make or restore backups are killed at any point, while others write: what is found then is one whole old or new state,
/// and the last good backup restores. AGENTCRAFT_TEST_SEED repeats a run as far as the machine allows.
/// </summary>
public sealed class BackupKillTests(ITestOutputHelper output)
{
    private readonly Random _random = new(Seed(output));

    [Fact]
    public async Task A_killed_backup_leaves_whole_sets_only_and_the_last_one_restores()
    {
        await using BackedUpStore store = await BackedUpStore.Create(new() { MaxBackups = 5 });
        await store.Backups.Create();
        await using WorkerProcess writer = WorkerProcess.Start("append", store.Project.Root, "w", "callers=2");
        int cut = 0;
        for (int round = 0; round < Quantity.Of(5, 50); round++)
        {
            WorkerProcess maker = WorkerProcess.Start("backup", store.Project.Root);
            await KillSomewhere(maker, _random.Next(1, 8));
            cut += store.Entries().Count(name => name.EndsWith(".tmp", StringComparison.Ordinal));
            Assert.All(store.Backups.List(), set => Assert.Null(set.Problem));
            Assert.True(store.Backups.Verify().Sound);
        }
        await writer.Kill();
        output.WriteLine($"{cut} were cut off in the middle of a set.");
        await store.Stores.Restores.Restore();
        await AssertWhole(store);
        await store.Backups.Create();
        Assert.DoesNotContain(store.Entries(), name => name.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_killed_restore_leaves_all_old_or_all_new_files_and_every_acknowledged_row_of_them()
    {
        await using BackedUpStore store = await BackedUpStore.Create(new() { MaxBackups = 1000 });
        string backup = (await store.Backups.Create()).Backup.Name;
        int old = 0, renewed = 0, finished = 0;
        for (int round = 0; round < Quantity.Of(5, 50); round++)
        {
            // The mark of the old state: in all files or in none.
            if (!await HasMark(store.Central, round))
                foreach (Database file in Files(store))
                    await Rows.Append(file, "mark", round);
            string name = $"w{round}";
            WorkerProcess writer = WorkerProcess.Start("append", store.Project.Root, name, "callers=1");
            await writer.Next("ack");
            WorkerProcess restorer = WorkerProcess.Start("restore", store.Project.Root, backup);
            await KillSomewhere(restorer, _random.Next(1, 14));
            finished += File.Exists(store.Project.CentralFile + ".restore") ? 1 : 0;
            bool[] marks = await Task.WhenAll(Files(store).Select(file => HasMark(file, round)));
            Assert.Single(marks.Distinct());
            await writer.Kill();
            await AssertAcknowledged(store, name, writer, isOld: marks[0]);
            await writer.DisposeAsync();
            await AssertWhole(store);
            (old, renewed) = marks[0] ? (old + 1, renewed) : (old, renewed + 1);
        }
        output.WriteLine($"{old} old, {renewed} new, of which {finished} were finished by somebody else.");
        Assert.True(store.Backups.Verify(backup).Sound);
        await store.Stores.Restores.Restore(backup);
        Assert.False(await HasMark(store.Central, 0));
        Assert.Empty(Directory.GetFiles(store.Project.Root, "*.restored*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("staged", true)]
    [InlineData("gates", true)]
    [InlineData("journal", false)]
    [InlineData("step", false)]
    [InlineData("done", false)]
    public async Task Cut_off_at_a_point_it_is_all_old_before_the_journal_and_all_new_after_it(string point, bool isOld)
    {
        for (int nth = 1; nth <= (point == "step" ? 4 : 1); nth++)
        {
            await using BackedUpStore store = await BackedUpStore.Create();
            string backup = (await store.Backups.Create()).Backup.Name;
            foreach (Database file in Files(store))
                await Rows.Append(file, "mark", 0);
            await Rows.Create(store.Agent("carol"));
            await using (Stores dying = new(store.Project.Root, new(), TimeProvider.System))
            {
                int seen = 0;
                dying.Restores.At = at => { if (at == point && ++seen == nth) throw new IOException("killed"); };
                await Assert.ThrowsAnyAsync<Exception>(() => dying.Restores.Restore(backup));
            }
            Assert.Equal(!isOld, File.Exists(store.Project.CentralFile + ".restore"));
            // A server that has the old files open, or a process that has none: whoever comes first finishes it.
            await using Stores late = new(store.Project.Root, new(), TimeProvider.System);
            Assert.Equal(isOld, await HasMark(nth % 2 == 0 ? late.Databases.Central : store.Agent("alice"), 0));
            Assert.All(await Task.WhenAll(Files(store).Select(file => HasMark(file, 0))), mark => Assert.Equal(isOld, mark));
            Assert.Equal(isOld, File.Exists(store.Project.AgentFile("carol")));
            Assert.False(File.Exists(store.Project.CentralFile + ".restore"));
            await Rows.Append(store.Agent("bob"), "later", 1);
            await AssertWhole(store);
        }
    }

    [Fact]
    public async Task A_move_that_begins_while_files_are_made_ready_keeps_them_from_being_replaced()
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        string backup = (await store.Backups.Create()).Backup.Name, note = new StorePaths(store.Project.Root, new()).MoveNote;
        await Rows.Append(store.Central, "mark", 0);
        store.Stores.Restores.At = at =>
        {
            if (at == "staged")
                File.WriteAllText(note, MoveNote.Begin("postgres", "PostgreSQL somewhere", DateTimeOffset.UtcNow).ToJson());
        };
        Assert.Equal(ErrorCodes.StoreBusy, (await Assert.ThrowsAsync<AgentCraftException>(() => store.Stores.Restores.Restore(backup))).Code);
        File.Delete(note);
        Assert.True(await HasMark(store.Central, 0));
        await AssertWhole(store);
    }

    private static Database[] Files(BackedUpStore store) => [store.Central, store.Agent("alice"), store.Agent("bob")];

    private static Task<bool> HasMark(Database file, int number) =>
        file.Read(c => c.First<long>("SELECT count(*) FROM test_rows WHERE writer = 'mark' AND number = @Number", new { Number = number }) == 1);

    private static async Task AssertAcknowledged(BackedUpStore store, string name, WorkerProcess writer, bool isOld)
    {
        List<long> stored = await Rows.Numbers(store.Central, name);
        List<long> acknowledged = [.. (await writer.Rest()).Where(line => line.StartsWith("ack ", StringComparison.Ordinal)).Select(line => long.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture))];
        // In the restored store its rows begin with the first one after the restore.
        Assert.Empty(acknowledged.Where(number => isOld || (stored.Count > 0 && number >= stored[0])).Except(stored));
    }

    private static async Task AssertWhole(BackedUpStore store)
    {
        foreach (Database file in Files(store))
        {
            Assert.Equal(["ok"], await file.Read(c => c.Query<string>("PRAGMA integrity_check")));
            Assert.Equal(1, await file.Read(c => c.First<long>("SELECT count(*) FROM test_rows WHERE writer = 'before'")));
        }
    }

    /// <summary>After so many points that it tells of, and a moment that is random, too.</summary>
    private async Task KillSomewhere(WorkerProcess worker, int points)
    {
        for (int point = 0; point < points; point++)
            await worker.Next();
        Thread.SpinWait(_random.Next(200_000));
        await worker.Kill();
    }

    private static int Seed(ITestOutputHelper output)
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("AGENTCRAFT_TEST_SEED"), out int given) ? given : Random.Shared.Next();
        output.WriteLine($"AGENTCRAFT_TEST_SEED={seed}");
        return seed;
    }
}
