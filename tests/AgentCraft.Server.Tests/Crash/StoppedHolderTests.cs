using System.Collections.Concurrent;
using System.Diagnostics;
using AgentCraft.Server.Tests.Contract;
using AgentCraft.Testing;
using Xunit.Abstractions;

namespace AgentCraft.Server.Tests.Crash;

/// <summary>
/// A server that does nothing more in the middle of a write: the gate of a file is kept from all others as long as it lives; PostgreSQL takes
/// the turn from it after ten seconds.
/// </summary>
[OnEveryEngine]
[Collection(CrashCollection.Name)]
public sealed class StoppedHolderTests(ITestOutputHelper output)
{
    private const int Callers = 3, MostTries = 200, LongestDelayMilliseconds = 20;
    private const string Busy = "store_busy";
    private static readonly TimeSpan GoesOnWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReadsWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RefusedWithin = TimeSpan.FromMilliseconds(600 + 1000);
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TurnWithin = TimeSpan.FromSeconds(20);

    /// <summary>Less patience than by default, so that many tries fit into the test.</summary>
    private static readonly Dictionary<string, string?> Impatient = Patience("600");

    private readonly ConcurrentQueue<string> _acknowledged = new();
    private int _posts;

    [Requires(Need.Linux, "stops a server in the middle of a write")]
    public async Task A_stopped_server_that_holds_the_gate_is_named_and_its_death_lets_the_others_go_on()
    {
        Random random = new(Seeds.Next(output));
        using TemporaryProject project = new();
        await using StdioServer witness = await Connect(project, "witness");
        List<double> goneOn = [], reads = [], refusals = [];
        int rounds = Quantity.Many(2, 5), tries = 0;
        for (int round = 0; round < rounds; round++)
        {
            await using StdioServer victim = await Connect(project, "victim");
            Task[] load = Load(victim);
            tries += await StopInTheGate(victim, witness, random);
            reads.Add(await TimeOfReading(witness));
            refusals.Add(await TimeOfRefusal(witness, victim));
            await using StdioServer newcomer = await StdioServer.Connect(project.Root, environment: Impatient);
            AssertNames(victim, await RefusalOf(newcomer, victim));
            await AssertEndsBySelf(project);

            StartedRequest[] blocked = [await Post(witness), await newcomer.StartCall("start_session", new { agent = "newcomer" })];
            await Task.Delay(random.Next(LongestDelayMilliseconds));
            Assert.All(blocked, call => Assert.False(call.IsCompleted));
            long death = Stopwatch.GetTimestamp();
            victim.Kill();
            foreach (StartedRequest call in blocked)
            {
                Answer(call, await call.Result()).Succeeded();
                goneOn.Add(Stopwatch.GetElapsedTime(death, call.ReceivedAt).TotalMilliseconds);
            }
            await Task.WhenAll(load);
        }
        output.WriteLine($"{rounds} times stopped in the gate, in {tries} tries; from kill -9 to the others' answers: {Percentiles.Describe(goneOn)}; "
            + $"reading meanwhile: {Percentiles.Describe(reads)}");
        Assert.All(goneOn, milliseconds => Assert.InRange(milliseconds, 0, GoesOnWithin.TotalMilliseconds));
        Assert.All(refusals, milliseconds => Assert.InRange(milliseconds, 0, RefusedWithin.TotalMilliseconds));
        Assert.All(reads, milliseconds => Assert.InRange(milliseconds, 0, ReadsWithin.TotalMilliseconds));
        using StoreView central = StoreView.Central(project);
        central.AssertIntact();
        central.AssertCountsAreExact();
    }

    [Requires(Need.Linux, "stops a server in the middle of a write")]
    public async Task A_stopped_server_that_is_continued_finishes_its_writes_and_so_do_the_others()
    {
        Random random = new(Seeds.Next(output));
        using TemporaryProject project = new();
        await using StdioServer witness = await Connect(project, "witness");
        await using StdioServer victim = await Connect(project, "victim");
        Task[] load = Load(victim);
        await StopInTheGate(victim, witness, random);
        StartedRequest blocked = await Post(witness);
        Assert.All(load, caller => Assert.False(caller.IsCompleted));

        Signals.Continue(victim.Pid);

        Answer(blocked, await blocked.Result()).Succeeded();
        (await victim.Call("log_message", new { from = "victim", to = "witness", content = "I am back." })).Succeeded();
        victim.Kill();
        await Task.WhenAll(load);
    }

    [OnPostgres]
    [Requires(Need.Linux, "stops a server in the middle of a write")]
    public async Task A_stopped_server_loses_its_turn_after_ten_seconds_and_repeats_its_write_when_it_is_continued()
    {
        Random random = new(Seeds.Next(output));
        using TemporaryProject project = new();
        await using StdioServer witness = await Connect(project, "witness"), victim = await Connect(project, "victim"), patient = await Connect(project, "patient", "30000");
        Task[] load = Load(victim);
        await StopInTheGate(victim, witness, random);
        long stop = Stopwatch.GetTimestamp();

        (await patient.Call("log_message", new { from = "patient", to = "witness", content = "My turn." })).Succeeded();
        output.WriteLine($"the turn of a stopped server was taken from it after {Stopwatch.GetElapsedTime(stop).TotalSeconds:0.0} s");
        Signals.Continue(victim.Pid);
        int before = _acknowledged.Count;
        await Eventually.Become(() => _acknowledged.Count > before + Callers, TurnWithin, "the continued server writes again");
        victim.Kill();
        await Task.WhenAll(load);

        using StoreView central = StoreView.Central(project);
        List<string> kept = central.Texts("SELECT substr(content, 1, 8) FROM messages WHERE from_seq = to_seq AND content LIKE '%x'");
        Assert.Equal(kept.Count, kept.Distinct().Count());
        Assert.Empty(_acknowledged.Except(kept));
        central.AssertCountsAreExact();
    }

    private static Dictionary<string, string?> Patience(string milliseconds) => new() { ["AGENTCRAFT__SQLITE__WRITETIMEOUT"] = milliseconds };

    private static async Task<StdioServer> Connect(TemporaryProject project, string agent, string patience = "600")
    {
        StdioServer server = await StdioServer.Connect(project.Root, environment: Patience(patience));
        // On a busy machine the making of a store alone may take longer than the impatient wait.
        await Eventually.Become(async () => await server.Call("start_session", new { agent }) is { IsRetryable: false } answer && !answer.Succeeded().IsError, TurnWithin, $"{agent} began");
        return server;
    }

    /// <summary>Writes until the server is gone.</summary>
    private Task[] Load(StdioServer victim) => [.. Enumerable.Range(0, Callers).Select(async _ =>
    {
        try
        {
            // A call that waited behind a stop may have lost its patience; that is no failure.
            while (true)
            {
                string number = $"{Interlocked.Increment(ref _posts):00000000}";
                ToolAnswer answer = await victim.Call("log_message", new { from = "victim", to = "victim", content = $"{number} {new string('x', 2_000)}" });
                if (!answer.IsError)
                    _acknowledged.Enqueue(number);
            }
        }
        catch (ServerGoneException)
        {
            // As planned.
        }
    })];

    /// <summary>Stops it at random moments until another server cannot write; returns how many tries that took.</summary>
    private static async Task<int> StopInTheGate(StdioServer victim, StdioServer witness, Random random)
    {
        for (int attempt = 1; attempt <= MostTries; attempt++)
        {
            await Task.Delay(random.Next(LongestDelayMilliseconds));
            await Signals.Stop(victim.Pid);
            StartedRequest post = await Post(witness);
            ToolAnswer answer = Answer(post, await post.Result());
            if (answer.ErrorCode is not null)
            {
                AssertNames(victim, answer);
                return attempt;
            }
            Signals.Continue(victim.Pid);
        }
        throw new InvalidOperationException($"Stopped {MostTries} times, and never in the gate.");
    }

    private static Task<StartedRequest> Post(StdioServer witness) =>
        witness.StartCall("log_message", new { from = "witness", to = "witness", content = "Can I write?" });

    private static ToolAnswer Answer(StartedRequest call, System.Text.Json.JsonElement result) => new(call.Method, result) { ReceivedAt = call.ReceivedAt };

    /// <summary>A busy machine may need the first wait for opening the store, which names nobody.</summary>
    private static async Task<ToolAnswer> RefusalOf(StdioServer newcomer, StdioServer holder)
    {
        ToolAnswer refusal = await newcomer.Call("start_session", new { agent = "newcomer" });
        for (int i = 0; i < 5 && refusal.ErrorMessage?.Contains(NameOf(holder), StringComparison.Ordinal) != true; i++)
            refusal = await newcomer.Call("start_session", new { agent = "newcomer" });
        return refusal;
    }

    private static string NameOf(StdioServer holder) => Engines.Current == Engine.Sqlite ? $"process {holder.Pid} holds it" : $":{holder.Pid}' is writing";

    private static void AssertNames(StdioServer holder, ToolAnswer refusal)
    {
        Assert.Equal(Busy, refusal.ErrorCode);
        Assert.True(refusal.IsRetryable);
        Assert.Contains(NameOf(holder), refusal.ErrorMessage, StringComparison.Ordinal);
    }

    private static async Task<double> TimeOfReading(StdioServer witness)
    {
        StartedRequest read = await witness.StartCall("read_inbox", new { agent = "witness" });
        Answer(read, await read.Result()).Succeeded();
        return Stopwatch.GetElapsedTime(read.SentAt, read.ReceivedAt).TotalMilliseconds;
    }

    /// <summary>From asking to write to being told who holds it; the patience is 600 ms.</summary>
    private static async Task<double> TimeOfRefusal(StdioServer witness, StdioServer holder)
    {
        StartedRequest post = await Post(witness);
        AssertNames(holder, Answer(post, await post.Result()));
        return Stopwatch.GetElapsedTime(post.SentAt, post.ReceivedAt).TotalMilliseconds;
    }

    /// <summary>The gate that cannot be had keeps nobody from ending at the end of its input.</summary>
    private static async Task AssertEndsBySelf(TemporaryProject project)
    {
        await using StdioServer other = await StdioServer.Connect(project.Root, environment: Impatient);
        await other.StartCall("start_session", new { agent = "other" });
        other.CloseInput();
        Assert.Equal(0, await other.WaitForExit(EndsWithin));
    }
}
