using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Cli;

/// <summary><c>agentcraft archive</c>, and settings that the command line sets.</summary>
[OnEveryEngine]
public sealed class ArchiveCommandTests : IAsyncLifetime
{
    private readonly TemporaryProject _project = new();

    public async Task InitializeAsync()
    {
        await using Stores stores = new(_project.Root, new Settings { Store = _project.Store ?? "" }, TimeProvider.System);
        for (int i = 0; i < 2; i++)
        {
            await stores.Sessions.Start(new() { Agent = new() { Name = AgentName.Parse("ann") } });
            await stores.Sessions.End("ann", null, summary: null);
        }
        await stores.Databases.Central.Write(c => c.Execute("UPDATE sessions SET ended_at = @Then WHERE seq = 1", new { Then = c.Time.Now - TimeSpan.FromDays(20) }));
    }

    public Task DisposeAsync()
    {
        _project.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task It_archives_what_ended_so_long_ago_and_a_dry_run_only_counts()
    {
        Assert.StartsWith("0 sessions were archived: ended before ", (await Run("archive")).Output, StringComparison.Ordinal);
        Assert.StartsWith("1 session would be archived", (await Run("archive", "--days", "10", "--dry-run")).Output, StringComparison.Ordinal);
        Assert.StartsWith("1 session would be archived", (await Run("archive", "--dry-run", "--setting", "sessions.archiveDays=10")).Output, StringComparison.Ordinal);
        Assert.StartsWith("2 sessions would be archived", (await Run("archive", "--days", "0", "--dry-run")).Output, StringComparison.Ordinal);
        Assert.Equal(1, JsonElement.Parse((await Run("archive", "--days", "10", "--json")).Output).GetProperty("archived").GetInt32());
        Assert.StartsWith("1 session was archived", (await Run("archive", "--days", "0")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_settings_is_told_at_once()
    {
        ProgramRun failed = await Run("archive", "--setting", "sessions.archiveDays=0", "--setting", "performance.maxConnections=many", "--setting", "central.path=/etc/passwd");
        Assert.Equal((1, ""), (failed.ExitCode, failed.Output));
        foreach (string name in new[] { "sessions.archiveDays", "performance.maxConnections", "central.path" })
            Assert.Contains($"\n- {name} must be ", failed.Error, StringComparison.Ordinal);
    }

    private Task<ProgramRun> Run(params string[] arguments) => ProgramRun.Of(_project.Root, arguments);
}
