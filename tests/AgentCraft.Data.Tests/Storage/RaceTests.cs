using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using AgentCraft.Worker;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>
/// Commits against checkpoints in several processes, which damages a file on every SQLite before 3.51.3 (sqlite.org/wal.html, "The
/// WAL-reset bug") unless the gate keeps the two apart.
/// </summary>
public sealed class RaceTests(ITestOutputHelper output)
{
    private static readonly int Milliseconds = Quantity.Of(5_000, 20_000);

    [Fact]
    public async Task Writers_checkpoints_and_closings_at_once_lose_no_acknowledged_row()
    {
        using TemporaryProject project = new();
        (int acknowledged, List<string> faults) = await Race(project,
            "writer", "writer", "checkpointer", "checkpointer", "reopener");
        (long kept, string integrity) = Look(project);
        output.WriteLine($"with the gate, {Milliseconds / 1000} s: {acknowledged} rows acknowledged, {kept} kept, {faults.Count} faults, integrity_check: {integrity}");
        Assert.Empty(faults);
        Assert.Equal("ok", integrity);
        Assert.Equal(acknowledged, kept);
    }

    /// <summary>The control: that the race above is hard enough to mean something. Damage is not certain in a short run, so it is reported.</summary>
    [Fact]
    public async Task The_same_race_without_the_gate_is_reported()
    {
        using TemporaryProject project = new();
        (int acknowledged, List<string> faults) = await Race(project,
            "bare-writer", "bare-writer", "bare-checkpointer", "bare-checkpointer");
        (long kept, string integrity) = Look(project);
        bool damaged = kept < acknowledged || integrity != "ok" || faults.Count > 0;
        output.WriteLine($"without the gate, {Milliseconds / 1000} s, SQLite {SqliteLibrary.Use(null).Version}: {acknowledged} rows acknowledged, {kept} kept, "
            + $"{faults.Count} faults{(faults.Count > 0 ? $" ({faults[0]})" : "")}, integrity_check: {integrity}: {(damaged ? "DAMAGED, as expected" : "not damaged in this run")}");
        Assert.True(acknowledged > 0);
    }

    private static async Task<(int Acknowledged, List<string> Faults)> Race(TemporaryProject project, params string[] parts)
    {
        WorkerProcess[] runners = [.. parts.Select(part =>
            WorkerProcess.Start("race", project.Root, part, $"milliseconds={Milliseconds}", "timeout=30000", "synchronous=normal", "pause=2000", $"library={SqliteLibrary.Use(null).Path}"))];
        foreach (WorkerProcess runner in runners)
            await runner.Next("ready");
        foreach (WorkerProcess runner in runners)
            runner.Tell();
        List<string> lines = [.. (await Task.WhenAll(runners.Select(runner => runner.Rest()))).SelectMany(l => l)];
        foreach (WorkerProcess runner in runners)
            await runner.DisposeAsync();
        return (lines.Where(l => l.StartsWith("ack ", StringComparison.Ordinal)).Sum(l => int.Parse(l[4..]) + 1),
            [.. lines.Where(l => !l.StartsWith("ack ", StringComparison.Ordinal))]);
    }

    /// <summary>Counts with a connection of its own, since a damaged file need not open as a store.</summary>
    private static (long Kept, string Integrity) Look(TemporaryProject project)
    {
        try
        {
            using SqliteConnection connection = new($"Data Source={project.CentralFile};Pooling=False");
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "SELECT count(*) FROM test_rows NOT INDEXED";
            long kept = (long)command.ExecuteScalar()!;
            command.CommandText = "PRAGMA integrity_check(1)";
            return (kept, ((string)command.ExecuteScalar()!).ReplaceLineEndings(" "));
        }
        catch (SqliteException damage)
        {
            return (-1, damage.Message);
        }
    }
}
