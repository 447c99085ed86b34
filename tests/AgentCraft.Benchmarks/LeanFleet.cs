using System.Diagnostics;
using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>What clients did together for a while.</summary>
/// <param name="Rate">Answers a second.</param>
/// <param name="Times">How long each took, in ms.</param>
internal sealed record Burst(double Rate, IReadOnlyList<double> Times);

/// <summary>Clients that call at the same time, in turn of one server and the next.</summary>
internal sealed class LeanFleet : IAsyncDisposable
{
    public List<LeanClient> Clients { get; } = [];

    public static async Task<LeanFleet> Connect(IReadOnlyList<HttpServer> servers, int clients, string revision, string tool, Func<int, object> arguments)
    {
        LeanFleet fleet = new();
        for (int i = 0; i < clients; i++)
            fleet.Clients.Add(await LeanClient.Connect(servers[i % servers.Count], revision, tool, arguments(i)));
        return fleet;
    }

    public async Task<Burst> For(TimeSpan duration)
    {
        long begin = Stopwatch.GetTimestamp();
        List<double>[] times = await Task.WhenAll(Clients.Select(client => Task.Run(async () =>
        {
            List<double> mine = [];
            while (Stopwatch.GetElapsedTime(begin) < duration)
                mine.Add(await client.Call());
            return mine;
        })));
        return new(times.Sum(mine => mine.Count) / Stopwatch.GetElapsedTime(begin).TotalSeconds, [.. times.SelectMany(mine => mine)]);
    }

    public ValueTask DisposeAsync()
    {
        Clients.ForEach(client => client.Dispose());
        return ValueTask.CompletedTask;
    }
}
