using System.Data.Common;
using System.Globalization;
using System.Text;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>Every row of every table of a root's store, as text, but for what is derived, or a server's own: heartbeats, search indexes, what it measured and audited, when it was last tended.</summary>
public static class StoreDump
{
    private static readonly string[] Derived = ["last_heartbeat_at"];
    private static readonly string[] Tended = ["maintained_at", "vacuumed_at"];
    private static readonly string[] DerivedTables = ["search_", "monitor_", "audit_"];

    /// <summary>The central tables and every agent's.</summary>
    public static string Of(string root)
    {
        StoreView[] views = [.. StoreView.All(root)];
        try
        {
            return Of(views);
        }
        finally
        {
            foreach (StoreView view in views)
                view.Dispose();
        }
    }

    /// <summary>What these connections see.</summary>
    internal static string Of(IEnumerable<StoreView> views)
    {
        StringBuilder text = new();
        foreach (StoreView view in views)
            Append(text, view);
        return text.ToString();
    }

    /// <summary>The table and number of each row of a dump.</summary>
    public static IEnumerable<string> Keys(string dump)
    {
        string table = "";
        foreach (string line in dump.Split('\n'))
            if (line.StartsWith("# ", StringComparison.Ordinal))
                table = line;
            else if (line.IndexOf(" | ", StringComparison.Ordinal) is var end and > 0 && long.TryParse(line.AsSpan(0, end), CultureInfo.InvariantCulture, out _))
                yield return $"{table} {line[..end]}";
    }

    private static void Append(StringBuilder text, StoreView view)
    {
        string last = "";
        view.Read([.. view.Tables().Where(name => !DerivedTables.Any(derived => name.StartsWith(derived, StringComparison.Ordinal)))], (table, row) =>
        {
            if (table != last)
                text.Append(CultureInfo.InvariantCulture, $"# {view.Name} {table}\n");
            last = table;
            if (table != "store_info" || !Tended.Contains(row.GetString(row.GetOrdinal("key"))))
                text.Append(Line(row)).Append('\n');
        });
    }

    private static string Line(DbDataReader row) => string.Join(" | ", Enumerable.Range(0, row.FieldCount)
        .Where(i => !Derived.Contains(row.GetName(i)))
        .Select(i => row.IsDBNull(i) ? "null" : Convert.ToString(row.GetValue(i), CultureInfo.InvariantCulture)));
}
