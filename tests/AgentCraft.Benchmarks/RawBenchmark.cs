using System.Diagnostics;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using Microsoft.Data.Sqlite;

namespace AgentCraft.Benchmarks;

/// <summary>The store's own cost: the least that a program can do to have a message on disk, through the same library, in this process.</summary>
internal static class RawBenchmark
{
    public static async Task Run(Bench bench)
    {
        await using StdioServer product = await bench.Connect(bench.NewRoot(), "ann", "bob");
        SqliteLibrary library = SqliteLibrary.Use(null);
        using SqliteConnection connection = Open(Path.Combine(bench.NewRoot(), "raw.db"));
        using SqliteCommand insert = Prepare(connection);
        Sample raw = new($"insert and commit, FULL, SQLite {library.Version}", "ms"), post = new("log_message, FULL", "ms");
        int warmUp = bench.Of(100, 500), count = bench.Of(300, 2000);
        for (int i = -warmUp; i < count; i++)
        {
            (double committed, double posted) = (Commit(connection, insert), await Load.Call(product, "log_message", Load.Message));
            if (i < 0)
                continue;
            raw.Add(committed);
            post.Add(posted);
        }
        bench.Report.Add(raw);
        bench.Report.Add(post, raw);
    }

    private static SqliteConnection Open(string file)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        connection.Open();
        Execute(connection, """
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            CREATE TABLE messages (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, conversation TEXT NOT NULL, content TEXT NOT NULL);
            CREATE INDEX messages_conversation ON messages (conversation, seq);
            """);
        return connection;
    }

    private static SqliteCommand Prepare(SqliteConnection connection)
    {
        SqliteCommand insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO messages (id, conversation, content) VALUES ($id, 'ann/bob', $content)";
        insert.Parameters.AddWithValue("$id", "");
        insert.Parameters.AddWithValue("$content", new string('x', Load.ContentBytes));
        return insert;
    }

    private static double Commit(SqliteConnection connection, SqliteCommand insert)
    {
        insert.Parameters[0].Value = Guid.NewGuid().ToString();
        long begin = Stopwatch.GetTimestamp();
        Execute(connection, "BEGIN IMMEDIATE");
        insert.ExecuteNonQuery();
        Execute(connection, "COMMIT");
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
