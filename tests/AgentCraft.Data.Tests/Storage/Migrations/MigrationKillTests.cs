using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Migrations;
using AgentCraft.Testing;
using Xunit.Abstractions;

namespace AgentCraft.Data.Tests.Storage.Migrations;

/// <summary>A process that migrates back and forth is killed (-9) at any moment: the store is at one whole version, and copies that bear their name are whole.</summary>
[OnEveryEngine]
public sealed class MigrationKillTests(ITestOutputHelper output) : IDisposable
{
    private const int Oldest = 3;

    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Whenever_it_is_killed_the_store_is_at_one_whole_version_with_its_rows()
    {
        MigrationSet set = MigrationSet.Get("central", _project.Engine == Engine.Postgres ? "postgres" : "sqlite");
        List<string>[] schemas = [.. Enumerable.Range(0, set.Newest + 1).Select(version => SchemaOf(set, version))];
        List<string> rows;
        using (OldStore store = OldStore.Open(_project, "central"))
        {
            store.MigrateTo(set, Oldest);
            store.Fill(set, Oldest);
            rows = store.Rows(set, Oldest);
        }
        Random random = new(17);
        int rounds = Quantity.Many(6, 40), copies = 0;
        HashSet<int> seen = [];
        for (int round = 0; round < rounds; round++)
        {
            await KillAtSomeMoment(random);
            copies += await CheckCopies();
            await using Databases databases = Open();
            int version = (await databases.Migrations.Status(new("central")))[0].Version;
            seen.Add(version);
            using OldStore left = OldStore.Open(_project, "central");
            Assert.Equal(schemas[version], left.Schema());
            Assert.Empty(rows.Except(left.Rows(set, Oldest)));
            Assert.Empty(left.Faults());
        }
        await using Databases opened = Open();
        Assert.Equal("0123456789ab", await opened.Central.Epoch());
        output.WriteLine($"{rounds} kills, {copies} copies opened, left at versions {string.Join(", ", seen.Order())}.");
    }

    private async Task KillAtSomeMoment(Random random)
    {
        await using WorkerProcess worker = WorkerProcess.Start("migrate", _project.Root, $"{Oldest}", "timeout=30000");
        await worker.Next("ready");
        for (int steps = random.Next(3 * (MigrationSet.Get("central").Newest - Oldest)); steps > 0; steps--)
            await worker.Next("step");
        Thread.SpinWait(random.Next(1_000_000));
        await worker.Kill();
    }

    /// <summary>Opens every copy as a store, and deletes it.</summary>
    private async Task<int> CheckCopies()
    {
        string folder = _project.PathOf(".agentcraft", "backups");
        string[] copies = Directory.Exists(folder) ? [.. Directory.GetDirectories(folder).Where(set => !set.EndsWith(".tmp", StringComparison.Ordinal)).Select(set => Path.Combine(set, "session.db"))] : [];
        foreach (string copy in copies)
        {
            using TemporaryProject restored = new();
            if (restored.Engine == Engine.Postgres)
                continue;
            Directory.CreateDirectory(restored.PathOf(".agentcraft"));
            File.Move(copy, restored.CentralFile);
            Directory.Delete(Path.GetDirectoryName(copy)!, recursive: true);
            await using Databases databases = new(restored.Root, new(), TimeProvider.System);
            Assert.Equal("0123456789ab", await databases.Central.Epoch());
            await Store.AssertIntact(databases.Central);
        }
        return copies.Length;
    }

    private static List<string> SchemaOf(MigrationSet set, int version)
    {
        using TemporaryProject project = new();
        using OldStore store = OldStore.Open(project, "central");
        store.MigrateTo(set, version);
        return store.Schema();
    }

    private Databases Open() => new(_project.Root, new() { Postgres = _project.Store, WriteTimeout = TimeSpan.FromSeconds(30) }, TimeProvider.System);
}
