using System.Diagnostics;
using AgentCraft.Data;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Backups;

namespace AgentCraft.Benchmarks;

/// <summary>A large central file is backed up while others write to it: how long that takes, and how long the slowest write had to wait.</summary>
internal static class BackupBenchmark
{
    private const double SlowestWriteMilliseconds = 100;
    private const int Writers = 8, RowBytes = 2000, RowsAtOnce = 500;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static async Task Run(Bench bench)
    {
        string root = bench.NewRoot();
        await using Stores stores = new(root, new(), TimeProvider.System);
        await Fill(stores.Databases.Central, bench.Of(20_000, 350_000));
        Sample alone = new($"a write, {Writers} writers", "ms"), beside = new("a write while a backup is made", "ms"), slowest = new("the slowest write while a backup is made", "ms"), took = new("a backup", "ms");
        await Write(stores.Databases.Central, alone, Task.Delay(bench.Of(1000, 5000)));
        for (int round = 0; round < bench.Of(2, 5); round++)
        {
            Sample writes = new("", "ms");
            long begin = Stopwatch.GetTimestamp();
            Task<CreatedBackup> backup = Task.Run(() => stores.Backups.Create());
            await Write(stores.Databases.Central, writes, backup);
            took.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            beside.AddAll(writes);
            slowest.Add(writes.Max);
        }
        bench.Report.Add(alone);
        bench.Report.Add(beside, alone);
        bench.Report.Add(slowest);
        bench.Report.Add(took);
        bench.Report.Note($"The central file had {new FileInfo(stores.Databases.Central.Path).Length / 1e6:0} MB.");
        bench.Report.AtMost($"no write stalled over {SlowestWriteMilliseconds} ms by a backup (the median of the slowest of each backup)", slowest.Median, SlowestWriteMilliseconds);
    }

    private static async Task Fill(Database central, int rows)
    {
        await central.Write(c => c.Execute("CREATE TABLE test_rows (seq INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL)"));
        for (int row = 0; row < rows; row += RowsAtOnce)
            await central.Write(c =>
            {
                for (int i = 0; i < RowsAtOnce; i++)
                    Insert(c);
                return 0;
            });
    }

    private static async Task Write(Database central, Sample times, Task until)
    {
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            while (!until.IsCompleted)
            {
                long begin = Stopwatch.GetTimestamp();
                await central.Write(Insert);
                lock (times)
                    times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
                await Task.Delay(Pause);
            }
        })));
        await until;
    }

    private static int Insert(Connection c) => c.Execute("INSERT INTO test_rows (body) VALUES (@Body)", new { Body = new string('x', RowBytes) });
}
