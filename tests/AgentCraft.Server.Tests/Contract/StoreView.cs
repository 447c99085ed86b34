using System.Data.Common;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>
/// Rows of a root's store, seen by SQL on a connection that cannot write: what is really there, whatever a server says. Files are read
/// with SQLite, since plain file access would drop the locks of a server in this process.
/// </summary>
internal sealed class StoreView : IDisposable
{
    private readonly DbConnection _connection;
    private readonly bool _isFile;

    private StoreView(string name, DbConnection connection)
    {
        (Name, _connection, _isFile) = (name, connection, connection is SqliteConnection);
        _connection.Open();
        _connection.Execute(_isFile ? "PRAGMA busy_timeout = 5000" : "SET default_transaction_read_only = on");
    }

    /// <summary>The file or the schema.</summary>
    public string Name { get; }

    /// <summary>The central tables.</summary>
    public static StoreView Central(TemporaryProject project) =>
        project.Store is { } store ? OfSchema(store, TestStore.SchemasOf(store).Central) : OfFile(project.CentralFile, project.CentralFile);

    /// <summary>The tables that each agent has: in its file, or for all agents together.</summary>
    public static StoreView Agent(TemporaryProject project, string name) =>
        project.Store is { } store ? OfSchema(store, TestStore.SchemasOf(store).Agents) : OfFile(project.AgentFile(name), project.AgentFile(name));

    /// <summary>All there is of a root's store, the central tables first.</summary>
    public static IEnumerable<StoreView> All(string root) => NamesOf(root).Select(name => Of(root, name));

    /// <summary>The files or schemas that there are, the central tables first.</summary>
    public static IEnumerable<string> NamesOf(string root) => TestStore.Of(root) is { } store
        ? [TestStore.SchemasOf(store).Central, TestStore.SchemasOf(store).Agents]
        : Files(root).Select(file => Path.GetRelativePath(root, file));

    /// <summary>One of them.</summary>
    public static StoreView Of(string root, string name) =>
        TestStore.Of(root) is { } store ? OfSchema(store, name) : OfFile(Path.Combine(root, name), name);

    public long Count(string sql, object? parameters = null) => _connection.ExecuteScalar<long>(sql, parameters);

    public List<string> Texts(string sql, object? parameters = null) => [.. _connection.Query<string>(sql, parameters)];

    /// <summary>The tables' names, in order.</summary>
    public List<string> Tables() => Texts(_isFile
        ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        : "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename COLLATE \"C\"");

    /// <summary>Every row of these tables in order, all of one moment, asked for at once: a server is far from its client.</summary>
    /// <param name="read">Takes a row of a table.</param>
    public void Read(IReadOnlyList<string> tables, Action<string, DbDataReader> read)
    {
        if (tables.Count == 0)
            return;
        using DbCommand command = _connection.CreateCommand();
        command.CommandText = (_isFile ? "BEGIN DEFERRED;" : "BEGIN ISOLATION LEVEL REPEATABLE READ;") + string.Concat(tables.Select(table => $"SELECT * FROM {table} ORDER BY 1;"));
        using (DbDataReader reader = command.ExecuteReader())
            foreach (string table in tables)
            {
                while (reader.Read())
                    read(table, reader);
                reader.NextResult();
            }
        _connection.Execute("ROLLBACK");
    }

    /// <summary>
    /// Differs when somebody has committed something since: SQLite counts, for each connection, the commits of all others; PostgreSQL
    /// says which transactions that wrote there have been, of the whole server.
    /// </summary>
    public string Version() => Texts(_isFile ? "SELECT CAST(data_version AS TEXT) FROM pragma_data_version" : "SELECT CAST(pg_current_snapshot() AS TEXT)")[0];

    /// <summary>The names of the migrations, as <c>set/name</c>, in the order in which they were recorded.</summary>
    public List<string> Migrations() => Texts("SELECT set_name || '/' || name FROM _migrations ORDER BY seq");

    /// <summary>How many migrations were committed; none where there is no store, or one that only a writer may mend.</summary>
    public static int CountMigrations(TemporaryProject project)
    {
        try
        {
            using StoreView central = Central(project);
            return central.Migrations().Count;
        }
        catch (DbException)
        {
            return 0;
        }
    }

    /// <summary>Fails unless SQLite finds the whole file sound, references included. PostgreSQL sees to that by itself.</summary>
    public void AssertIntact()
    {
        if (!_isFile)
            return;
        Assert.Equal(["ok"], Texts("PRAGMA integrity_check"));
        Assert.Empty(_connection.Query("PRAGMA foreign_key_check"));
    }

    /// <summary>Fails unless what is counted for each recipient and sender is what there is.</summary>
    public void AssertCountsAreExact() => Assert.Empty(Texts("""
        SELECT 'to ' || k.to_seq || ' from ' || k.from_seq || ': counted ' || k.unread || '/' || k.total || ', there are ' || k.real_unread || '/' || k.real_total
        FROM (SELECT p.to_seq, p.from_seq, COALESCE(i.unread, 0) AS unread, COALESCE(i.total, 0) AS total,
                     (SELECT count(*) FROM messages m WHERE m.to_seq = p.to_seq AND m.from_seq = p.from_seq AND m.processed_at IS NULL) AS real_unread,
                     (SELECT count(*) FROM messages m WHERE m.to_seq = p.to_seq AND m.from_seq = p.from_seq) AS real_total
              FROM (SELECT to_seq, from_seq FROM inbox_counts UNION SELECT to_seq, from_seq FROM messages) p
              LEFT JOIN inbox_counts i ON i.to_seq = p.to_seq AND i.from_seq = p.from_seq) k
        WHERE k.unread <> k.real_unread OR k.total <> k.real_total
        """));

    public void Dispose() => _connection.Dispose();

    private static StoreView OfFile(string path, string name)
    {
        SqliteLibrary.Use("auto");
        return new(name, new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString()));
    }

    private static StoreView OfSchema(string store, string schema) =>
        new(schema, new NpgsqlConnection(new NpgsqlConnectionStringBuilder(store) { SearchPath = schema, Pooling = false }.ConnectionString));

    private static IEnumerable<string> Files(string root)
    {
        string central = Path.Combine(root, ".agentcraft", "session.db"), agents = Path.Combine(root, ".agents");
        IEnumerable<string> own = Directory.Exists(agents) ? Directory.EnumerateFiles(agents, "agent.db", SearchOption.AllDirectories) : [];
        return own.Order(StringComparer.Ordinal).Prepend(central).Where(File.Exists);
    }
}
