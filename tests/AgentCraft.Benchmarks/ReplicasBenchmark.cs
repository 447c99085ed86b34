using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>
/// A team server in one, two and four processes on one PostgreSQL, with the same 64 clients over HTTP: posts, and reads of the last 50. The reference is one process; the
/// note says who had how many cores at work, which tells where the limit is.
/// </summary>
internal static class ReplicasBenchmark
{
    private const int Clients = 64;
    private static readonly int[] Replicas = [1, 2, 4];

    public static async Task Run(Bench bench)
    {
        await using PostgresStore? store = await PostgresStore.Create(bench);
        if (store is null)
            return;
        List<HttpServer> servers = [];
        try
        {
            for (int i = 0; i < Replicas[^1]; i++)
                servers.Add(await bench.StartHttpProduct(bench.NewRoot(), "--store", store.Address));
            await Register(servers[0]);
            await Measure(bench, store, servers, "log_message", i => Load.MessageOf($"agent-{i}", $"agent-{(i + 1) % Clients}"));
            await Measure(bench, store, servers, "get_conversation", i => new { agentA = $"agent-{i}", agentB = $"agent-{(i + 1) % Clients}", limit = 50 });
        }
        finally
        {
            await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask()));
        }
    }

    private static async Task Register(HttpServer server)
    {
        HttpConnection connection = await server.Connect();
        for (int i = 0; i < Clients; i++)
            (await connection.Call("start_session", new { agent = $"agent-{i}" })).Succeeded();
    }

    private static async Task Measure(Bench bench, PostgresStore store, List<HttpServer> servers, string tool, Func<int, object> arguments)
    {
        List<Setup> setups = [];
        foreach (int n in Replicas)
            setups.Add(new(await LeanFleet.Connect([.. servers.Take(n)], Clients, LeanClient.WithSessions, tool, arguments), $"{tool}, {n} server{(n == 1 ? "" : "s")}, {Clients} clients",
                new(("servers", () => [.. servers.Take(n).Select(server => server.Pid)]), ("PostgreSQL", () => store.Pids), ProcessorUse.Driver)));
        TimeSpan turn = TimeSpan.FromSeconds(bench.Of(0.3, 2.0));
        for (int i = -1; i < bench.Of(1, 6); i++)
            foreach (Setup setup in setups)
                await setup.Measure(turn, isWarmUp: i < 0);
        foreach (Setup setup in setups)
        {
            bench.Report.Add(setup.Rate, setup == setups[0] ? null : setups[0].Rate);
            bench.Report.Add(setup.Times, setup == setups[0] ? null : setups[0].Times);
            bench.Report.Note($"{setup.Rate.Name}: {setup.Use}");
            await setup.Fleet.DisposeAsync();
        }
    }

    private sealed record Setup(LeanFleet Fleet, string Name, ProcessorUse Use)
    {
        public Sample Rate { get; } = new(Name, "calls/s");
        public Sample Times { get; } = new(Name, "ms");

        public async Task Measure(TimeSpan turn, bool isWarmUp)
        {
            Burst burst = isWarmUp ? await Fleet.For(turn) : await Use.During(() => Fleet.For(turn));
            if (isWarmUp)
                return;
            Rate.Add(burst.Rate);
            Times.AddAll(burst.Times);
        }
    }
}
