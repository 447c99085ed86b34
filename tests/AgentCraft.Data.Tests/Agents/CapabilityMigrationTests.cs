using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using Microsoft.Data.Sqlite;

namespace AgentCraft.Data.Tests.Agents;

/// <summary>Agents that registered before there was a table of capabilities are found in it.</summary>
public sealed class CapabilityMigrationTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public void Capabilities_of_earlier_agents_become_rows_in_their_order()
    {
        SqliteLibrary.Use(null);
        SqliteConnection inner = new($"Data Source={_project.PathOf("old.db")};Pooling=False");
        inner.Open();
        using Connection c = new(inner, new SqliteDialect(inner.DataSource, new LeaseClock(TimeProvider.System)));
        MigrationSet central = MigrationSet.Get("central");
        foreach (Migration migration in central.Migrations.TakeWhile(m => !m.Name.StartsWith("0003", StringComparison.Ordinal)))
            c.Script(migration.Up);
        c.Script("""
            INSERT INTO projects (id, name, created_at, updated_at) VALUES ('p', 'p', 'x', 'x');
            INSERT INTO agents (id, name, name_key, project_seq, type, status, capabilities, created_at, updated_at)
            VALUES ('a', 'a', 'a', 1, 't', 'active', '["Plan","say \u0022hi\u0022, \u00e9","plan"]', 'x', 'x'), ('b', 'b', 'b', 1, 't', 'active', '[]', 'x', 'x');
            """);
        c.Script(central.Migrations.Single(m => m.Name.StartsWith("0003", StringComparison.Ordinal)).Up);
        Assert.Equal(["1 Plan plan", "1 say \"hi\", é say \"hi\", é"],
            c.Query<string>("SELECT agent_seq || ' ' || capability || ' ' || capability_key FROM agent_capabilities ORDER BY seq"));
    }
}
