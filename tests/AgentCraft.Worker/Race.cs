using System.Diagnostics;
using AgentCraft.Data.Storage;
using Microsoft.Data.Sqlite;

namespace AgentCraft.Worker;

/// <summary>
/// One runner of the race between commits and checkpoints. <c>writer</c>: commits through Database, checkpointing every few pages.
/// <c>checkpointer</c>: checkpoints as often as it can, inside the gate. <c>reopener</c>: opens, writes one row, closes, for ever.
/// <c>bare-writer</c> and <c>bare-checkpointer</c>: the control, the same without any gate.
/// Prints "ack LASTNUMBER" for its rows 0 to LASTNUMBER; "fault MESSAGE" when SQLite itself finds damage.
/// </summary>
internal static class Race
{
    public static async Task<int> Run(string root, string part, Options options)
    {
        string name = $"{part}-{Environment.ProcessId}";
        await using Databases databases = new(root, options.Store, TimeProvider.System);
        if (!part.StartsWith("bare", StringComparison.Ordinal) || !File.Exists(databases.Central.Path))
            await Rows.Create(databases.Central);
        SqliteLibrary.Use(options.Store.SqliteLibrary);
        if (!Say.ReadyAndTold())
            return 0;
        try
        {
            await (part switch
            {
                "writer" => Write(databases.Central, name, options),
                "checkpointer" => Checkpoint(databases.Central.Path, new WriteGate(databases.Central.Path), options),
                "reopener" => Reopen(root, name, options),
                "bare-writer" => WriteBare(databases.Central.Path, name, options),
                "bare-checkpointer" => Checkpoint(databases.Central.Path, gate: null, options),
                _ => throw new ArgumentException(part),
            });
        }
        catch (SqliteException crowded) when (crowded.SqliteErrorCode == SQLitePCL.raw.SQLITE_BUSY)
        {
            // Without the gate nothing keeps a runner from being starved; that is no damage.
        }
        catch (SqliteException damage)
        {
            Say.Line($"fault {damage.Message}");
        }
        return 0;
    }

    private static async Task Write(Database database, string name, Options options)
    {
        await database.Write(c => c.First<long>("PRAGMA wal_autocheckpoint = 200"));
        await Repeat(options, number => Rows.Append(database, name, number, 200));
    }

    private static Task Reopen(string root, string name, Options options) => Repeat(options, async number =>
    {
        await using Databases databases = new(root, options.Store, TimeProvider.System);
        await Rows.Append(databases.Central, name, number, 200);
    });

    private static async Task WriteBare(string path, string name, Options options)
    {
        using SqliteConnection connection = Connect(path);
        using SqliteCommand insert = connection.CreateCommand();
        insert.CommandText = "BEGIN IMMEDIATE; " + Rows.Insert + "; COMMIT";
        insert.Parameters.AddWithValue("@Writer", name);
        SqliteParameter row = insert.Parameters.AddWithValue("@Number", 0);
        insert.Parameters.AddWithValue("@Body", new string('x', 200));
        await Repeat(options, number =>
        {
            row.Value = number;
            return Task.FromResult(insert.ExecuteNonQuery());
        });
    }

    private static Task Checkpoint(string path, WriteGate? gate, Options options)
    {
        using SqliteConnection connection = Connect(path);
        using SqliteCommand checkpoint = connection.CreateCommand();
        checkpoint.CommandText = "PRAGMA wal_checkpoint(PASSIVE)";
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < options.Duration;)
        {
            gate?.Enter();
            checkpoint.ExecuteNonQuery();
            gate?.Exit();
        }
        gate?.Enter();
        connection.Close();
        gate?.Exit();
        return Task.CompletedTask;
    }

    private static async Task Repeat(Options options, Func<int, Task> write)
    {
        Random random = new(Environment.ProcessId);
        int number = 0;
        try
        {
            for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < options.Duration; number++)
            {
                await write(number);
                // A pause lets a checkpoint catch up with the log, and the next commit begin it anew: there the race is.
                Thread.SpinWait(random.Next(options.Pause + 1));
            }
        }
        finally
        {
            Say.Line($"ack {number - 1}");
        }
    }

    private static SqliteConnection Connect(string path)
    {
        SqliteConnection connection = new($"Data Source={path};Pooling=False;Default Timeout=1");
        connection.Open();
        using SqliteCommand pragmas = connection.CreateCommand();
        pragmas.CommandText = "PRAGMA busy_timeout = 10000; PRAGMA synchronous = OFF";
        pragmas.ExecuteNonQuery();
        return connection;
    }
}
