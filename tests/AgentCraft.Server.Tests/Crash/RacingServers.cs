using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Crash;

/// <summary>Server processes on one project, each with an agent of its own, that do the same thing at the same moment.</summary>
internal sealed class RacingServers : IAsyncDisposable
{
    private const int StartedAtOnce = 8;

    private readonly StdioServer[] _servers;

    private RacingServers(StdioServer[] servers) => _servers = servers;

    public StdioServer this[int index] => _servers[index];

    public static string NameOf(int index) => $"racer-{index}";

    /// <summary>Starts them, a few at once, and lets each begin a session.</summary>
    public static async Task<RacingServers> Start(string root, int count, TimeSpan limit)
    {
        StdioServer[] servers = new StdioServer[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = StartedAtOnce }, async (i, _) =>
        {
            servers[i] = await StdioServer.Connect(root, ["--toolsets", "all"]);
            servers[i].Limit = limit;
            (await servers[i].Call("start_session", new { agent = NameOf(i) })).Succeeded();
        });
        return new(servers);
    }

    /// <summary>Each does it, all at once.</summary>
    public Task<T[]> All<T>(Func<StdioServer, string, Task<T>> act) =>
        Task.WhenAll(_servers.Select((server, i) => Task.Run(() => act(server, NameOf(i)))));

    /// <summary>Calls until the answer is final: fifty cold processes on a busy machine may wait longer for their turn than a write may.</summary>
    public static async Task<ToolAnswer> Call(StdioServer server, string tool, object arguments)
    {
        while (true)
            if (await server.Call(tool, arguments) is { IsRetryable: false } answer)
                return answer;
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_servers.Select(server => server.DisposeAsync().AsTask()));
}
