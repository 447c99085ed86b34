using AgentCraft.Data.Storage.Schemas;

namespace AgentCraft.Data.Storage.Migrations;

/// <summary>
/// What taking migrations back would delete, read from their text and counted in the store. What going forward again makes anew is no
/// loss: search indexes, what monitoring measures, and tables that the migration itself fills from others.
/// </summary>
internal static class DataLoss
{
    private const string Derived = "search_", Measured = "monitor_";

    /// <summary>The tables and columns with rows that would go.</summary>
    public static List<LostData> Of(Connection c, MigrationSet set, IEnumerable<Migration> back)
    {
        List<LostData> lost = [];
        foreach (Migration migration in back)
        {
            HashSet<string> derived = [.. SqlToken.Statements(migration.Up).Select(FilledFromOthers).OfType<string>()];
            foreach ((string table, string? column) in SqlToken.Statements(migration.Down).Select(Dropped).OfType<(string, string?)>())
                if (!table.StartsWith(Derived, StringComparison.Ordinal) && !table.StartsWith(Measured, StringComparison.Ordinal) && !derived.Contains(table))
                    lost.Add(new() { Table = table, Column = column, Rows = c.First<long>($"SELECT count(*) FROM {table}{(column is null ? "" : Filled(set, table, column))}") });
        }
        return [.. lost.Where(loss => loss.Rows > 0 && (loss.Column is null || !lost.Exists(other => other.Table == loss.Table && other.Column is null)))];
    }

    /// <summary>DROP TABLE name, or ALTER TABLE name DROP COLUMN name.</summary>
    private static (string Table, string? Column)? Dropped(List<SqlToken> statement) =>
        statement.Count < 3 || !statement[1].Is("TABLE") ? null
        : statement[0].Is("DROP") ? (statement[^1].Text, null)
        : statement[0].Is("ALTER") && statement.Count > 5 && statement[3].Is("DROP") ? (statement[2].Text, statement[^1].Text) : null;

    /// <summary>The table of INSERT INTO name … SELECT … FROM ….</summary>
    private static string? FilledFromOthers(List<SqlToken> statement) =>
        statement.Count > 3 && statement[0].Is("INSERT") && statement.Exists(token => token.Is("SELECT")) ? statement[2].Text : null;

    private static string Filled(MigrationSet set, string table, string column)
    {
        ColumnDefinition? definition = SchemaReader.Read(set.Migrations.Select(migration => migration.Up)).FirstOrDefault(known => known.Name == table)?.Find(column);
        string unlikeDefault = definition?.Default is not { } value ? "" : $" AND {column} <> {(definition.Type == "TEXT" ? $"'{value.Replace("'", "''")}'" : value)}";
        return $" WHERE {column} IS NOT NULL{unlikeDefault}";
    }
}
