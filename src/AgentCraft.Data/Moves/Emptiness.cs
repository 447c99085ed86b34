using System.Globalization;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Moves;

/// <summary>Whether a store was ever used: one that was merely opened has tables and what the migrations put there.</summary>
internal static class Emptiness
{
    private static readonly string[] OfEveryStore = [MoveTable.Info, "audit_head"];

    /// <summary>"12 rows of messages"; null when there is nothing that anybody would miss.</summary>
    public static string? Of(Connection c)
    {
        List<string> tables = LooseCommand.Query(c, c.Dialect.Name == "sqlite" ? "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
            : "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename", [], row => row.GetString(0));
        if (tables.Count > 0 && !tables.Contains("_migrations"))
            return $"tables of another program ({string.Join(", ", tables.Take(3))})";
        foreach (string table in tables.Where(table => MoveTable.IsMoved(table) && !table.StartsWith("monitor_", StringComparison.Ordinal) && !OfEveryStore.Contains(table)))
            if (LooseCommand.Query(c, $"SELECT count(*) FROM {table}", [], row => row.GetInt64(0))[0] is > 0 and var rows)
                return string.Create(CultureInfo.InvariantCulture, $"a store that is in use ({rows:N0} rows of {table})");
        return null;
    }
}
