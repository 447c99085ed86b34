using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Maintenance;
using AgentCraft.Data.Pruning;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Migrations;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>One agent's file is damaged: what goes through all files does the others, and says of this one what any call would.</summary>
public sealed class DamagedAgentTests : IAsyncLifetime
{
    private static readonly string[] Agents = ["ann", "bob", "cid"];

    private readonly TemporaryProject _project = new();
    private Stores _stores = null!;

    private string Damaged => _project.AgentFile("bob");

    public async Task InitializeAsync()
    {
        await using (Stores stores = new(_project.Root, new(), TimeProvider.System))
            foreach (string agent in Agents)
            {
                await stores.Sessions.Start(new() { Agent = new() { Name = AgentName.Parse(agent) } });
                await stores.History.Append(new() { Agent = agent, Entries = [new() { Role = Data.History.HistoryRole.User, Content = "x" }] }, null);
                await stores.Databases.Agent(agent, "default").Write(c => c.Execute("UPDATE agent_history SET created_at = @Then", new { Then = c.Time.Now - TimeSpan.FromDays(11) }));
            }
        using (FileStream file = new(Damaged, FileMode.Open))
            file.Write(new byte[64]);
        _stores = new(_project.Root, new Settings { Maintenance = new() { KeepHistoryDays = 10 } }, TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task Maintenance_prunes_and_tends_the_others_and_names_it()
    {
        MaintenanceReport report = await _stores.Maintenance.Run(new());
        Assert.Equal(2, report.Pruned["history"]);
        // Central, and those of two agents.
        Assert.Equal(3, report.Files);
        Assert.All(report.Problems, problem => Assert.Contains($"{Damaged} is damaged", problem, StringComparison.Ordinal));
        Assert.NotEmpty(report.Problems);
    }

    [Fact]
    public async Task Pruning_deletes_what_the_others_have_and_then_fails()
    {
        AgentCraftException failure = await Assert.ThrowsAsync<AgentCraftException>(() => _stores.Pruning.Prune(new() { Kind = RecordKind.History, Before = DateTimeOffset.UtcNow }, confirm: true));
        Assert.Equal(ErrorCodes.StoreDamaged, failure.Code);
        Assert.Contains(Damaged, failure.Message, StringComparison.Ordinal);
        Assert.Contains("2 rows", failure.Message, StringComparison.Ordinal);
        foreach (string agent in Agents.Where(agent => agent != "bob"))
            Assert.Equal(0, await _stores.Databases.Agent(agent, "default").Read(c => c.First<long>("SELECT count(*) FROM agent_history")));
    }

    [Fact]
    public async Task Checking_names_it_and_checks_the_others()
    {
        CheckedStore found = await _stores.Check.Verify(null);
        Assert.Equal((false, 4), (found.Ok, found.Checked));
        Assert.Equal("bob", Assert.Single(found.Problems).File);
    }

    [Fact]
    public async Task An_export_says_so_and_is_not_finished()
    {
        using MemoryStream output = new();
        AgentCraftException failure = await Assert.ThrowsAsync<AgentCraftException>(() => _stores.Export.Write(output));
        Assert.Equal(ErrorCodes.StoreDamaged, failure.Code);
        Assert.Contains(Damaged, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_is_refused_and_a_migration_says_so_after_the_others()
    {
        Assert.Equal(ErrorCodes.StoreDamaged, (await Assert.ThrowsAsync<AgentCraftException>(() => _stores.Backups.Create())).Code);
        byte[] before = File.ReadAllBytes(Damaged);
        AgentCraftException failure = await Assert.ThrowsAsync<AgentCraftException>(() => _stores.Databases.Migrations.Status(new()));
        Assert.Equal(ErrorCodes.StoreDamaged, failure.Code);
        Assert.Contains(Damaged, failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Damaged));
    }
}
