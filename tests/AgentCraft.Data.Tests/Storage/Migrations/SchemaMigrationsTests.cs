using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Migrations;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Storage.Migrations;

/// <summary>What a person can do with schemas, and what is refused.</summary>
[OnEveryEngine]
public sealed class SchemaMigrationsTests : IAsyncLifetime
{
    private const string Project = "INSERT INTO projects (id, name, created_at, updated_at) VALUES ('p', 'kept', 'now', 'now')";

    private readonly TemporaryProject _project = new();
    private Databases _databases = null!;

    /// <summary>Numbers may be left out.</summary>
    private static readonly int[] Numbers = [.. MigrationSet.Get("central").Migrations.Select(migration => MigrationSet.NumberOf(migration.Name))];

    private static int Newest => Numbers[^1];

    private SchemaMigrations Migrations => _databases.Migrations;

    public Task InitializeAsync()
    {
        _databases = Open();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _databases.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task Status_of_a_store_that_is_not_there_shows_what_would_come_and_makes_nothing()
    {
        SchemaState central = (await Migrations.Status(new()))[0];
        Assert.Equal(("central", 0, Newest, Numbers.Length), (central.Set, central.Version, central.Newest, central.Pending.Count));
        MigrationRun plan = await Migrations.Run(new(), new(MigrationGoalKind.Up), MigrationMode.DryRun);
        Assert.Equal((Numbers.Length, false), (plan.Steps.Count, plan.Changed));
        Assert.Contains("CREATE TABLE", plan.Steps[0].Sql, StringComparison.Ordinal);
        Assert.Equal("central/0001-coordination.sql", plan.Steps[0].File);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_project.Root));
        Assert.Equal(0, (await Migrations.Status(new("central")))[0].Version);
    }

    [Fact]
    public async Task Up_makes_the_store_and_to_a_number_goes_both_ways()
    {
        await Migrations.Run(new("central"), new(MigrationGoalKind.To, 3), MigrationMode.Careful);
        Assert.Equal(3, await Version());
        await Migrations.Run(new("central"), new(MigrationGoalKind.To, 5), MigrationMode.Careful);
        Assert.Equal(5, await Version());
        await Migrations.Run(new("central"), new(MigrationGoalKind.To, 2), MigrationMode.Force);
        Assert.Equal(2, await Version());
        MigrationRun up = await Migrations.Run(new(), new(MigrationGoalKind.Up), MigrationMode.Careful);
        Assert.Equal((Numbers.Length - 2, true), (up.Steps.Count, up.Changed));
        Assert.Equal((Newest, true), (await Version(), (await Migrations.Status(new())).All(state => state.IsUpToDate)));
        Assert.False((await Migrations.Run(new(), new(MigrationGoalKind.Up), MigrationMode.Careful)).Changed);
    }

    [Fact]
    public async Task A_step_back_that_would_lose_rows_says_which_and_wants_to_be_forced()
    {
        await Fill(Project, "INSERT INTO agents (id, name, name_key, project_seq, type, status, created_at, updated_at) VALUES ('a', 'a', 'a', 1, 't', 'active', 'x', 'x')",
            "UPDATE projects SET created_by = 'ann'",
            "INSERT INTO tasks (id, project_seq, instruction, started_at, created_at, updated_at) VALUES ('t', 1, 'i', 'x', 'x', 'x')");
        AgentCraftException refusal = await Refusal(new("central"), new(MigrationGoalKind.To, 2));
        Assert.Equal(ErrorCodes.WouldLoseData, refusal.Code);
        Assert.Contains("1 row of projects (column created_by)", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("1 row of tasks (column started_at)", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--force", refusal.Hint, StringComparison.Ordinal);
        Assert.Matches(@"1 row of tasks[,.]", (await Refusal(new("central"), new(MigrationGoalKind.To, 1))).Message);
        Assert.Equal(Newest, await Version());
        Assert.False(Directory.Exists(_project.PathOf(".agentcraft", "backups")));
        MigrationRun dry = await Migrations.Run(new("central"), new(MigrationGoalKind.To, 2), MigrationMode.DryRun);
        Assert.Contains(dry.Lost, lost => lost is { Table: "projects", Column: "created_by", Rows: 1 });
        Assert.Equal(Newest, await Version());
        MigrationRun back = await Migrations.Run(new("central"), new(MigrationGoalKind.To, 2), MigrationMode.Force);
        Assert.Equal((2, dry.Lost.Count), (await Version(), back.Lost.Count));
    }

    [Fact]
    public async Task What_is_made_anew_by_going_forward_is_no_loss()
    {
        await Fill(Project, "INSERT INTO agents (id, name, name_key, project_seq, type, status, created_at, updated_at) VALUES ('a', 'a', 'a', 1, 't', 'active', 'x', 'x')",
            "INSERT INTO agent_metrics (id, agent_seq, name, value, recorded_at) VALUES ('m', 1, 'ms', 1, 'x')",
            "INSERT INTO metric_series (agent_seq, name, count, last_seq) VALUES (1, 'ms', 1, 1)");
        await Migrations.Run(new("central"), new(MigrationGoalKind.To, 6), MigrationMode.Careful);
        Assert.Equal(6, await Version());
        await using Databases again = Open();
        Assert.Equal(1, await again.Central.Read(c => c.First<long>("SELECT count FROM metric_series WHERE name = 'ms'")));
    }

    [Fact]
    public async Task A_changed_migration_is_named_with_both_checksums_and_nothing_moves()
    {
        await Fill("UPDATE _migrations SET checksum = 'other' WHERE name LIKE '0003%'");
        SchemaState state = (await Migrations.Status(new("central")))[0];
        Drift drift = Assert.Single(state.Drift);
        Assert.Equal(("central/0003-projects-and-toolbox", "other", false), (drift.File, drift.Found, state.IsUpToDate));
        foreach (MigrationGoalKind kind in Enum.GetValues<MigrationGoalKind>())
        {
            AgentCraftException refusal = await Refusal(new("central"), new(kind, 1));
            Assert.Equal(ErrorCodes.MigrationMismatch, refusal.Code);
            Assert.Contains(drift.File, refusal.Message, StringComparison.Ordinal);
            Assert.Contains("other", refusal.Message, StringComparison.Ordinal);
            Assert.Contains(drift.Expected, refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_store_of_a_newer_program_is_refused_with_the_version_that_is_needed_and_the_way_back()
    {
        await Fill("INSERT INTO _migrations (set_name, name, checksum, applied_at) VALUES ('central', '9999-future', 'x', 'now')",
            "UPDATE store_info SET value = '7.8.9' WHERE key = 'migrated_by'");
        Assert.Equal(["9999-future"], (await Migrations.Status(new("central")))[0].Unknown);
        AgentCraftException refusal = await Refusal(new("central"), new(MigrationGoalKind.Up));
        await using Databases opening = Open();
        foreach (AgentCraftException refused in new[] { refusal, await Assert.ThrowsAsync<AgentCraftException>(() => opening.Central.Epoch()) })
        {
            Assert.Equal(ErrorCodes.StoreTooNew, refused.Code);
            Assert.Contains("central/9999-future", refused.Message, StringComparison.Ordinal);
            Assert.Contains($"'central/{MigrationSet.Get("central").Migrations[^1].Name}'", refused.Message, StringComparison.Ordinal);
            Assert.Contains("AgentCraft 7.8.9 or newer", refused.Hint, StringComparison.Ordinal);
            Assert.Contains($"agentcraft migrate to {Newest} --set central", refused.Hint, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nobody_may_have_the_store_open_while_it_goes_back_and_who_has_goes_on()
    {
        await Fill(Project);
        await using (Databases server = Open())
        {
            await server.Central.Write(c => c.Execute("UPDATE projects SET path = 'x'"));
            AgentCraftException refusal = await Refusal(new("central"), new(MigrationGoalKind.Down));
            Assert.Equal((ErrorCodes.StoreBusy, true), (refusal.Code, refusal.Retryable));
            Assert.Contains("is open in", refusal.Message, StringComparison.Ordinal);
            Assert.Equal("x", await server.Central.Read(c => c.First<string>("SELECT path FROM projects")));
            await server.Central.Write(c => c.Execute("UPDATE projects SET path = 'y'"));
            Assert.Equal(Newest, await Version());
        }
        await Migrations.Run(new("central"), new(MigrationGoalKind.Down), MigrationMode.Careful);
        Assert.Equal(Numbers[^2], await Version());
        await using Databases next = Open();
        Assert.Equal("y", await next.Central.Read(c => c.First<string>("SELECT path FROM projects")));
    }

    [Fact]
    public async Task Sets_of_agents_are_chosen_by_type_and_down_takes_the_newest_of_each()
    {
        await using (Databases server = Open())
        {
            await server.Agent("ann", "code-reviewer").Epoch();
            await server.Agent("bob", "doc-checker").Epoch();
        }
        Assert.All(await Migrations.Status(new("code-reviewer")), state => Assert.Equal("agents/code-reviewer", state.Set));
        await Migrations.Run(new("code-reviewer"), new(MigrationGoalKind.Down), MigrationMode.Careful);
        Assert.Empty(await Migrations.Status(new("agents/code-reviewer")));
        Assert.Equal(1, Assert.Single(await Migrations.Status(new("doc-checker"))).Version);
        await using Databases again = Open();
        Assert.Equal(0, await again.Agent("ann", "code-reviewer").Read(c => c.First<long>("SELECT count(*) FROM reviews")));
    }

    [Fact]
    public async Task What_there_is_not_is_told_with_what_there_is()
    {
        AgentCraftException set = await Assert.ThrowsAsync<AgentCraftException>(() => Migrations.Status(new("code-reviever")));
        Assert.Equal(ErrorCodes.NotFound, set.Code);
        Assert.Contains("'code-reviewer'", set.Hint, StringComparison.Ordinal);
        AgentCraftException number = await Refusal(new("central"), new(MigrationGoalKind.To, Newest + 1));
        Assert.Equal(ErrorCodes.InvalidArgument, number.Code);
        Assert.Contains($"1 to {Newest}", number.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCodes.InvalidArgument, (await Refusal(new("central"), new(MigrationGoalKind.To, -1))).Code);
        Assert.Equal(_project.Engine == Engine.Sqlite ? ErrorCodes.NotFound : ErrorCodes.InvalidArgument,
            (await Assert.ThrowsAsync<AgentCraftException>(() => Migrations.Status(new(null, "nobody")))).Code);
    }

    [Fact]
    [OnSqlite("a database server has its own copies")]
    public async Task A_file_is_copied_before_its_first_step_and_the_copy_opens()
    {
        await Fill(Project);
        await Migrations.Run(new("central"), new(MigrationGoalKind.Down), MigrationMode.Careful);
        string copy = Path.Combine(Assert.Single(Directory.GetDirectories(_project.PathOf(".agentcraft", "backups"))), "session.db");
        using TemporaryProject restored = new();
        Directory.CreateDirectory(restored.PathOf(".agentcraft"));
        File.Copy(copy, restored.CentralFile);
        await using Databases databases = new(restored.Root, new(), TimeProvider.System);
        Assert.Equal("kept", await databases.Central.Read(c => c.First<string>("SELECT name FROM projects")));
        Assert.Equal("wal", await databases.Central.Write(c => c.First<string>("PRAGMA journal_mode")));
    }

    [Fact]
    [OnSqlite("PostgreSQL's agents share their tables")]
    public async Task One_agent_s_file_is_migrated_alone()
    {
        await using (Databases server = Open())
            foreach (string agent in new[] { "ann", "bob" })
                await server.Agent(agent, "default").Epoch();
        await Migrations.Run(new("default", "ANN"), new(MigrationGoalKind.Down), MigrationMode.Careful);
        Assert.Equal(["bob"], (await Migrations.Status(new("default"))).Select(state => state.Agent!));
        Assert.Equal(ErrorCodes.InvalidArgument, (await Refusal(new("central", "ann"), new(MigrationGoalKind.Down))).Code);
    }

    private async Task<int> Version() => (await Migrations.Status(new("central")))[0].Version;

    private Task<AgentCraftException> Refusal(SchemaChoice choice, MigrationGoal goal) =>
        Assert.ThrowsAsync<AgentCraftException>(() => Migrations.Run(choice, goal, MigrationMode.Careful));

    private async Task Fill(params string[] statements)
    {
        await using Databases server = Open();
        foreach (string sql in statements)
            await server.Central.Write(c => c.Execute(sql));
    }

    private Databases Open() => new(_project.Root, new() { Postgres = _project.Store, WriteTimeout = TimeSpan.FromSeconds(10) }, TimeProvider.System);
}
