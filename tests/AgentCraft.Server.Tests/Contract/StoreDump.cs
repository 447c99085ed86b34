using System.Data.Common;
using System.Globalization;
using System.Text;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>Every row of every table of a root's store, as text, but for heartbeats and search indexes, which are derived.</summary>
public static class StoreDump
{
    private static readonly string[] Derived = ["last_heartbeat_at"];

    /// <summary>The central tables and every agent's.</summary>
    public static string Of(string root)
    {
        StringBuilder text = new();
        foreach (StoreView view in StoreView.All(root))
            using (view)
                Append(text, view);
        return text.ToString();
    }

    private static void Append(StringBuilder text, StoreView view)
    {
        view.Snapshot();
        foreach (string table in view.Tables().Where(table => !table.StartsWith("search_", StringComparison.Ordinal)))
        {
            text.Append(CultureInfo.InvariantCulture, $"# {view.Name} {table}\n");
            foreach (DbDataReader row in view.Rows($"SELECT * FROM {table} ORDER BY 1"))
                text.Append(Line(row)).Append('\n');
        }
    }

    private static string Line(DbDataReader row) => string.Join(" | ", Enumerable.Range(0, row.FieldCount)
        .Where(i => !Derived.Contains(row.GetName(i)))
        .Select(i => row.IsDBNull(i) ? "null" : Convert.ToString(row.GetValue(i), CultureInfo.InvariantCulture)));
}
