using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using Microsoft.Data.Sqlite;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>What the sets of schemas/ make of an empty file.</summary>
public sealed class SchemaTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    private static readonly string[] Names = ["central", "agents/common", "agents/default", "agents/code-reviewer", "agents/doc-checker", "agents/session-handover"];

    public static TheoryData<string> Sets => [.. Names];

    public void Dispose() => _project.Dispose();

    [Theory]
    [MemberData(nameof(Sets))]
    public void The_final_schema_is_as_approved(string set)
    {
        using Connection connection = Apply(MigrationSet.Get(set));
        Approved.Match(string.Join("\n\n", Schema(connection)), $"Schemas/{set}");
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Down_in_reverse_order_takes_back_all_that_up_made(string set)
    {
        using Connection connection = Apply(MigrationSet.Get(set));
        foreach (Migration migration in MigrationSet.Get(set).Migrations.Reverse())
            connection.Script(migration.Down);
        Assert.Empty(Schema(connection));
        foreach (Migration migration in MigrationSet.Get(set).Migrations)
            connection.Script(migration.Up);
        Assert.NotEmpty(Schema(connection));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Every_table_numbers_its_rows_with_a_sequence_that_never_goes_back(string set)
    {
        using Connection connection = Apply(MigrationSet.Get(set));
        foreach (string table in Schema(connection).Where(sql => sql.StartsWith("CREATE TABLE", StringComparison.Ordinal)))
            Assert.Matches(@"\(\s*seq +INTEGER PRIMARY KEY AUTOINCREMENT", table);
    }

    [Fact]
    public void The_list_above_has_every_set_that_the_program_has()
    {
        var embedded = typeof(MigrationSet).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("schemas/", StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal) && name.Count(c => c == '/') > 1)
            .Select(name => name["schemas/".Length..name.LastIndexOf('/')]).Distinct().Order();
        Assert.Equal(embedded, Names.Order());
    }

    private Connection Apply(MigrationSet set)
    {
        SqliteLibrary.Use(null);
        SqliteConnection inner = new($"Data Source={_project.PathOf("schema.db")};Pooling=False");
        inner.Open();
        Connection connection = new(inner, new SqliteDialect(inner.DataSource, new LeaseClock(TimeProvider.System)));
        connection.Script("PRAGMA foreign_keys = ON");
        foreach (Migration migration in set.Migrations)
            connection.Script(migration.Up);
        return connection;
    }

    /// <summary>Without what full-text search makes for itself below its virtual tables.</summary>
    private static List<string> Schema(Connection connection) => connection.Query<string>("""
        SELECT sql FROM sqlite_master s WHERE name NOT LIKE 'sqlite_%' AND sql IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM sqlite_master v WHERE v.sql LIKE 'CREATE VIRTUAL TABLE%' AND s.tbl_name LIKE v.name || '!_%' ESCAPE '!')
        ORDER BY tbl_name, type DESC, name
        """);
}
