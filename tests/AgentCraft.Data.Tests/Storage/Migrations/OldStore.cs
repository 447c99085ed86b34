using System.Data.Common;
using System.Globalization;
using System.Text;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Postgres;
using AgentCraft.Data.Storage.Schemas;
using AgentCraft.Testing;
using Microsoft.Data.Sqlite;

namespace AgentCraft.Data.Tests.Storage.Migrations;

/// <summary>A store as an earlier program left it, and what it looks like: on a connection of its own, without the program's opening.</summary>
internal sealed class OldStore : IDisposable
{
    /// <summary>The agent whose file it is, where it is one.</summary>
    public const string Agent = "ann";

    private readonly Connection _connection;

    private OldStore(Connection connection) => _connection = connection;

    /// <summary>Looks into what a project has of this set.</summary>
    public static OldStore Open(TemporaryProject project, string set)
    {
        if (project.Store is { } store)
        {
            PostgresAddress address = PostgresAddress.Parse(store);
            string schema = set == "central" ? address.Schema : address.AgentsSchema;
            var inner = address.NewConnection(schema);
            inner.Open();
            Connection connection = new(inner, new PostgresDialect("here", new(address, schema, TimeSpan.FromSeconds(5)), new(schema))) { Schema = schema };
            connection.Script($"CREATE SCHEMA IF NOT EXISTS {schema}");
            return new(connection);
        }
        SqliteLibrary.Use(null);
        string path = PathOf(project, set);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        SqliteConnection file = new($"Data Source={path};Pooling=False");
        file.Open();
        OldStore opened = new(new(file, new SqliteDialect(path, new LeaseClock(new FakeTime()))));
        opened._connection.Script("PRAGMA foreign_keys = ON");
        return opened;
    }

    public static string PathOf(TemporaryProject project, string set) => set == "central" ? project.CentralFile : project.AgentFile(Agent);

    /// <summary>Applies the migrations up to that number, after those of what every agent has.</summary>
    public void MigrateTo(MigrationSet set, int version)
    {
        Migrator migrator = new(_connection, "here");
        migrator.MakeLedger();
        if (set.Name is not ("central" or "agents/common"))
            foreach (Migration migration in MigrationSet.Get("agents/common", Engine).Migrations)
                migrator.Apply(MigrationSet.Get("agents/common", Engine), migration);
        foreach (Migration migration in UpTo(set, version))
            migrator.Apply(set, migration);
    }

    /// <summary>Its migrations up to that number; there may be none of a number.</summary>
    private static IEnumerable<Migration> UpTo(MigrationSet set, int version) => set.Migrations.Where(migration => MigrationSet.NumberOf(migration.Name) <= version);

    /// <summary>Runs a script.</summary>
    public void Script(string sql) => _connection.Script(sql);

    /// <summary>Puts two rows into each table of the set, of values that every rule of a column allows.</summary>
    public void Fill(MigrationSet set, int version)
    {
        foreach (TableDefinition table in TablesOf(set, version))
            for (int i = 1; i <= 2; i++)
            {
                ColumnDefinition[] columns = [.. table.Columns.Where(column => column.Name != "seq")];
                _connection.Script($"INSERT INTO {table.Name} ({string.Join(", ", columns.Select(column => column.Name))}) VALUES ({string.Join(", ", columns.Select(column => Value(table, column, i)))})");
            }
        if (_connection.First<long>(_connection.Dialect.CountTables, new { Name = "store_info" }) == 1)
            _connection.Script("UPDATE store_info SET value = '0123456789ab' WHERE key = 'epoch'");
    }

    /// <summary>Every row of the tables that this version of the set has, with the columns that it has.</summary>
    public List<string> Rows(MigrationSet set, int version)
    {
        List<string> rows = [];
        foreach (TableDefinition table in TablesOf(set, version))
            rows.AddRange(Ask($"SELECT {string.Join(", ", table.Columns.Select(column => column.Name))} FROM {table.Name} ORDER BY seq").Select(row => $"{table.Name} {row}"));
        return rows;
    }

    /// <summary>Tables, indexes and triggers, without what differs in spelling only.</summary>
    public List<string> Schema() => _connection.Dialect.Name == "sqlite" ? SqliteSchema() : PostgresSchemaOf();

    /// <summary>The whole file as a script; without the search indexes, which are empty.</summary>
    public string Dump()
    {
        StringBuilder text = new();
        foreach (string statement in Ask($"SELECT sql FROM sqlite_master s WHERE type = 'table' AND {NotShadow} ORDER BY rowid"))
            text.Append(statement).Append(";\n");
        foreach (string table in Ask($"SELECT name FROM sqlite_master s WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND {NotShadow} ORDER BY rowid"))
        {
            List<string> columns = Ask($"SELECT name FROM pragma_table_info('{table}')");
            text.AppendJoin("", Ask($"SELECT 'INSERT INTO {table} VALUES (' || {string.Join(" || ', ' || ", columns.Select(column => $"quote({column})"))} || ')' FROM {table} ORDER BY seq").Select(row => row + ";\n"));
        }
        foreach (string statement in Ask("SELECT sql FROM sqlite_master WHERE type <> 'table' AND sql IS NOT NULL ORDER BY rowid"))
            text.Append(statement).Append(";\n");
        return text.ToString();
    }

    /// <summary>What the engine itself finds wrong.</summary>
    public List<string> Faults() => _connection.Dialect.Name == "sqlite" ? [.. Ask("PRAGMA integrity_check").Where(line => line != "ok"), .. Ask("PRAGMA foreign_key_check")] : [];

    public void Dispose() => _connection.Dispose();

    private string Engine => _connection.Dialect.Name;

    private static IEnumerable<TableDefinition> TablesOf(MigrationSet set, int version) => SchemaReader.Read(UpTo(set, version).Select(migration => migration.Up))
        .Where(table => table.Name != "store_info" && !table.Name.StartsWith("search_", StringComparison.Ordinal));

    private static string Value(TableDefinition table, ColumnDefinition column, int i) =>
        column.References is { } other ? other == table.Name ? i == 1 ? "NULL" : "1" : column.Type == "TEXT" ? $"'{other}-id-{i}'" : $"{i}"
        : column.Type == "REAL" ? "0.5"
        : column.Type == "INTEGER" ? $"{i}"
        : column.Values.Count > 0 ? $"'{column.Values[0]}'"
        : column.Kind == ColumnKind.Time ? $"'2026-01-0{i}T00:00:00.000Z'"
        : column.Kind == ColumnKind.Json ? column.Default == "[]" ? $"'[\"Part {i}\"]'" : $"'{{\"a\":{i}}}'"
        : $"'{table.Name}-{column.Name}-{i}'";

    private const string NotShadow = """
        name NOT LIKE 'sqlite!_%' ESCAPE '!' AND sql IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM sqlite_master v WHERE v.sql LIKE 'CREATE VIRTUAL TABLE%' AND s.tbl_name LIKE v.name || '!_%' ESCAPE '!')
        """;

    private List<string> SqliteSchema() =>
        [.. Ask($"SELECT sql FROM sqlite_master s WHERE {NotShadow} ORDER BY tbl_name, type DESC, name").Select(sql => string.Join(' ', SqlToken.Split(sql).Select(token => token.Text)))];

    private List<string> PostgresSchemaOf() =>
    [
        .. Ask("""
            SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || COALESCE(column_default, '') || ' ' || COALESCE(collation_name, '')
            FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY 1
            """),
        .. Ask("SELECT replace(indexdef, current_schema() || '.', '') FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1"),
        .. Ask("SELECT replace(CAST(CAST(conrelid AS regclass) AS TEXT), current_schema() || '.', '') || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = CAST(current_schema() AS regnamespace) ORDER BY 1"),
    ];

    private List<string> Ask(string sql)
    {
        using DbCommand command = _connection.Inner.CreateCommand();
        command.CommandText = sql;
        using DbDataReader reader = command.ExecuteReader();
        List<string> rows = [];
        while (reader.Read())
            rows.Add(string.Join(" | ", Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "null" : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        return rows;
    }
}
