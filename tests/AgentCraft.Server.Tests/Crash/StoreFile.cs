using AgentCraft.Data.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace AgentCraft.Server.Tests.Crash;

/// <summary>A database file of the store, seen by SQL on a read-only connection: what is really there, whatever a server says.</summary>
internal sealed class StoreFile : IDisposable
{
    private readonly SqliteConnection _connection;

    public StoreFile(string path)
    {
        SqliteLibrary.Use(null);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ToString());
        _connection.Open();
        _connection.Execute("PRAGMA busy_timeout = 5000");
    }

    public long Count(string sql, object? parameters = null) => _connection.ExecuteScalar<long>(sql, parameters);

    public List<string> Texts(string sql, object? parameters = null) => [.. _connection.Query<string>(sql, parameters)];

    /// <summary>The names of the migrations, as <c>set/name</c>, in the order in which they were recorded.</summary>
    public List<string> Migrations() => Texts("SELECT set_name || '/' || name FROM _migrations ORDER BY seq");

    /// <summary>Fails unless SQLite finds the whole file sound, references included.</summary>
    public void AssertIntact()
    {
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
}
