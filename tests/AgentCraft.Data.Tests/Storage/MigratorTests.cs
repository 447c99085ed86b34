using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Backups;
using AgentCraft.Testing;
using Microsoft.Data.Sqlite;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>Migrations of files, their copies before a migration included. Those of a database server are in PostgresOpeningTests.</summary>
public sealed class MigratorTests : IDisposable
{
    private static readonly MigrationSet Central = MigrationSet.Get("central");
    private static readonly MigrationSet First = new("central", [Central.Migrations[0]]);

    private readonly TemporaryProject _project = new();
    private readonly FakeTime _time = new();

    private string Backups => _project.PathOf(".agentcraft", "backups");

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Sixteen_processes_that_open_a_new_store_at_once_apply_each_migration_once()
    {
        for (int round = 0; round < Quantity.Of(2, 20); round++)
        {
            using TemporaryProject project = new();
            WorkerProcess[] workers = [.. Enumerable.Range(0, 16).Select(_ => WorkerProcess.Start("open", project.Root, "told=", "timeout=30000"))];
            foreach (WorkerProcess worker in workers)
                await worker.Next("ready");
            foreach (WorkerProcess worker in workers)
                worker.Tell();
            string[][] opened = await Task.WhenAll(workers.Select(worker => worker.Next("opened")));
            foreach (WorkerProcess worker in workers)
                await worker.DisposeAsync();
            await using Databases databases = new(project.Root, new(), TimeProvider.System);
            string epoch = await databases.Central.Epoch();
            Assert.All(opened, words => Assert.Equal(epoch, words[0]));
            Assert.Equal(Central.Migrations.Select(m => m.Name), await databases.Central.Read(c => c.Query<string>("SELECT name FROM _migrations ORDER BY seq")));
            Assert.Equal(1, await databases.Central.Read(c => c.First<long>("SELECT count(*) FROM store_info WHERE key = 'epoch'")));
            await Store.AssertIntact(databases.Central);
            Assert.False(Directory.Exists(project.PathOf(".agentcraft", "backups")));
        }
    }

    [Fact]
    public async Task What_was_applied_is_recorded_with_its_checksum_and_time_and_not_applied_again()
    {
        for (int i = 0; i < 2; i++)
        {
            await using Databases databases = Open();
            var applied = await databases.Central.Read(c => c.Query<Applied>("SELECT set_name, name, checksum, applied_at FROM _migrations ORDER BY seq"));
            Assert.Equal(Central.Migrations.Select(m => new Applied { SetName = "central", Name = m.Name, Checksum = m.Checksum, AppliedAt = _time.GetUtcNow().AddDays(-i) }), applied);
            _time.Advance(TimeSpan.FromDays(1));
        }
    }

    [Fact]
    public async Task A_newer_file_is_refused_and_left_alone()
    {
        await Prepare("INSERT INTO _migrations (set_name, name, checksum, applied_at) VALUES ('central', '9999-future', 'x', 'now')");
        byte[] before = File.ReadAllBytes(_project.CentralFile);
        AgentCraftException refusal = await Refusal();
        Assert.Equal(ErrorCodes.StoreTooNew, refusal.Code);
        Assert.Contains("9999-future", refusal.Message);
        Assert.Equal(before, File.ReadAllBytes(_project.CentralFile));
        Assert.False(Directory.Exists(Backups));
    }

    [Fact]
    public async Task A_migration_with_other_contents_is_a_mismatch()
    {
        await Prepare("UPDATE _migrations SET checksum = 'other' WHERE name LIKE '0001%'");
        AgentCraftException refusal = await Refusal();
        Assert.Equal(ErrorCodes.MigrationMismatch, refusal.Code);
        Assert.Contains(Central.Migrations[0].Name, refusal.Message);
    }

    [Fact]
    public async Task A_failing_migration_leaves_nothing_of_itself_and_keeps_those_before_it()
    {
        MigrationSet broken = new("central", [First.Migrations[0], new Migration("0002-broken", "CREATE TABLE half (a); INSERT INTO nowhere VALUES (1)", "")]);
        SqliteException failure = await Assert.ThrowsAsync<SqliteException>(() => Epoch(broken));
        Assert.Contains("nowhere", failure.Message);
        MigrationSet poisoned = new("central", [First.Migrations[0], new Migration("0002-poisoned",
            "CREATE TABLE half (a); CREATE TRIGGER t BEFORE INSERT ON half BEGIN SELECT RAISE(ROLLBACK, 'poisoned'); END; INSERT INTO half VALUES (1)", "")]);
        failure = await Assert.ThrowsAsync<SqliteException>(() => Epoch(poisoned));
        Assert.Contains("poisoned", failure.Message);
        await using Database database = Open(First);
        Assert.Equal([First.Migrations[0].Name], await database.Read(c => c.Query<string>("SELECT name FROM _migrations")));
        Assert.Equal(0, await database.Read(c => c.First<long>("SELECT count(*) FROM sqlite_master WHERE name = 'half'")));
    }

    [Fact]
    public async Task A_file_that_holds_data_is_backed_up_before_it_is_migrated()
    {
        string epoch;
        await using (Database old = Open(First))
        {
            epoch = await old.Epoch();
            await old.Write(c => c.Execute("INSERT INTO projects (id, name, created_at, updated_at) VALUES ('p', 'kept', 'now', 'now')"));
        }
        Assert.False(Directory.Exists(Backups));
        await using Databases databases = Open();
        Assert.Equal(epoch, await databases.Central.Epoch());
        Assert.Equal("kept", await databases.Central.Read(c => c.First<string>("SELECT name FROM projects")));
        string set = Assert.Single(Directory.GetDirectories(Backups)), backup = Path.Combine(set, "session.db");
        Assert.StartsWith("20260301-120000-000-", Path.GetFileName(set));
        Assert.Equal((BackupReason.BeforeMigration, true), (BackupManifest.Read(set).Reason, BackupManifest.Read(set).Complete));
        using SqliteConnection copy = new($"Data Source={backup};Mode=ReadOnly;Pooling=False");
        copy.Open();
        using Connection connection = new(copy, new SqliteDialect(backup, new LeaseClock(_time)));
        Assert.Equal("kept", connection.First<string>("SELECT name FROM projects"));
        Assert.Equal("ok", connection.First<string>("PRAGMA integrity_check"));
        Assert.Equal(0, connection.First<long>("SELECT count(*) FROM sqlite_master WHERE name = 'claims'"));
    }

    [Fact]
    public void A_file_without_its_two_parts_is_no_migration()
    {
        foreach (string text in new[] { "", "-- up\nSELECT 1", "\n-- down\nx\n-- up\ny" })
            Assert.Equal(ErrorCodes.InvalidConfiguration, Assert.Throws<AgentCraftException>(() => Migration.Parse("0001-x", text)).Code);
        Assert.Equal(Migration.Parse("0001-x", "--\n-- up\n\na\n\n-- down\nb\n"), Migration.Parse("0001-x", "--\r\n-- up\r\n\r\na\r\n\r\n-- down\r\nb\r\n"));
    }

    private Databases Open() => new(_project.Root, new(), _time);

    private Database Open(MigrationSet set) => new(_project.CentralFile, TimeSpan.FromSeconds(5),
        () => OpenFile.Open(new(_project.CentralFile, [set], new(), 1000, _ => { }, new LeaseClock(_time))), StoreErrors.Stopping);

    private async Task<string> Epoch(MigrationSet set)
    {
        await using Database database = Open(set);
        return await database.Epoch();
    }

    private async Task Prepare(string sql)
    {
        await using Databases databases = Open();
        await databases.Central.Write(c => c.Execute(sql));
    }

    private async Task<AgentCraftException> Refusal()
    {
        await using Databases databases = Open();
        return await Assert.ThrowsAsync<AgentCraftException>(() => databases.Central.Epoch());
    }

    private sealed record Applied
    {
        public string SetName { get; init; } = "";
        public string Name { get; init; } = "";
        public string Checksum { get; init; } = "";
        public DateTimeOffset AppliedAt { get; init; }
    }
}
