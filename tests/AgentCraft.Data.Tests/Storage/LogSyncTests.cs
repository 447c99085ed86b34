using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using AgentCraft.Worker;
using Microsoft.Data.Sqlite;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>A commit is brought to the disk outside the gate, and nobody is told before; a server's own syncs are counted in its process tests.</summary>
public sealed class LogSyncTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Nobody_is_told_before_the_disk_has_it_and_others_may_commit_meanwhile()
    {
        using Syncing file = new(_project.CentralFile);
        Task<int> write = Task.Run(() => file.Insert());
        await file.Entered.Task.WaitAsync(Limit);
        using (WriteGate other = new(_project.CentralFile))
        {
            Assert.True(other.TryEnter());
            other.Exit();
        }
        Assert.False(write.IsCompleted);
        file.Released.Set();
        Assert.Equal(1, await write.WaitAsync(Limit));
    }

    [Fact]
    public async Task What_the_disk_does_not_confirm_is_said_to_be_uncertain_to_each_and_those_who_wait_are_woken()
    {
        List<string> woken = [];
        using Syncing file = new(_project.CentralFile, woken) { Failure = StoreErrors.NotOnDisk("x.db", "Input/output error") };
        file.Released.Set();
        Task<int>[] writes;
        using (WriteGate other = new(_project.CentralFile))
        {
            other.Enter();
            writes = [file.Insert("queued"), file.Insert("queued")];
            other.Exit();
        }
        foreach (Task<int> write in writes)
            Assert.Equal(ErrorCodes.OutcomeUnknown, (await Assert.ThrowsAsync<AgentCraftException>(() => write.WaitAsync(Limit))).Code);
        int looks = file.Looks;
        Assert.Equal(ErrorCodes.OutcomeUnknown, (await Assert.ThrowsAsync<AgentCraftException>(() => file.Insert("alone"))).Code);
        Assert.Equal(looks + 2, file.Looks);
        Assert.Equal(3, file.Connection.First<int>("SELECT count(*) FROM told"));
        await Eventually.Become(() => { lock (woken) return woken.Count == 3; }, Limit, "all three to be announced");
    }

    [Fact]
    public async Task What_fails_behind_a_commit_frees_the_gate_and_is_no_success()
    {
        using Syncing file = new(_project.CentralFile) { Fault = new InvalidOperationException("unforeseen") };
        await Assert.ThrowsAsync<InvalidOperationException>(() => file.Insert());
        using WriteGate other = new(_project.CentralFile);
        Assert.True(other.TryEnter());
        Task<int> queued = file.Insert();
        other.Exit();
        Assert.Equal(ErrorCodes.OutcomeUnknown, (await Assert.ThrowsAsync<AgentCraftException>(() => queued.WaitAsync(Limit))).Code);
    }

    [Requires(Need.Linux, "elsewhere SQLite syncs by itself")]
    public async Task A_log_that_cannot_be_synced_is_reported_to_all_until_the_file_has_what_was_in_it()
    {
        using Syncing file = new(_project.CentralFile);
        file.Released.Set();
        await file.Insert();
        string other = _project.PathOf("other.db");
        // It takes writes, and knows no sync.
        File.CreateSymbolicLink(other + "-wal", "/dev/null");
        using LogSync sync = new(other, file.Connection);
        for (int i = 0; i < 2; i++)
        {
            AgentCraftException failure = Assert.Throws<AgentCraftException>(() => sync.Sync(sync.Unsynced()!.Value));
            Assert.Equal(ErrorCodes.OutcomeUnknown, failure.Code);
            Assert.Contains("idempotencyKey", failure.Hint, StringComparison.Ordinal);
        }
        sync.Mend();
        Assert.Equal(0, new FileInfo(_project.CentralFile + "-wal").Length);
    }

    [Requires(Need.Linux, "elsewhere SQLite syncs by itself")]
    public async Task SQLite_syncs_the_first_commit_and_then_no_more()
    {
        await using Databases databases = new(_project.Root, new(), TimeProvider.System);
        await Rows.Create(databases.Central);
        await Rows.Append(databases.Central, "w", 0);
        Assert.Equal(1, await databases.Central.Write(c => c.First<int>("PRAGMA synchronous")));
    }

    /// <summary>A file whose disk takes as long as it is told to.</summary>
    private sealed class Syncing : IGatedFile, IDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

        private readonly WriteGate _gate;
        private readonly Writer _writer;

        public Syncing(string path, List<string>? woken = null)
        {
            FileRecipe recipe = new(path, [], new(), 1000, names => { lock (woken ?? []) woken?.AddRange(names); }, new LeaseClock(TimeProvider.System));
            recipe.PrepareDirectory();
            recipe.PrepareFile();
            _gate = new(path);
            Connection = OpenFile.Connect(recipe, SqliteOpenMode.ReadWriteCreate);
            Connection.Script("CREATE TABLE told (who TEXT)");
            _writer = new(path, _gate, Connection, recipe.Committed, this);
        }

        public Connection Connection { get; }

        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim Released { get; } = new();

        public Exception? Failure { get; init; }

        public Exception? Fault { get; init; }

        /// <summary>How often it was asked whether it can be written, which is when it is mended.</summary>
        public int Looks { get; private set; }

        public Task<int> Insert(string who = "caller") => _writer.Write(c =>
        {
            c.PulseAfterCommit(who);
            return c.Execute("INSERT INTO told VALUES (@who)", new { who });
        }, Patience, CancellationToken.None);

        public void BeforeCommit() => Looks++;

        public UnsyncedCommit? AfterCommit() => Fault is null ? new UnsyncedCommit(0) : throw Fault;

        public void Sync(UnsyncedCommit commit)
        {
            Entered.TrySetResult();
            Assert.True(Released.Wait(Limit));
            if (Failure is not null)
                throw Failure;
        }

        public void Dispose()
        {
            Released.Set();
            _writer.Stop(Connection.Dispose);
            _gate.Dispose();
            Released.Dispose();
        }
    }
}
