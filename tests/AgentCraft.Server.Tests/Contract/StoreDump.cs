using System.Globalization;
using System.Text;
using AgentCraft.Data.Storage;
using Microsoft.Data.Sqlite;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>
/// Every row of every table of a root's files, as text, but for heartbeats, which are derived. Read with SQLite through a connection that
/// cannot write, since plain file access would drop the locks of a server in this process.
/// </summary>
public static class StoreDump
{
    private static readonly string[] Derived = ["last_heartbeat_at"];

    /// <summary>The central file and every agent's.</summary>
    public static string Of(string root)
    {
        SqliteLibrary.Use("auto");
        StringBuilder text = new();
        foreach (string file in Files(root))
            Append(text, file, Path.GetRelativePath(root, file));
        return text.ToString();
    }

    private static IEnumerable<string> Files(string root)
    {
        string central = Path.Combine(root, ".agentcraft", "session.db"), agents = Path.Combine(root, ".agents");
        IEnumerable<string> own = Directory.Exists(agents) ? Directory.EnumerateFiles(agents, "agent.db", SearchOption.AllDirectories) : [];
        return own.Order(StringComparer.Ordinal).Prepend(central).Where(File.Exists);
    }

    private static void Append(StringBuilder text, string file, string name)
    {
        using SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        using SqliteTransaction snapshot = connection.BeginTransaction(deferred: true);
        foreach (string table in Rows(connection, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name", r => r.GetString(0)))
        {
            text.Append(CultureInfo.InvariantCulture, $"# {name} {table}\n");
            foreach (string row in Rows(connection, $"SELECT * FROM {table} ORDER BY 1", Line))
                text.Append(row).Append('\n');
        }
    }

    private static List<T> Rows<T>(SqliteConnection connection, string sql, Func<SqliteDataReader, T> read)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using SqliteDataReader reader = command.ExecuteReader();
        List<T> rows = [];
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    private static string Line(SqliteDataReader row) => string.Join(" | ", Enumerable.Range(0, row.FieldCount)
        .Where(i => !Derived.Contains(row.GetName(i)))
        .Select(i => row.IsDBNull(i) ? "null" : Convert.ToString(row.GetValue(i), CultureInfo.InvariantCulture)));
}
