using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Configuration;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Cli;

/// <summary><c>agentcraft migrate</c> as a person meets it; what it does is shown by SchemaMigrationsTests.</summary>
[OnEveryEngine]
public sealed class MigrateCommandTests : IAsyncLifetime
{
    private readonly TemporaryProject _project = new();

    public async Task InitializeAsync()
    {
        await using Stores stores = Open();
        await stores.Agents.Register(new() { Name = Data.Agents.AgentName.Parse("ann"), Type = "code-reviewer" });
        await stores.Databases.Agent("ann", "code-reviewer").Epoch();
    }

    public Task DisposeAsync()
    {
        _project.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Status_shows_each_set_of_each_store()
    {
        ProgramRun status = await Run("migrate", "status");
        Assert.Equal((0, ""), (status.ExitCode, status.Error));
        foreach (string set in new[] { "central", "agents/common", "agents/code-reviewer" })
            Assert.Matches($@"(?m)^{set} +(\d+) of \1 +up to date ", status.Output);
        JsonElement json = JsonElement.Parse((await Run("migrate", "status", "--json", "--set", "central")).Output);
        Assert.Equal("central", Assert.Single(json.EnumerateArray()).GetProperty("set").GetString());
        Assert.True(json[0].GetProperty("applied").GetArrayLength() > 5);
    }

    [Fact]
    public async Task Dry_run_prints_files_and_SQL_and_changes_nothing()
    {
        ProgramRun dry = await Run("migrate", "to", "8", "--dry-run");
        Assert.Equal((0, ""), (dry.ExitCode, dry.Error));
        Assert.Contains("-- schemas/central/0009-outputs.sql (down) on ", dry.Output, StringComparison.Ordinal);
        Assert.Contains("DROP TABLE outputs;", dry.Output, StringComparison.Ordinal);
        Assert.EndsWith("-- Nothing was changed.\n", dry.Output, StringComparison.Ordinal);
        Assert.Contains("up to date", (await Run("migrate", "status", "--set", "central")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Down_and_up_say_each_step_and_a_loss_is_refused_until_it_is_forced()
    {
        ProgramRun refused = await Run("migrate", "to", "0");
        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("going back would lose 1 row of ", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--force", refused.Error, StringComparison.Ordinal);
        ProgramRun back = await Run("migrate", "to", "8");
        Assert.Equal((0, true), (back.ExitCode, back.Error.Contains("down central/0009-outputs.sql", StringComparison.Ordinal)));
        ProgramRun behind = await Run("migrate", "status");
        Assert.Equal(0, behind.ExitCode);
        Assert.Matches(@"central +8 of \d+ +behind ", behind.Output);
        Assert.Contains("pending   central/0009-outputs", behind.Output, StringComparison.Ordinal);
        ProgramRun up = await Run("migrate", "up", "--json");
        Assert.Contains("up   central/0009-outputs.sql", up.Error, StringComparison.Ordinal);
        Assert.True(JsonElement.Parse(up.Output).GetProperty("changed").GetBoolean());
        Assert.Equal("Nothing to do.\n", (await Run("migrate", "up")).Output);
        Assert.Equal(0, (await Run("migrate", "to", "0", "--force")).ExitCode);
    }

    [Fact]
    public async Task A_server_that_runs_keeps_others_from_going_back_under_it_and_serves_on()
    {
        await using (StdioServer server = await StdioServer.Connect(_project.Root))
        {
            (await server.Call("start_session", new { agent = "bob" })).Succeeded();
            ProgramRun refused = await Run("migrate", "to", "8");
            Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
            Assert.Contains("End the servers of this store", refused.Error, StringComparison.Ordinal);
            (await server.Call("log_message", new { from = "bob", to = "ann", content = "still here" })).Succeeded();
        }
        Assert.Equal(0, (await Run("migrate", "to", "8")).ExitCode);
        await using StdioServer again = await StdioServer.Connect(_project.Root);
        Assert.Equal(1, (await again.Call("read_inbox", new { agent = "ann" })).GetNumber("unread"));
    }

    [Fact]
    public async Task A_changed_migration_and_a_newer_one_are_shown_with_exit_code_1()
    {
        await using (Stores stores = Open())
            await stores.Databases.Central.Write(c => c.Execute("UPDATE _migrations SET checksum = 'other' WHERE name LIKE '0002%'")
                + c.Execute("INSERT INTO _migrations (set_name, name, checksum, applied_at) VALUES ('central', '9999-future', 'x', 'now')"));
        ProgramRun status = await Run("migrate", "status");
        Assert.Equal(1, status.ExitCode);
        Assert.Matches("changed   central/0002-tasks-and-claims: expected [0-9a-f]{64}, found other", status.Output);
        Assert.Contains("unknown   central/9999-future (migrated by AgentCraft ", status.Output, StringComparison.Ordinal);
        ProgramRun up = await Run("migrate", "up");
        Assert.Equal(1, up.ExitCode);
        Assert.Contains("which this version of AgentCraft (", up.Error, StringComparison.Ordinal);
    }

    private Stores Open() => new(_project.Root, new Settings { Store = _project.Store ?? "" }, TimeProvider.System);

    private Task<ProgramRun> Run(params string[] arguments) => ProgramRun.Of(_project.Root, arguments);
}
