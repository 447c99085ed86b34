using System.Diagnostics;
using AgentCraft.Data.Storage;
using Microsoft.Data.Sqlite;

namespace AgentCraft.Benchmarks;

/// <summary>The least that a program can do to have messages on disk and to read them again, through the product's own SQLite library.</summary>
internal sealed class RawStore : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _begin, _insert, _commit, _read;

    public RawStore(string file)
    {
        Library = SqliteLibrary.Use(null);
        _connection = new(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        _connection.Open();
        Command("""
            PRAGMA busy_timeout = 20000;
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            CREATE TABLE IF NOT EXISTS messages (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, conversation TEXT NOT NULL, content TEXT NOT NULL);
            CREATE INDEX IF NOT EXISTS messages_conversation ON messages (conversation, seq);
            """).ExecuteNonQuery();
        (_begin, _commit) = (Command("BEGIN IMMEDIATE"), Command("COMMIT"));
        _insert = Command("INSERT INTO messages (id, conversation, content) VALUES ($id, 'ann/bob', $content)");
        _insert.Parameters.AddWithValue("$id", "");
        _insert.Parameters.AddWithValue("$content", new string('x', Load.ContentBytes));
        _read = Command("SELECT seq, id, content FROM messages WHERE conversation = 'ann/bob' ORDER BY seq DESC LIMIT $limit");
        _read.Parameters.AddWithValue("$limit", 50);
    }

    /// <summary>The library.</summary>
    public SqliteLibrary Library { get; }

    /// <summary>One message, one commit; how long that took, in ms.</summary>
    public double Commit()
    {
        // Sorted by time, as the product's are: random ones would touch more pages.
        _insert.Parameters[0].Value = $"{DateTime.UtcNow.Ticks:x16}{Random.Shared.Next():x8}";
        long begin = Stopwatch.GetTimestamp();
        _begin.ExecuteNonQuery();
        _insert.ExecuteNonQuery();
        _commit.ExecuteNonQuery();
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    /// <summary>The last 50 messages; how long that took, in ms.</summary>
    public double ReadLast()
    {
        long begin = Stopwatch.GetTimestamp();
        using SqliteDataReader rows = _read.ExecuteReader();
        while (rows.Read())
            _ = (rows.GetInt64(0), rows.GetString(1), rows.GetString(2));
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    /// <summary>How many there are.</summary>
    public long Count() => (long)Command("SELECT count(*) FROM messages").ExecuteScalar()!;

    public void Dispose() => _connection.Dispose();

    private SqliteCommand Command(string sql)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
