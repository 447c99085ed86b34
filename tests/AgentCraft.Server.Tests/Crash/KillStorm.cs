using System.Collections.Concurrent;
using System.Diagnostics;

namespace AgentCraft.Server.Tests.Crash;

/// <summary>Eight clients that write and read while their servers are killed: what was planned, what was acknowledged, what was read.</summary>
internal sealed class KillStorm : IAsyncDisposable
{
    private const int Clients = 8;
    private const int CallersEach = 3;

    private readonly PlannedWrite[] _plan;
    private readonly Random _random;
    private int _next, _acknowledged;

    public KillStorm(string root, int writes, int seed)
    {
        _random = new Random(seed);
        Agents = [.. Enumerable.Range(1, Clients).Select(i => $"agent-{i}")];
        Servers = [.. Agents.Select(agent => new MortalServer(root, agent))];
        _plan = [.. Enumerable.Range(0, writes).Select(i => PlannedWrite.Make(i, Agents[i % Clients], Agents, _random))];
    }

    public IReadOnlyList<string> Agents { get; }

    public IReadOnlyList<MortalServer> Servers { get; }

    /// <summary>Of each write that was acknowledged, by tool: key and ids.</summary>
    public ConcurrentQueue<(string Tool, string Key, string[] Ids)> Acknowledged { get; } = new();

    /// <summary>How many repeated calls had been stored by a server that did not live to say so.</summary>
    public int Replayed { get; private set; }

    /// <summary>What each agent's reader saw, in order.</summary>
    public IReadOnlyList<CursorReader> Readers { get; private set; } = [];

    public TimeSpan Duration { get; private set; }

    public int Kills => Servers.Sum(server => server.Kills);

    /// <summary>The ids that this tool's answers acknowledged.</summary>
    public HashSet<string> IdsOf(string tool) => [.. Acknowledged.Where(write => write.Tool == tool).SelectMany(write => write.Ids)];

    /// <summary>How many writes of this tool were acknowledged, each counted once.</summary>
    public int CountOf(string tool) => Acknowledged.Count(write => write.Tool == tool);

    /// <summary>Returns when all is acknowledged and read, and so many servers were killed.</summary>
    public async Task Run(int kills, CancellationToken cancellation)
    {
        await Task.WhenAll(Servers.Select(server => server.Started));
        long start = Stopwatch.GetTimestamp();
        Readers = [.. Servers.Select(server => new CursorReader(server, server.Agent))];
        Task killing = new Killer(_random, Servers).Run(kills, () => Volatile.Read(ref _acknowledged), _plan.Length, cancellation);
        Task[] writing = [.. Enumerable.Range(0, Clients * CallersEach).Select(_ => Write(cancellation))];
        bool IsComplete() => writing.All(task => task.IsCompleted) && killing.IsCompleted;
        Task[] reading = [.. Readers.Select(reader => reader.ReadInbox(IsComplete, cancellation))];
        await FailFast.WhenAll([killing, .. writing, .. reading]);
        Duration = Stopwatch.GetElapsedTime(start);
    }

    public string Summary() =>
        $"{Acknowledged.Count} acknowledged, {Kills} kills and {Servers.Sum(s => s.Ends)} ends, {Servers.Sum(s => s.Repeats)} calls repeated, {Replayed} of the writes among them "
        + $"answered as replayed, {Servers.Sum(s => s.Refusals)} refused as busy or stopping and repeated; {Duration.TotalSeconds:0.0} s; recovery (restart to first "
        + $"answer): {Percentiles.Describe(Servers.SelectMany(s => s.Recoveries))}";

    public async ValueTask DisposeAsync()
    {
        foreach (MortalServer server in Servers)
            await server.DisposeAsync();
    }

    private async Task Write(CancellationToken cancellation)
    {
        while (Interlocked.Increment(ref _next) - 1 is int number && number < _plan.Length)
        {
            // The plan says who writes it; its key is that agent's. Any of its callers may take it.
            PlannedWrite write = _plan[number];
            Answered answered = await Servers[number % Clients].Call(write.Tool, write.Arguments, cancellation);
            Keep(write, answered);
        }
    }

    private void Keep(PlannedWrite write, Answered answered)
    {
        bool replayed = answered.Answer.Get<bool>("replayed");
        Assert.True(answered.Attempts > 1 || !replayed, $"{write.Key} was answered as replayed, but it was sent once.");
        Acknowledged.Enqueue((write.Tool, write.Key, write.Ids(answered.Answer)));
        Interlocked.Increment(ref _acknowledged);
        if (replayed)
            lock (_plan)
                Replayed++;
    }
}
