using System.Diagnostics;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace AgentCraft.Server.Tests.Crash;

[OnEveryEngine]
[Collection(CrashCollection.Name)]
public sealed class AbandonedServersTests(ITestOutputHelper output)
{
    private const int Posts = 200;
    private static int Servers => Quantity.Many(12, 50);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    [Requires(Need.Linux, "pipes with names, and signals")]
    public async Task Servers_whose_parent_was_killed_end_by_themselves_though_their_pipes_stay_open()
    {
        using TemporaryProject project = new();
        using var family = await ServerFamily.Start(project, Servers);
        // The pipes close only when the test is over, so no server sees the end of its input.
        await family.BeginSessions().WaitAsync(StartLimit);
        Assert.All(family.Pids, pid => Assert.True(Signals.IsAlive(pid)));
        await AssertHoldNothing(project);

        double beside = await TimeOfPosts(project);
        long death = Stopwatch.GetTimestamp();
        family.KillParent();
        List<double> ends = [];
        HashSet<int> left = [.. family.Pids];
        while (left.Count > 0 && Stopwatch.GetElapsedTime(death) < EndLimit)
        {
            if (left.RemoveWhere(pid => !Signals.IsAlive(pid)) is > 0 and int gone)
                ends.AddRange(Enumerable.Repeat(Stopwatch.GetElapsedTime(death).TotalMilliseconds, gone));
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }

        output.WriteLine($"{Posts} posts of another server: {beside:0} ms beside them, {await TimeOfPosts(project):0} ms without them");
        output.WriteLine($"{Servers} servers, half of them in a wait: from the parent's death to their end: {Percentiles.Describe(ends)}");
        Assert.Empty(left);
        using StoreView central = StoreView.Central(project);
        central.AssertIntact();
        Assert.Equal(Servers + 1, central.Count("SELECT count(*) FROM agents"));
    }

    /// <summary>The turn to write is free, and no reader's snapshot keeps the log from being brought into the file whole.</summary>
    private static async Task AssertHoldNothing(TemporaryProject project)
    {
        if (project.Store is null)
            await Eventually.Become(() => Truncates(project), EndLimit, "a log that nobody reads");
        else
            project.HoldWrites().Dispose();
    }

    private static bool Truncates(TemporaryProject project)
    {
        using IDisposable gate = project.HoldWrites();
        using SqliteConnection connection = new($"Data Source={project.CentralFile};Pooling=False");
        connection.Open();
        using SqliteCommand checkpoint = connection.CreateCommand();
        checkpoint.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        return checkpoint.ExecuteScalar() is 0L;
    }

    /// <summary>A figure for the record; the benchmark says what it means.</summary>
    private static async Task<double> TimeOfPosts(TemporaryProject project)
    {
        await using StdioServer other = await StdioServer.Connect(project.Root);
        (await other.Call("start_session", new { agent = "other" })).Succeeded();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Posts; i++)
            (await other.Call("log_message", new { from = "other", to = "other", content = $"{i}" })).Succeeded();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
