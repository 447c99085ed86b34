using System.Collections.Concurrent;
using System.Diagnostics;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Crash;

/// <summary>
/// One client whose server is killed or ended again and again: each time it starts the next one at once, and repeats every call that was not
/// answered, as it was. A server that is gone for no such reason fails the call.
/// </summary>
internal sealed class MortalServer : IMortal
{
    private const int MostAttempts = 200;

    private readonly string _root;
    private readonly Lock _gate = new();
    private readonly List<Life> _lives = [];
    private readonly ConcurrentQueue<double> _recoveries = new();
    private int _kills, _ends, _repeats, _refusals;

    public MortalServer(string root, string agent)
    {
        (_root, Agent) = (root, agent);
        _lives.Add(Begin());
    }

    /// <summary>The agent that the client plays.</summary>
    public string Agent { get; }

    public int Kills => _kills;

    public int Ends => _ends;

    /// <summary>How many calls were made again because the server was gone before it answered.</summary>
    public int Repeats => _repeats;

    /// <summary>How many calls were made again because the server said that they may be.</summary>
    public int Refusals => _refusals;

    /// <summary>Milliseconds from each start of a server to the answer of start_session.</summary>
    public IEnumerable<double> Recoveries => _recoveries;

    /// <summary>The server that runs now has answered start_session; with its answer.</summary>
    public Task<ToolAnswer> Started => Now.Started;

    private Life Now
    {
        get
        {
            lock (_gate)
                return _lives[^1];
        }
    }

    /// <summary>Calls until there is an answer that is final.</summary>
    public async Task<Answered> Call(string tool, object arguments, CancellationToken cancellation)
    {
        for (int attempt = 1; attempt <= MostAttempts; attempt++)
        {
            Life life = Now;
            try
            {
                await life.Started.WaitAsync(cancellation);
                StartedRequest call = await life.Server.StartCall(tool, arguments);
                ToolAnswer answer = new(tool, await call.Result(cancellation)) { ReceivedAt = call.ReceivedAt };
                if (!answer.IsRetryable)
                    return new(answer.Succeeded(), attempt, call.SentAt);
                Interlocked.Increment(ref _refusals);
            }
            catch (Exception gone) when (life.IsDoomed && gone is ServerGoneException or ObjectDisposedException)
            {
                Interlocked.Increment(ref _repeats);
            }
        }
        throw new InvalidOperationException($"{MostAttempts} attempts of {tool} were not answered.");
    }

    /// <summary>kill -9, whatever the server does at this moment, and starts the next one.</summary>
    public void Kill()
    {
        Interlocked.Increment(ref _kills);
        Replace(server => server.Kill());
    }

    /// <summary>Closes its input, so that it ends as servers should, and starts the next one without waiting for that.</summary>
    public void End()
    {
        Interlocked.Increment(ref _ends);
        Replace(server => server.CloseInput());
    }

    public async ValueTask DisposeAsync()
    {
        Life[] lives;
        // Somebody may still be killing, when something else went wrong.
        lock (_gate)
            lives = [.. _lives];
        foreach (Life life in lives)
        {
            await Task.WhenAny(life.Started);
            await life.Server.DisposeAsync();
        }
    }

    private void Replace(Action<StdioServer> end)
    {
        lock (_gate)
        {
            Life life = _lives[^1];
            life.IsDoomed = true;
            end(life.Server);
            _lives.Add(Begin());
        }
    }

    private Life Begin()
    {
        long start = Stopwatch.GetTimestamp();
        var server = StdioServer.Start(_root);
        return new(server, Start(server, start));
    }

    private async Task<ToolAnswer> Start(StdioServer server, long start)
    {
        await server.Initialize();
        ToolAnswer answer = await server.Call("start_session", new { agent = Agent });
        for (int attempt = 1; attempt < MostAttempts && answer.IsRetryable; attempt++)
        {
            Interlocked.Increment(ref _refusals);
            answer = await server.Call("start_session", new { agent = Agent });
        }
        answer.Succeeded();
        _recoveries.Enqueue(Stopwatch.GetElapsedTime(start, answer.ReceivedAt).TotalMilliseconds);
        return answer;
    }

    private sealed class Life(StdioServer server, Task<ToolAnswer> started)
    {
        private volatile bool _isDoomed;

        public StdioServer Server => server;

        public Task<ToolAnswer> Started => started;

        public bool IsDoomed
        {
            get => _isDoomed;
            set => _isDoomed = value;
        }
    }
}

/// <summary>The answer of a call, how many attempts it took, and when the last of them was sent.</summary>
internal sealed record Answered(ToolAnswer Answer, int Attempts, long SentAt);
