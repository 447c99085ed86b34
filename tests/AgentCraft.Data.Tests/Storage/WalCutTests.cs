using AgentCraft.Data.Storage;
using AgentCraft.Testing;
using AgentCraft.Worker;
using Xunit.Abstractions;

namespace AgentCraft.Data.Tests.Storage;

/// <summary>
/// A power cut leaves a write-ahead log that ends anywhere. Each point must give exactly a prefix of what was acknowledged, and all of
/// what FULL had promised by then: every commit whose frames lie wholly below the cut. PostgreSQL's log is its own affair.
/// </summary>
public sealed class WalCutTests(ITestOutputHelper output)
{
    private static readonly int Points = Quantity.Of(30, 300);

    /// <summary>One caller, so that each commit is one row; behind the log lie the frames of earlier lives, as after any checkpoint.</summary>
    [Fact]
    public async Task A_log_cut_anywhere_gives_exactly_the_commits_below_the_cut()
    {
        using TemporaryProject project = new();
        await Load(project, "before", rows: 300);
        // Everything is checkpointed, then nothing more is: what is in the log is only there.
        List<Acknowledged> acknowledged = await Load(project, "cut", rows: 200, "new-log=", "checkpoint=0");
        WalFile wal = new(File.ReadAllBytes(project.CentralFile + "-wal"));
        // One more when it was killed after a commit and before its acknowledgement.
        Assert.InRange(wal.CommitEnds.Count, acknowledged.Count, acknowledged.Count + 1);
        foreach ((int cut, Tail tail) in CutsOf(wal))
        {
            (List<long> before, List<long> kept) = await Recover(project, wal, cut, tail);
            IEnumerable<long> promised = Enumerable.Range(0, wal.CommitsBelow(Intact(wal.Bytes, cut, tail))).Select(n => (long)n);
            Assert.True(kept.SequenceEqual(promised), $"Cut at {cut} of {wal.Bytes.Length}, {tail}: kept {kept.Count}, expected {promised.Count()}.");
            Assert.InRange(before.Count, 300, int.MaxValue);
        }
        output.WriteLine($"{Points} cuts of a log of {wal.CommitEnds.Count} commits, {wal.End} of {wal.Bytes.Length} bytes: each gave exactly the commits below it");
    }

    /// <summary>Eight callers, so that commits hold several rows; here the promise is the length of the log when each row was acknowledged.</summary>
    [Fact]
    public async Task A_log_of_grouped_commits_cut_anywhere_keeps_a_prefix_and_all_that_was_promised()
    {
        using TemporaryProject project = new();
        List<Acknowledged> acknowledged = await Load(project, "cut", rows: 50, "checkpoint=0", "callers=8");
        WalFile wal = new(File.ReadAllBytes(project.CentralFile + "-wal"));
        foreach ((int cut, Tail tail) in CutsOf(wal))
        {
            HashSet<long> kept = [.. await RecoverSeqs(project, wal, cut, tail)];
            Assert.Equal(Enumerable.Range(1, kept.Count).Select(n => (long)n), kept.Order());
            Assert.All(acknowledged.Where(row => row.WalLength <= cut), row => Assert.Contains(row.Seq, kept));
        }
        output.WriteLine($"{Points} cuts of a log of {acknowledged.Count} rows in {wal.CommitEnds.Count} commits: each gave a prefix with all that was promised");
    }

    private static IEnumerable<(int Cut, Tail Tail)> CutsOf(WalFile wal)
    {
        Random random = new(7);
        for (int i = 0; i < Points; i++)
        {
            int frame = 32 + (wal.FrameLength * random.Next((wal.End - 32) / wal.FrameLength + 1));
            int cut = (i % 5) switch
            {
                0 => frame,
                1 => wal.CommitEnds[random.Next(wal.CommitEnds.Count)],
                2 => Math.Min(wal.Bytes.Length, frame + random.Next(1, wal.FrameLength)),
                3 => wal.CommitEnds[random.Next(wal.CommitEnds.Count)] - 1,
                _ => random.Next(wal.End + 1),
            };
            yield return (cut, (Tail)(i % 3));
        }
        yield return (0, Tail.Nothing);
        yield return (wal.Bytes.Length, Tail.Nothing);
    }

    /// <summary>Writes until all rows are acknowledged and kills the process, so that nothing is checkpointed by closing.</summary>
    private static async Task<List<Acknowledged>> Load(TemporaryProject project, string writer, int rows, params string[] options)
    {
        await using WorkerProcess worker = WorkerProcess.Start(["append", project.Root, writer, .. options]);
        List<Acknowledged> acknowledged = [];
        while (acknowledged.Count < rows * (options.Contains("callers=8") ? 8 : 1))
            acknowledged.Add(Acknowledged.Parse(await worker.Next("ack")));
        await worker.Kill();
        acknowledged.AddRange((await worker.Rest()).Where(line => line.StartsWith("ack ", StringComparison.Ordinal)).Select(line => Acknowledged.Parse(line.Split(' ')[1..])));
        return acknowledged;
    }

    private static Task<(List<long> Before, List<long> Kept)> Recover(TemporaryProject project, WalFile wal, int cut, Tail tail) =>
        Recover(project, wal, cut, tail, async database => (await Rows.Numbers(database, "before"), await Rows.Numbers(database, "cut")));

    private static Task<List<long>> RecoverSeqs(TemporaryProject project, WalFile wal, int cut, Tail tail) => Recover(project, wal, cut, tail, database =>
        database.Read(c => c.First<long>("SELECT count(*) FROM sqlite_master WHERE name = 'test_rows'") == 0 ? []
            : c.Query<long>("SELECT seq FROM test_rows ORDER BY seq")));

    /// <summary>Opens a copy whose log ends at the cut with our own Database, which must also be able to go on.</summary>
    private static async Task<T> Recover<T>(TemporaryProject project, WalFile wal, int cut, Tail tail, Func<Database, Task<T>> look)
    {
        using TemporaryProject copy = new();
        Directory.CreateDirectory(copy.PathOf(".agentcraft"));
        File.Copy(project.CentralFile, copy.CentralFile);
        File.WriteAllBytes(copy.CentralFile + "-wal", Cut(wal.Bytes, cut, tail));
        await using Databases databases = new(copy.Root, new StoreSettings { Synchronous = Synchronous.Normal }, TimeProvider.System);
        T seen = await look(databases.Central);
        await Store.AssertIntact(databases.Central);
        await Rows.Create(databases.Central);
        await Rows.Append(databases.Central, "afterwards", 1);
        return seen;
    }

    /// <summary>How far the log is whole: what lies behind the cut may begin with the very bytes that were there.</summary>
    private static int Intact(byte[] wal, int cut, Tail tail) => wal.AsSpan().CommonPrefixLength(Cut(wal, cut, tail));

    private static byte[] Cut(byte[] wal, int cut, Tail tail)
    {
        if (tail == Tail.Nothing)
            return wal[..cut];
        byte[] bytes = [.. wal];
        if (tail == Tail.Zeros)
            bytes.AsSpan(cut).Clear();
        else
            new Random(cut).NextBytes(bytes.AsSpan(cut));
        return bytes;
    }

    /// <summary>What a file system may leave behind the last byte that was written.</summary>
    private enum Tail { Nothing, Zeros, Garbage }

    private sealed record Acknowledged(int Number, long Seq, long WalLength)
    {
        public static Acknowledged Parse(string[] words) => new(int.Parse(words[0]), long.Parse(words[1]), long.Parse(words[2]));
    }
}
