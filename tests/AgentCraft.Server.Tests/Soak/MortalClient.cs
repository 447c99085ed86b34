using AgentCraft.Server.Tests.Crash;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Soak;

/// <summary>A client of an HTTP server that is killed: whatever it had asked is hung up on, and the next one begins a session of its own.</summary>
internal sealed class MortalClient : IMortal
{
    private const int MostAttempts = 200;

    private readonly HttpServer _server;
    private readonly string _revision;
    private volatile Life _life;

    public MortalClient(HttpServer server, string agent, string revision)
    {
        (_server, Agent, _revision) = (server, agent, revision);
        _life = Begin();
    }

    public string Agent { get; }

    public async Task<Answered> Call(string tool, object arguments, CancellationToken cancellation)
    {
        for (int attempt = 1; attempt <= MostAttempts; attempt++)
        {
            Life life = _life;
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, life.End.Token);
            try
            {
                HttpConnection connection = await life.Connected.WaitAsync(either.Token);
                StartedRequest call = await connection.StartCall(tool, arguments, either.Token);
                ToolAnswer answer = new(tool, await call.Result(either.Token)) { ReceivedAt = call.ReceivedAt };
                if (!answer.IsRetryable)
                    return new(answer.Succeeded(), attempt, call.SentAt);
            }
            catch (Exception) when (life.End.IsCancellationRequested && !cancellation.IsCancellationRequested)
            {
                // Its successor asks again.
            }
        }
        throw new InvalidOperationException($"{MostAttempts} attempts of {tool} were not answered.");
    }

    public void Kill()
    {
        Life killed = _life;
        _life = Begin();
        killed.End.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAny(_life.Connected);
        await _life.End.CancelAsync();
    }

    private Life Begin()
    {
        CancellationTokenSource end = new();
        return new(Start(end.Token), end);
    }

    private async Task<HttpConnection> Start(CancellationToken end)
    {
        HttpConnection connection = await _server.Connect(_revision);
        // While seventy agents begin at once, a store may be busy for longer than a call waits.
        for (int attempt = 1; ; attempt++)
            if (await connection.Call("start_session", new { agent = Agent }, end) is var answer && (attempt == MostAttempts || !answer.IsRetryable))
            {
                answer.Succeeded();
                return connection;
            }
    }

    private sealed record Life(Task<HttpConnection> Connected, CancellationTokenSource End);
}
