using System.Diagnostics;
using AgentCraft.Data.Storage;
using Microsoft.Data.Sqlite;

namespace AgentCraft.Benchmarks;

/// <summary>
/// Agents' own files: what opening one costs, and making one, beside a bare opening through the same library; and a row to one agent after
/// the other when more take turns than may be open, beside the same on files that stay open. In this process.
/// </summary>
internal static class FilesBenchmark
{
    private const double OpeningLimitMilliseconds = 20;
    private const int FewOpen = 64;

    public static async Task Run(Bench bench)
    {
        int agents = bench.Of(100, 500);
        string root = bench.NewRoot();
        Sample create = new("make an agent's file", "ms"), open = new("open an agent's file and read", "ms"), raw = new("open a file and read, bare", "ms");
        await using (Databases databases = new(root, new() { MaxOpenAgentFiles = 2 * agents }, TimeProvider.System))
            for (int i = 0; i < agents; i++)
                create.Add(await Time(() => databases.Agent($"agent-{i}", "default").Epoch()));
        await Open(root, agents, new("", ""), new("", ""));
        await Open(root, agents, open, raw);
        bench.Report.Add(raw);
        bench.Report.Add(open, raw);
        bench.Report.Add(create, raw);
        bench.Report.AtMost($"opening an agent's file, p99 at most {OpeningLimitMilliseconds} ms", open.Percentile(99), OpeningLimitMilliseconds);
        Sample opened = await Write(root, agents, 2 * agents, "a row to a file that is open"), evicted = await Write(root, agents, FewOpen, $"a row to one of {agents} files, {FewOpen} open");
        bench.Report.Add(opened);
        bench.Report.Add(evicted, opened);
    }

    /// <summary>In turn, so that both meet the same disk.</summary>
    private static async Task Open(string root, int agents, Sample ours, Sample bare)
    {
        await using Databases databases = new(root, new() { MaxOpenAgentFiles = 2 * agents }, TimeProvider.System);
        for (int i = 0; i < agents; i += 2)
        {
            ours.Add(await Time(() => databases.Agent($"agent-{i}", "default").Epoch()));
            bare.Add(await Time(() => Task.FromResult(OpenBare(databases.Agent($"agent-{i + 1}", "default").Path))));
        }
    }

    /// <summary>Read-only, because nobody may open a file of ours for writing without its gate.</summary>
    private static string? OpenBare(string path)
    {
        using SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        using SqliteCommand epoch = connection.CreateCommand();
        epoch.CommandText = "SELECT value FROM store_info WHERE key = 'epoch'";
        return (string?)epoch.ExecuteScalar();
    }

    /// <summary>Round and round, the worst order for who closes what was unused for longest: each row opens a file and has another closed.</summary>
    private static async Task<Sample> Write(string root, int agents, int most, string name)
    {
        Sample rows = new(name, "ms");
        await using Databases databases = new(root, new() { MaxOpenAgentFiles = most }, TimeProvider.System);
        for (int round = 0; round < 3; round++)
            for (int i = 0; i < agents; i++)
            {
                double took = await Time(() => databases.Agent($"agent-{i}", "default").Write(c => c.Execute(
                    "INSERT INTO notes (id, agent_id, title, created_at) VALUES (@Id, 'benchmark', 'A row.', '2026-01-01T00:00:00.000Z')", new { Id = Guid.NewGuid().ToString() })));
                if (round > 0)
                    rows.Add(took);
            }
        return rows;
    }

    private static async Task<double> Time<T>(Func<Task<T>> work)
    {
        long begin = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }
}
