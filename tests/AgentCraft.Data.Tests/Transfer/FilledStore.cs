using System.Globalization;
using System.Text;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Schemas;
using AgentCraft.Data.Transfer;

namespace AgentCraft.Data.Tests.Transfer;

/// <summary>A store with rows in every table that there is, made from what the schemas say, so that a new table is filled without anybody thinking of it.</summary>
internal static class FilledStore
{
    private const int Rows = 2;

    public static readonly string[] Types = ["default", "code-reviewer", "doc-checker", "session-handover", "robot"];

    /// <summary>Fills it: an agent of every type, and two rows in each other table.</summary>
    public static async Task Fill(Databases databases)
    {
        Directory.CreateDirectory(Path.Combine(databases.Root, ".agentcraft", "schemas", "agents", "robot"));
        await File.WriteAllTextAsync(Path.Combine(databases.Root, ".agentcraft", "schemas", "agents", "robot", "0001-parts.sql"), """
            -- A project's own.
            -- up
            CREATE TABLE robot_parts (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, agent_id TEXT NOT NULL, weight REAL, built_at TEXT, part_data TEXT NOT NULL DEFAULT '{}');
            CREATE TABLE robot_screws (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, agent_id TEXT NOT NULL, part_id TEXT NOT NULL REFERENCES robot_parts (id) ON DELETE CASCADE, size INTEGER, UNIQUE (agent_id, size));
            -- down
            DROP TABLE robot_screws;
            DROP TABLE robot_parts;
            """);
        await databases.Central.Write(c => FillCentral(c, databases.Engine));
        foreach (string type in Types)
            await databases.Agent(NameOf(type), type).Write(c => FillAgent(c, databases, type));
    }

    /// <summary>Two rows in every table that <see cref="Fill"/> leaves out because export does, search indexes aside.</summary>
    public static async Task FillRest(Databases databases)
    {
        await databases.Central.Write(c => FillEmpty(c, MigrationSet.Get("central", databases.Engine).Tables, (table, column, i) => Central(table, column, i)));
        foreach (string type in Types)
            await databases.Agent(NameOf(type), type).Write(c => FillEmpty(c, databases.Schemas.OfAll.Tables.Concat(databases.SchemaOf(type).Tables), (table, column, i) => Own(c, table, column, type, i, 0)));
    }

    private static bool FillEmpty(Connection c, IEnumerable<TableDefinition> tables, Func<TableDefinition, ColumnDefinition, int, object?> value)
    {
        foreach (TableDefinition table in tables.Where(table => AgentCraft.Data.Moves.MoveTable.IsMoved(table.Name) && c.First<long>($"SELECT count(*) FROM {table.Name}") == 0))
            for (int i = 1; i <= Rows; i++)
                Insert(c, table, column => value(table, column, i));
        return true;
    }

    public static string NameOf(string type) => type == "session-handover" ? type : "The-" + type;

    public static string IdOf(string type) => $"agent_{NameOf(type)}_1";

    private static bool FillCentral(Connection c, string engine)
    {
        foreach (TableDefinition table in Ordered(MigrationSet.Get("central", engine).Tables))
            for (int i = 1; i <= (table.Name == "agents" ? Types.Length : Rows); i++)
                Insert(c, table, column => Central(table, column, i));
        // What refers to a later row, and what import must make again.
        c.Execute("UPDATE agents SET parent_seq = 2 WHERE seq = 1");
        c.Execute("UPDATE tasks SET parent_seq = 2 WHERE seq = 1");
        c.Execute("UPDATE documents SET version_seq = seq");
        c.Execute("UPDATE messages SET conversation = from_seq * 4294967296 + to_seq");
        c.Execute("INSERT INTO store_info (key, value) SELECT 'default_project', id FROM projects WHERE seq = 1");
        return true;
    }

    private static bool FillAgent(Connection c, Databases databases, string type)
    {
        foreach (MigrationSet set in new[] { databases.Schemas.OfAll, databases.SchemaOf(type) })
            foreach (TableDefinition table in Ordered(set.Tables))
            {
                long first = c.First<long>($"SELECT COALESCE(max(seq), 0) FROM {table.Name}");
                for (int i = 1; i <= Rows; i++)
                    Insert(c, table, column => Own(c, table, column, type, i, first));
            }
        return true;
    }

    private static IEnumerable<TableDefinition> Ordered(IEnumerable<TableDefinition> tables) => tables.Where(table => !TransferRules.IsLeftOut(table.Name));

    private static object? Central(TableDefinition table, ColumnDefinition column, int i) => (table.Name, column.Name) switch
    {
        ("agents", "id") => IdOf(Types[i - 1]),
        ("agents", "name") => NameOf(Types[i - 1]),
        ("agents", "name_key") => NameOf(Types[i - 1]).ToLowerInvariant(),
        ("agents", "type") => Types[i - 1],
        ("idempotency_keys", "agent_id") => IdOf(Types[0]),
        ("documents", "version_seq") => 0L,
        ("messages", "conversation") => 0L,
        ("messages", "from_seq") => 1L,
        ("messages", "to_seq") => 2L,
        ("claims", "pattern") => $"src/{i}/**",
        ("output_paths", "path") => $"src/{i}.cs",
        ("task_dependencies", "task_seq") => (long)i,
        ("task_dependencies", "depends_on_seq") => (long)(3 - i),
        _ when column.References is not null => column.References == table.Name ? (i == 1 ? null : 1L) : (long)Math.Min(i, Rows),
        _ => Plain(table, column, $"{i}", i),
    };

    private static object? Own(Connection c, TableDefinition table, ColumnDefinition column, string type, int i, long first) => (table.Name, column.Name) switch
    {
        ("idempotency_keys", "agent_id") => c.Owner.Length == 0 ? IdOf("default") : $"{c.Owner}/{IdOf("default")}",
        (_, "agent_id") => IdOf(type),
        ("handover_documents", "message_seq") => (long)i,
        ("handover_documents", "project_id") => $"project_{i}",
        _ when column.References is not null && column.ReferencedColumn == "seq" => i + first,
        _ when column.References is { } target => $"{target}_{type}{i}",
        _ => Plain(table, column, $"{type}{i}", i),
    };

    private static object? Plain(TableDefinition table, ColumnDefinition column, string name, int i) => column.Name switch
    {
        "id" => $"{(table.Name.EndsWith('s') && table.Name is "projects" or "sessions" ? table.Name[..^1] : table.Name)}_{name}",
        "name_key" or "capability_key" => Plain(table, column with { Name = "name" }, name, i)!.ToString()!.ToLowerInvariant(),
        "capability" => Plain(table, column with { Name = "name" }, name, i),
        "expires_at" or "lease_until" => "2999-01-01T00:00:00.000Z",
        _ when column.Values.Count > 0 => column.Values[i % column.Values.Count],
        _ => column.Kind switch
        {
            ColumnKind.Integer => 7L * i,
            ColumnKind.Real => 0.1 * i,
            ColumnKind.Json => column.Default == "[]" ? $"[\"{i}\"]" : $"{{\"i\": {i}, \"x\":\"é\\u0001\"}}",
            ColumnKind.Time => string.Create(CultureInfo.InvariantCulture, $"2026-11-{i:00}T09:30:00.123Z"),
            _ when TransferRules.JsonOf(table.Name, column.Name) is { } shape => shape == JsonShape.Object ? $"{{\"input\": {i}}}" : $"[ {{\"input\": {i}}} ]",
            // Twice null, once not: both are to arrive.
            _ when !column.NotNull && i == 2 => null,
            _ => $"{table.Name}.{column.Name} {name} É😀 \" \\ \u0001\u2028\n'",
        },
    };

    private static void Insert(Connection c, TableDefinition table, Func<ColumnDefinition, object?> value)
    {
        List<LooseValue> values = [.. table.Columns.Where(column => column.Name != "seq").Select(column => new LooseValue(column.Name, value(column),
            column.Kind == ColumnKind.Integer ? typeof(long) : column.Kind == ColumnKind.Real ? typeof(double) : typeof(string)))];
        LooseCommand.Execute(c, $"INSERT INTO {table.Name} ({string.Join(", ", values.Select(v => v.Name))}) VALUES ({string.Join(", ", values.Select(v => "@" + v.Name))})", values);
    }
}

/// <summary>All rows of a store as text, independently of how export reads them.</summary>
internal static class StoreRows
{
    /// <summary>The tables that a database has, as the engine says.</summary>
    public static List<string> Tables(Connection c) => [.. c.Query<string>(c.Dialect.Name == "sqlite"
            ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            : "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename")
        .Where(table => !table.StartsWith("search_", StringComparison.Ordinal) && table is not ("_migrations" or "store_info"))];

    /// <summary>Central rows, then each agent's own, table by table and in their order.</summary>
    public static async Task<string> Of(Databases databases, IEnumerable<(string Name, string Type)> agents, bool withOwnNumbers = true)
    {
        StringBuilder text = new();
        await databases.Central.Read(c => Append(text, c, "central", null, withNumbers: true));
        foreach ((string name, string type) in agents)
            if (databases.HasAgent(name))
            {
                string id = await databases.Central.Read(c => c.First<string>("SELECT id FROM agents WHERE name = @name", new { name })!);
                await databases.Agent(name, type).Read(c => Append(text, c, name, id, withOwnNumbers));
            }
        return text.ToString();
    }

    private static bool Append(StringBuilder text, Connection c, string where, string? agent, bool withNumbers)
    {
        foreach (string table in Tables(c))
        {
            bool isCount = table is "inbox_counts" or "metric_series" or "history_totals" or "history_usage";
            string whose = agent is null ? "1 = 1" : table == "idempotency_keys" ? (c.Owner.Length == 0 ? "1 = 1" : $"agent_id LIKE '{c.Owner}/%'") : $"agent_id = '{agent}'";
            List<string> rows = LooseCommand.Query(c, $"SELECT * FROM {table} WHERE {whose} ORDER BY seq", [], reader => string.Join(" | ", Enumerable.Range(0, reader.FieldCount)
                .Where(i => !isCount || reader.GetName(i) != "seq").Where(i => withNumbers || reader.GetName(i) is not ("seq" or "handover_seq")).Order(Comparer<int>.Create((a, b) => string.CompareOrdinal(reader.GetName(a), reader.GetName(b))))
                .Select(i => $"{reader.GetName(i)}={Value(reader, i, c.Owner)}")));
            if (isCount)
                rows.Sort(StringComparer.Ordinal);
            // Shared tables of a database server are there for every agent.
            if (rows.Count > 0)
                text.Append(CultureInfo.InvariantCulture, $"# {where} {table}\n{string.Join('\n', rows.Select(row => row.Replace("\n", "\\n")))}\n");
        }
        return true;
    }

    private static string Value(System.Data.Common.DbDataReader reader, int i, string owner) => reader.IsDBNull(i) ? "NULL"
        : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture)!.Replace(owner.Length == 0 ? "\0" : owner + "/", "");
}
