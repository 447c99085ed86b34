using System.Diagnostics;
using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>
/// Processes that post at the same time into one store, twice, since the first posts of a process cost what it does but once; and then a
/// fresh one that counts what is there: ours, a raw program's and those that people use instead. Each round has fresh stores and processes, all programs in turn.
/// </summary>
internal static class PeersBenchmark
{
    private const double Limit = 3;
    private const int MostAttempts = 10;
    private const string Lighter = "agentcraft, NORMAL";

    public static async Task Run(Bench bench)
    {
        (int processes, int posts) = (bench.Of(4, 8), bench.Of(10, 50));
        List<Entry> entries = [.. (await Contestants(bench)).Select(contestant => new Entry(contestant, processes, posts))];
        Sample raw = new($"raw: {processes} processes × {posts} commits", "posts/s");
        for (int round = 0; round < bench.Of(1, 5); round++)
        {
            await Raw(bench, raw, processes, posts);
            foreach (Entry entry in entries)
                await Measure(bench, entry, processes, posts);
        }
        Show(bench.Report, raw, entries, $"{processes} × {posts} posts");
    }

    private static async Task<List<Contestant>> Contestants(Bench bench)
    {
        List<Contestant> all = [new OurContestant(bench, "agentcraft")];
        if (bench.PeerScript is not null)
            all.Add(new MemoryContestant(bench));
        if (bench.Report.Quick)
            return all;
        if (await bench.InstallPeer("memorix", "dist/cli/index.js") is { } memorix)
            all.Add(new MemorixContestant(memorix));
        if (await bench.InstallPeer("mcp-memory-keeper", "dist/index.js") is { } keeper)
            all.Add(new KeeperContestant(keeper));
        // As they write: a commit survives the process, and not a power cut.
        all.Add(new OurContestant(bench, Lighter, "--setting", "sqlite.synchronous=normal"));
        return all;
    }

    private static async Task Measure(Bench bench, Entry entry, int processes, int posts)
    {
        string root = bench.NewRoot();
        await using (Fleet fleet = await Fleet.Start(processes, i => Begin(entry, root, i)))
        {
            foreach ((Sample rate, int first) in new[] { (entry.First, 0), (entry.Rate, posts) })
            {
                long begin = Stopwatch.GetTimestamp();
                int[] accepted = await Task.WhenAll(fleet.Members.Select((server, i) => Task.Run(() => Post(entry.Contestant, server, i, first, posts))));
                rate.Add(accepted.Sum() / Stopwatch.GetElapsedTime(begin).TotalSeconds);
                entry.Accepted += accepted.Sum();
                entry.Refused += (processes * posts) - accepted.Sum();
            }
        }
        await using StdioServer fresh = entry.Contestant.Start(root);
        await fresh.Initialize();
        long read = Stopwatch.GetTimestamp();
        entry.Kept += await entry.Contestant.Read(fresh);
        entry.Read.Add(Stopwatch.GetElapsedTime(read).TotalMilliseconds);
    }

    /// <summary>Some die, or refuse, when several of them make a store at once: they are started again, as a person would, and that is told.</summary>
    private static async Task<StdioServer> Begin(Entry entry, string root, int process)
    {
        for (int attempt = 1; ; attempt++)
        {
            StdioServer server = entry.Contestant.Start(root);
            try
            {
                await server.Initialize();
                long begin = Stopwatch.GetTimestamp();
                await entry.Contestant.Register(server, process);
                entry.AddRegistered(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
                return server;
            }
            catch (Exception failure) when (failure is ServerGoneException or UnexpectedAnswerException && attempt < MostAttempts)
            {
                await server.DisposeAsync();
                entry.AddFalseStart();
            }
        }
    }

    private static async Task<int> Post(Contestant contestant, StdioServer server, int process, int first, int posts)
    {
        int accepted = 0;
        for (int i = first; i < first + posts; i++)
            accepted += await contestant.Send(server, process, i) ? 1 : 0;
        return accepted;
    }

    private static async Task Raw(Bench bench, Sample rate, int processes, int commits)
    {
        string file = Path.Combine(bench.NewRoot(), "raw.db");
        await using Fleet fleet = await Fleet.StartRaw(bench, processes, _ => file);
        await Task.WhenAll(fleet.Members.Select(member => Fleet.Tell(member, $"commit {commits}")));
        long begin = Stopwatch.GetTimestamp();
        await Task.WhenAll(fleet.Members.Select(member => Fleet.Tell(member, $"commit {commits}")));
        rate.Add(processes * commits / Stopwatch.GetElapsedTime(begin).TotalSeconds);
    }

    private static void Show(Report report, Sample raw, List<Entry> entries, string what)
    {
        Entry ours = entries[0];
        report.Add(raw);
        foreach (Entry entry in entries)
        {
            report.Add(entry.First, entry == ours ? null : ours.First);
            report.Add(entry.Rate, entry == ours ? raw : ours.Rate);
            report.Add(entry.Registered, entry == ours ? null : ours.Registered);
            report.Add(entry.Read, entry == ours ? null : ours.Read);
            report.Note($"{entry.Contestant.Name}: of {entry.Accepted} posts that it accepted {entry.Accepted - entry.Kept} were lost, it refused {entry.Refused}, and its processes died or could not register {entry.FalseStarts} times when they began");
        }
        report.AtMost($"{what}: posts that were accepted and lost", entries.Where(entry => entry.Contestant is OurContestant).Sum(entry => entry.Accepted - entry.Kept), 0);
        Entry[] peers = [.. entries.Where(entry => entry.Contestant is not OurContestant && entry.Kept >= entry.Accepted && entry.Refused == 0)];
        foreach (Entry entry in entries.Where(entry => entry.Contestant is OurContestant))
        {
            string durability = entry == ours ? "FULL" : "NORMAL, as theirs";
            Goal(report, $"{what}, {durability}", entry, peers, one => one.Rate);
            Goal(report, $"the first {what} of fresh processes, {durability}", entry, peers, one => one.First);
        }
    }

    private static void Goal(Report report, string what, Entry entry, Entry[] peers, Func<Entry, Sample> rate)
    {
        Entry? fastest = peers.MaxBy(peer => rate(peer).Median);
        report.AtLeast($"{what}: at least {Limit} times the rate of the fastest peer that loses nothing ({fastest?.Contestant.Name ?? "none is here"})",
            rate(entry).Median / (fastest is null ? null : rate(fastest).Median), Limit);
    }

    private sealed record Entry(Contestant Contestant, int Processes, int Posts)
    {
        public Sample First { get; } = new($"{Contestant.Name}: the first {Posts} posts of each of {Processes} processes", "posts/s");
        public Sample Rate { get; } = new($"{Contestant.Name}: {Posts} more", "posts/s");
        public Sample Registered { get; } = new($"{Contestant.Name}: register, the first call", "ms");
        public Sample Read { get; } = new($"{Contestant.Name}: read, the first call of a fresh process", "ms");
        public int Accepted { get; set; }
        public int Refused { get; set; }
        public int Kept { get; set; }
        public int FalseStarts { get; private set; }

        public void AddFalseStart()
        {
            lock (Registered)
                FalseStarts++;
        }

        public void AddRegistered(double milliseconds)
        {
            lock (Registered)
                Registered.Add(milliseconds);
        }
    }
}
