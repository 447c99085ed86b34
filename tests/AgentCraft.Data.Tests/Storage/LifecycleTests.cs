using System.Diagnostics;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using AgentCraft.Worker;
using Microsoft.Data.Sqlite;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>Opening, failing to open, and closing: what becomes of files and handles on them. PostgreSQL has neither.</summary>
public sealed class LifecycleTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Nothing_is_created_before_the_first_use()
    {
        await using Databases databases = Open();
        Assert.Empty(Directory.GetFileSystemEntries(_project.Root));
        await databases.DisposeAsync();
        Assert.Empty(Directory.GetFileSystemEntries(_project.Root));
    }

    [Fact]
    public async Task The_store_keeps_itself_out_of_commits_even_where_the_directory_was_there_before()
    {
        Directory.CreateDirectory(_project.PathOf(".agentcraft"));
        File.WriteAllText(_project.PathOf(".agentcraft", "config.json"), "{}");
        await using Databases databases = Open();
        await databases.Central.Epoch();
        string ignored = File.ReadAllText(_project.PathOf(".agentcraft", ".gitignore"));
        Assert.Contains("*.db*", ignored);
        Assert.DoesNotContain("config", ignored.Split('\n').Skip(1));
    }

    [Fact]
    public async Task A_gitignore_of_a_persons_own_is_left_alone()
    {
        Directory.CreateDirectory(_project.PathOf(".agentcraft"));
        File.WriteAllText(_project.PathOf(".agentcraft", ".gitignore"), "mine");
        await using Databases databases = Open();
        await databases.Central.Epoch();
        Assert.Equal("mine", File.ReadAllText(_project.PathOf(".agentcraft", ".gitignore")));
    }

    [Fact]
    public async Task Closing_the_last_connection_leaves_one_whole_file_and_an_open_gate()
    {
        Databases databases = Open();
        await Rows.Create(databases.Central);
        await Rows.Append(databases.Central, "w", 1);
        await databases.DisposeAsync();
        await databases.DisposeAsync();
        Assert.False(File.Exists(_project.CentralFile + "-wal"));
        using WriteGate gate = new(_project.CentralFile);
        Assert.True(gate.TryEnter());
        gate.Exit();
    }

    [Fact]
    public async Task Closing_while_opening_closes_what_was_opened()
    {
        using WriteGate gate = new(MakeFolder());
        gate.Enter();
        Databases databases = Open();
        Task<string> opening = databases.Central.Epoch();
        await databases.DisposeAsync();
        gate.Exit();
        await opening;
        await Eventually.Become(() => !OpenDescriptors.Of(_project).Any(f => f.EndsWith("session.db", StringComparison.Ordinal)), TimeSpan.FromSeconds(10), "the file closed");
    }

    [Requires(Need.Linux, "it reads which files are open in /proc")]
    public async Task A_store_that_cannot_be_opened_leaves_nothing_open_however_often_it_is_tried()
    {
        Directory.CreateDirectory(_project.PathOf(".agentcraft"));
        File.WriteAllText(_project.CentralFile, new string('x', 8192));
        await using Databases databases = Open();
        for (int i = 0; i < 20; i++)
            await AssertCode(ErrorCodes.StoreDamaged, () => databases.Central.Epoch());
        Assert.Empty(OpenDescriptors.Of(_project));
        File.Delete(_project.CentralFile);
        await databases.Central.Epoch();
    }

    [Requires(Need.Linux, "it reads which files are open in /proc")]
    public async Task A_closed_store_leaves_nothing_open()
    {
        for (int i = 0; i < 3; i++)
        {
            await using Databases databases = Open();
            await Rows.Create(databases.Central);
            await databases.Agent("one", "code-reviewer").Epoch();
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Rows.Count(databases.Central))));
        }
        Assert.Empty(OpenDescriptors.Of(_project));
    }

    [Fact]
    public async Task A_directory_that_cannot_be_made_is_store_unavailable()
    {
        File.WriteAllText(_project.PathOf(".agentcraft"), "a file where the directory belongs");
        await using Databases databases = Open();
        await AssertCode(ErrorCodes.StoreUnavailable, () => databases.Central.Epoch());
        File.Delete(_project.PathOf(".agentcraft"));
        await databases.Central.Epoch();
    }

    [Fact]
    public async Task A_program_without_our_gate_that_holds_the_file_makes_it_store_busy_and_costs_no_write()
    {
        await using Databases databases = Open(0.5);
        await Rows.Create(databases.Central);
        using SqliteConnection stranger = new($"Data Source={_project.CentralFile};Pooling=False");
        stranger.Open();
        Run(stranger, "BEGIN IMMEDIATE");
        await AssertCode(ErrorCodes.StoreBusy, () => Rows.Append(databases.Central, "w", 1));
        Assert.Equal(0, await Rows.Count(databases.Central));
        Run(stranger, "ROLLBACK");
        Assert.Equal(1, await Rows.Append(databases.Central, "w", 1));
    }

    [Fact]
    public async Task A_stranger_that_holds_a_new_file_makes_its_opening_store_busy_in_time()
    {
        Directory.CreateDirectory(_project.PathOf(".agentcraft"));
        using SqliteConnection stranger = new($"Data Source={_project.CentralFile};Pooling=False");
        stranger.Open();
        Run(stranger, "PRAGMA user_version = 1; BEGIN EXCLUSIVE");
        await using Databases databases = Open(0.5);
        long start = Stopwatch.GetTimestamp();
        await AssertCode(ErrorCodes.StoreBusy, () => databases.Central.Epoch());
        Run(stranger, "ROLLBACK");
        await Eventually.Become(async () => await Opens(databases.Central), TimeSpan.FromSeconds(10), "the store open");
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 8);
    }

    [Fact]
    public async Task The_page_cache_is_as_large_as_the_settings_say()
    {
        await using Stores stores = new(_project.Root, new() { Performance = new() { CacheSize = 4000 } }, TimeProvider.System);
        Assert.Equal(-4000, await stores.Databases.Central.Read(c => c.First<int>("PRAGMA cache_size")));
        Assert.Equal(-500, await stores.Databases.Agent("ann", "default").Read(c => c.First<int>("PRAGMA cache_size")));
    }

    [Fact]
    public async Task The_database_of_another_program_is_refused_and_left_as_it_is()
    {
        Directory.CreateDirectory(_project.PathOf(".agentcraft"));
        using (SqliteConnection stranger = new($"Data Source={_project.CentralFile};Pooling=False"))
        {
            stranger.Open();
            Run(stranger, "CREATE TABLE mine (a)");
        }
        byte[] before = File.ReadAllBytes(_project.CentralFile);
        await using Databases databases = Open();
        await AssertCode(ErrorCodes.InvalidConfiguration, () => databases.Central.Epoch());
        await AssertCode(ErrorCodes.InvalidConfiguration, () => databases.Migrations.Status(new()));
        Assert.Equal(before, File.ReadAllBytes(_project.CentralFile));
    }

    [Fact]
    public async Task The_central_file_is_where_the_settings_say()
    {
        await using Databases databases = new(_project.Root, new() { Central = "store/here.db" }, TimeProvider.System);
        await databases.Central.Epoch();
        Assert.True(File.Exists(_project.PathOf("store", "here.db")));
        Assert.True(File.Exists(_project.PathOf("store", ".gitignore")));
        Assert.False(Directory.Exists(_project.PathOf(".agentcraft")));
    }

    [Fact]
    public async Task The_write_connection_is_durable_and_checks_foreign_keys_and_readers_cannot_write()
    {
        await using Databases databases = Open();
        Assert.Equal((2, 1, "wal", 2), await databases.Central.Write(c => (
            c.First<int>("PRAGMA synchronous"), c.First<int>("PRAGMA foreign_keys"), c.First<string>("PRAGMA journal_mode"), c.First<int>("PRAGMA auto_vacuum"))));
        await AssertCode(ErrorCodes.ReadOnly, () => databases.Central.Read(c => c.Execute("DELETE FROM store_info")));
        await using Databases normal = new(_project.Root, new() { Synchronous = Synchronous.Normal }, TimeProvider.System);
        Assert.Equal(1, await normal.Central.Write(c => c.First<int>("PRAGMA synchronous")));
    }

    private Databases Open(double patience = 5) => new(_project.Root, Store.Patience(patience), TimeProvider.System);

    private string MakeFolder()
    {
        Directory.CreateDirectory(_project.PathOf(".agentcraft"));
        return _project.CentralFile;
    }

    private static async Task<bool> Opens(Database database)
    {
        try
        {
            return await database.Epoch() != "";
        }
        catch (AgentCraftException busy) when (busy.Code == ErrorCodes.StoreBusy)
        {
            return false;
        }
    }

    private static async Task AssertCode<T>(string code, Func<Task<T>> call) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<AgentCraftException>(async () => await call())).Code);

    private static void Run(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
