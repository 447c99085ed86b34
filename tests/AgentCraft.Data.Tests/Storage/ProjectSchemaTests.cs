using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Schemas;
using AgentCraft.Testing;
using Microsoft.Data.Sqlite;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>What the SQL of a project may say, by its text and by what SQLite is asked for.</summary>
public sealed class ProjectSchemaTests : IDisposable
{
    private const string Good = """
        CREATE TABLE risks (
            seq        INTEGER PRIMARY KEY AUTOINCREMENT, -- the order
            id         TEXT NOT NULL UNIQUE,
            agent_id   TEXT NOT NULL,
            session_id TEXT,
            title      TEXT NOT NULL CHECK (length(title) <= 200),
            level      TEXT NOT NULL DEFAULT 'low; or ''so''' CHECK (level IN ('low', 'high')),
            weight     REAL CHECK (weight BETWEEN 0 AND 1.5),
            open       INTEGER NOT NULL DEFAULT 1,
            links      TEXT NOT NULL DEFAULT '[]',
            created_at TEXT NOT NULL,
            UNIQUE (agent_id, title)
        );
        CREATE INDEX risks_by_agent ON risks (agent_id, seq);
        CREATE INDEX risks_open ON risks (agent_id, level) WHERE open = 1;
        /* and what belongs to them */
        CREATE TABLE risk_notes (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, agent_id TEXT NOT NULL,
            risk_id TEXT NOT NULL REFERENCES risks (id) ON DELETE CASCADE, note_data TEXT);
        """;

    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    /// <summary>Statements that do more than make tables and indexes, or make them of what is not known to be harmless.</summary>
    public static TheoryData<string> Hostile => [.. Statements];

    private static readonly string[] Statements =
    [
        "ATTACH DATABASE '/tmp/x.db' AS x",
        "DETACH DATABASE main",
        "PRAGMA writable_schema = ON",
        "DROP TABLE store_info",
        "DELETE FROM agent_history",
        "UPDATE agent_history SET content = ''",
        "INSERT INTO store_info (key, value) VALUES ('epoch', 'mine')",
        "INSERT INTO risks (id, agent_id, title, created_at) VALUES ('x', 'y', 'z', 'now')",
        "SELECT load_extension('/tmp/evil.so')",
        "SELECT 1",
        "ALTER TABLE agent_history ADD COLUMN x TEXT",
        "ALTER TABLE risks RENAME TO agent_history",
        "CREATE TRIGGER t AFTER INSERT ON risks BEGIN DELETE FROM agent_history; END",
        "CREATE VIEW v AS SELECT * FROM agent_history",
        "CREATE TEMP TABLE x (a TEXT)",
        "CREATE VIRTUAL TABLE x USING fts5 (a)",
        "CREATE TABLE x AS SELECT * FROM agent_history",
        "COMMIT",
        "ROLLBACK",
        "SAVEPOINT x",
        "BEGIN; DROP TABLE store_info",
        "VACUUM INTO '/tmp/x.db'",
        "ANALYZE",
        "EXPLAIN SELECT 1",
        "WITH x AS (SELECT 1) SELECT * FROM x",
        "REPLACE INTO store_info (key, value) VALUES ('epoch', 'mine')",
    ];

    /// <summary>What PostgreSQL alone would run, and what only the text can show.</summary>
    public static TheoryData<string> HostileText =>
    [
        .. Statements,
        "REINDEX",
        "COPY agent_history TO PROGRAM 'sh'",
        "COPY agent_history FROM '/etc/passwd'",
        "DO $$ BEGIN DELETE FROM agent_history; END $$",
        "CREATE EXTENSION dblink",
        "CREATE FUNCTION f() RETURNS INT LANGUAGE SQL AS 'SELECT 1'",
        "CREATE SCHEMA x",
        "GRANT ALL ON agent_history TO PUBLIC",
        "SET search_path = public",
        "TRUNCATE agent_history",
        "LOCK TABLE agent_history",
        "NOTIFY x",
        "CALL f()",
        "SELECT pg_sleep(1000)",
        Table("x TEXT DEFAULT (SELECT value FROM store_info)"),
        Table("x TEXT DEFAULT (pg_read_file('/etc/passwd'))"),
        Table("x TEXT CHECK (query_to_xml('DELETE FROM agent_history', true, true, '') IS NOT NULL)"),
        Table("x TEXT CHECK (x <> (SELECT 1))"),
        Table("x TEXT DEFAULT current_user"),
        Table("x TEXT CHECK (x ~ '(a+)+$')"),
        Table("x TEXT CHECK (x::regclass IS NOT NULL)"),
        Table("x TEXT DEFAULT E'\\047'"),
        Table("x TEXT DEFAULT 'a\\'"),
        Table("x TEXT DEFAULT $$a$$"),
        Table("x TEXT COLLATE NOCASE"),
        Table("x INTEGER GENERATED ALWAYS AS (1)"),
        Table("x BYTEA"),
        Table("x REGCLASS"),
        Table("x"),
        Table("\"x\" TEXT"),
        Table("`x` TEXT"),
        Table("[x] TEXT"),
        Table("public.x TEXT"),
        Table("x TEXT UNIQUE"),
        Table("x TEXT, UNIQUE (x)"),
        Table("x TEXT, PRIMARY KEY (x)"),
        Table("x TEXT REFERENCES agent_history (id)"),
        Table("x TEXT REFERENCES store_info"),
        Table("x TEXT, FOREIGN KEY (x) REFERENCES agent_history (id)"),
        Table("LIKE agent_history"),
        Table("x TEXT, x TEXT"),
        Table("x TEXT") + " WITHOUT ROWID",
        Table("x TEXT") + " INHERITS (agent_history)",
        Table("x TEXT") + " TABLESPACE x",
        Table("x TEXT", "agent_history"),
        Table("x TEXT", "store_info"),
        Table("x TEXT", "notes"),
        Table("x TEXT", "_migrations"),
        Table("x TEXT", "sqlite_master"),
        Table("x TEXT", "pg_class"),
        Table("x TEXT", "search_history"),
        Table("x TEXT", "Große"),
        Table("x TEXT", "main.x"),
        "CREATE TABLE IF NOT EXISTS agent_history (a TEXT)",
        "CREATE TABLE x (id TEXT)",
        "CREATE TABLE x (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, agent_id TEXT NOT NULL)",
        "CREATE TABLE x (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, agent_id TEXT NOT NULL DEFAULT 'alice')",
        "CREATE TABLE x",
        "CREATE TABLE x (",
        "CREATE",
        "CREATE INDEX i ON agent_history (id)",
        "CREATE INDEX i ON risks USING gin (title)",
        "CREATE INDEX i ON risks (pg_sleep(10))",
        "CREATE INDEX i ON risks (title) INCLUDE (id)",
        "CREATE INDEX CONCURRENTLY i ON risks (title)",
        "CREATE UNIQUE INDEX i ON risks (title)",
        "'unterminated",
        "/* unterminated",
        ";;;SELECT",
    ];

    [Fact]
    public void Tables_and_indexes_are_taken_and_SQLite_makes_them()
    {
        Migration migration = new("0001-risks", Good, "DROP TABLE risk_notes; DROP INDEX risks_open;\nDROP TABLE IF EXISTS risks;");
        new ProjectSchema("risk", _ => false).Check(migration);
        using Connection connection = Open();
        Assert.Null(connection.Dialect.RunGuarded(connection, Good));
        TableDefinition risks = new MigrationSet("agents/risk", [migration]).Tables[0];
        Assert.Equal(["low", "high"], risks.Find("level")!.Values);
        Assert.Equal("low; or 'so'", risks.Find("level")!.Default);
        Assert.Equal("seq:Integer id:Text agent_id:Text session_id:Text title:Text level:Text weight:Real open:Integer links:Json created_at:Time",
            string.Join(' ', risks.Columns.Select(column => $"{column.Name}:{column.Kind}")));
    }

    [Theory]
    [MemberData(nameof(HostileText))]
    public void Any_other_text_is_refused(string statement)
    {
        // "unterminated" texts and comments swallow the rest, which must not make them harmless.
        if (statement.StartsWith("/*", StringComparison.Ordinal))
            statement = $"DROP TABLE risks {statement}";
        AgentCraftException refusal = Assert.Throws<AgentCraftException>(() => Check($"{Good}\n{statement};"));
        Assert.Equal(ErrorCodes.InvalidConfiguration, refusal.Code);
        Assert.StartsWith(".agentcraft/schemas/agents/risk/0001-risks.sql, line ", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void SQLite_is_asked_and_refuses_whatever_the_text_looked_like(string statement)
    {
        using Connection connection = Open();
        connection.Script("CREATE TABLE store_info (key TEXT, value TEXT); CREATE TABLE agent_history (content TEXT); INSERT INTO agent_history VALUES ('kept')");
        Assert.Null(connection.Dialect.RunGuarded(connection, Good));
        string before = Dump(connection);
        connection.Script("BEGIN");
        string? refused = connection.Dialect.RunGuarded(connection, statement);
        Assert.NotNull(refused);
        Assert.True(((SqliteConnection)connection.Inner).Handle is not null && connection.InTransaction, "It ended the transaction.");
        connection.Script("ROLLBACK");
        Assert.Equal(before, Dump(connection));
        // The guard is gone with the script.
        connection.Script("DELETE FROM agent_history");
    }

    [Theory]
    [InlineData("DROP TABLE store_info")]
    [InlineData("DROP TABLE risks CASCADE")]
    [InlineData("DELETE FROM risks")]
    [InlineData("DROP SCHEMA public")]
    public void The_way_back_drops_only_what_the_way_there_made(string down) =>
        Assert.Equal(ErrorCodes.InvalidConfiguration, Assert.Throws<AgentCraftException>(() => Check(Good, down)).Code);

    private static void Check(string up, string down = "") => new ProjectSchema("risk", name => name is "store_info" or "agent_history" or "notes" or "_migrations").Check(new("0001-risks", up, down));

    private static string Table(string columns, string name = "x") => $"CREATE TABLE {name} (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, agent_id TEXT NOT NULL, {columns})";

    private Connection Open()
    {
        SqliteLibrary.Use(null);
        SqliteConnection inner = new($"Data Source={_project.PathOf("schema.db")};Pooling=False");
        inner.Open();
        Connection connection = new(inner, new SqliteDialect(inner.DataSource, new LeaseClock(TimeProvider.System)));
        // The first table that counts its rows makes one of SQLite's own; every store has it.
        connection.Script("CREATE TABLE _migrations (seq INTEGER PRIMARY KEY AUTOINCREMENT)");
        return connection;
    }

    private static string Dump(Connection connection) =>
        string.Join('\n', connection.Query<string>("SELECT COALESCE(sql, name) FROM sqlite_master ORDER BY name").Append(connection.First<string>("SELECT content FROM agent_history")));
}
