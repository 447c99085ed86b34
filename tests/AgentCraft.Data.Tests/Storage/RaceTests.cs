using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using AgentCraft.Worker;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>
/// Commits against checkpoints in several processes, which damages a file on every SQLite before 3.51.3 (sqlite.org/wal.html, "The
/// WAL-reset bug") unless the gate keeps the two apart. A database server checkpoints by itself.
/// </summary>
public sealed class RaceTests(ITestOutputHelper output)
{
    private static readonly int Milliseconds = Quantity.Of(2_500, 5_000);

    /// <summary>How hard the race is depends on the machine, so it is run in several ways: writers, checkpointers, and the writers' longest pause.</summary>
    private static readonly (int Writers, int Checkpointers, int Pause, SqliteLibrary Library)[] Rounds =
    [
        .. Quantity.Of<(int, int, int)[]>([(2, 2, 1000)], [(2, 2, 1000), (1, 1, 300), (4, 3, 0)])
            .SelectMany(ways => SqliteLibrary.Candidates().Select(library => (ways.Item1, ways.Item2, ways.Item3, library))),
    ];

    [Fact]
    public async Task Writers_checkpoints_and_closings_at_once_lose_no_acknowledged_row()
    {
        foreach ((int writers, int checkpointers, int pause, SqliteLibrary library) in Rounds)
        {
            using TemporaryProject project = new();
            (int acknowledged, List<string> faults) = await Race(project, library, pause,
                [.. Enumerable.Repeat("writer", writers), .. Enumerable.Repeat("checkpointer", checkpointers), "reopener"]);
            (long kept, string integrity) = Look(project);
            output.WriteLine($"with the gate, {writers} writers, {checkpointers} checkpointers, 1 reopener, {Milliseconds / 1000.0} s, SQLite {library.Version}: "
                + $"{acknowledged} rows acknowledged, {kept} kept, {faults.Count} faults, integrity_check: {integrity}");
            Assert.Empty(faults);
            Assert.Equal("ok", integrity);
            Assert.Equal(acknowledged, kept);
            Assert.True(acknowledged > 100);
        }
    }

    /// <summary>The control: that the race above is hard enough to mean something. Damage is not certain in a short run, so it is reported.</summary>
    [Fact]
    public async Task The_same_race_without_the_gate_is_reported()
    {
        int damaged = 0;
        foreach ((int writers, int checkpointers, int pause, SqliteLibrary library) in Rounds)
        {
            using TemporaryProject project = new();
            (int acknowledged, List<string> faults) = await Race(project, library, pause,
                [.. Enumerable.Repeat("bare-writer", writers), .. Enumerable.Repeat("bare-checkpointer", checkpointers)]);
            (long kept, string integrity) = Look(project);
            damaged += kept < acknowledged || integrity != "ok" || faults.Count > 0 ? 1 : 0;
            output.WriteLine($"without the gate, {writers} writers, {checkpointers} checkpointers, {Milliseconds / 1000.0} s, SQLite {library.Version}: "
                + $"{acknowledged} rows acknowledged, {kept} kept, faults: {string.Join("; ", faults)}, integrity_check: {integrity}");
            Assert.True(acknowledged > 100);
        }
        string verdict = damaged == 0 ? "NOT DAMAGED in this run, so this run does not show that the gate is needed"
            : $"DAMAGED in {damaged} of {Rounds.Length} rounds, which is what the gate prevents";
        output.WriteLine($"control: {verdict}");
    }

    private static async Task<(int Acknowledged, List<string> Faults)> Race(TemporaryProject project, SqliteLibrary library, int pause, string[] parts)
    {
        WorkerProcess[] runners = [.. parts.Select(part =>
            WorkerProcess.Start("race", project.Root, part, $"milliseconds={Milliseconds}", "timeout=30000", "synchronous=normal", $"pause={pause}", $"library={library.Path}"))];
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
