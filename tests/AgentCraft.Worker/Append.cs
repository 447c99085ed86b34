using AgentCraft.Data.Storage;
using Microsoft.Data.Sqlite;

namespace AgentCraft.Worker;

/// <summary>
/// Writes rows and prints "ack NUMBER SEQ WALBYTES" (0 on PostgreSQL) for each as soon as it is acknowledged; rows of a caller are numbered
/// caller * 1,000,000 and up.
/// </summary>
internal static class Append
{
    public static async Task<int> Run(string root, string writer, Options options)
    {
        await using Databases databases = new(root, options.Store, TimeProvider.System);
        Database database = databases.Central;
        await Rows.Create(database);
        if (options.BeginsNewLog)
            BeginNewLog(database.Path);
        if (options.AutoCheckpoint is { } pages)
            await database.Write(c => c.First<long>($"PRAGMA wal_autocheckpoint = {pages}"));
        if (options.WaitForWord && !Say.ReadyAndTold())
            return 0;
        using CancellationTokenSource end = new();
        Task callers = Task.WhenAll(Enumerable.Range(0, options.Callers).Select(c => Task.Run(() => Call(database, writer, c * 1_000_000, options, end.Token))));
        await Task.WhenAny(callers, Say.Ended());
        await end.CancelAsync();
        await callers;
        return 0;
    }

    /// <summary>The next commit starts at the beginning of the log, before the frames of its earlier lives.</summary>
    private static void BeginNewLog(string path)
    {
        using WriteGate gate = new(path);
        gate.Enter();
        using (SqliteConnection connection = new($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand checkpoint = connection.CreateCommand();
            checkpoint.CommandText = "PRAGMA wal_checkpoint(RESTART)";
            checkpoint.ExecuteNonQuery();
        }
        gate.Exit();
    }

    private static async Task Call(Database database, string writer, int first, Options options, CancellationToken end)
    {
        Random random = new(first);
        FileInfo log = new(database.Path + "-wal");
        for (int number = first; number - first < options.Count && !end.IsCancellationRequested; number++)
        {
            // Once in twenty a row that spills over several pages, so that transactions differ in length.
            int size = random.Next(20) == 0 ? options.Size * 100 : random.Next(1, (options.Size * 2) + 1);
            long seq = await database.Write(
                c =>
                {
                    Thread.Sleep(options.Slow);
                    return Rows.Append(c, writer, number, size);
                },
                CancellationToken.None);
            log.Refresh();
            Say.Line($"ack {number} {seq} {(log.Exists ? log.Length : 0)}");
        }
    }
}
