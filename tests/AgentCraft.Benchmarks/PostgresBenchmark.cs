using AgentCraft.Testing;
using Npgsql;

namespace AgentCraft.Benchmarks;

/// <summary>
/// Servers that share a PostgreSQL database: how soon a post on one is a wait's answer on another, and what commits cost with and without
/// somebody who waits. The reference is a raw program that inserts and commits.
/// </summary>
internal static class PostgresBenchmark
{
    private const int Callers = 64;
    private const int RawConnections = 8;

    /// <summary>The listening connection stays for a while after the last wait.</summary>
    private static readonly TimeSpan Listening = TimeSpan.FromSeconds(11);

    public static async Task Run(Bench bench)
    {
        await using PostgresStore? store = await PostgresStore.Create(bench);
        if (store is null)
            return;
        await MeasureLatency(bench, store);
        await MeasureThroughput(bench, store);
    }

    private static async Task MeasureLatency(Bench bench, PostgresStore store)
    {
        await using StdioServer writer = await Connect(bench, store, "ann"), waiter = await Connect(bench, store, "bob");
        Sample ping = new("ping of the waiting server", "ms"), wait = new("post's answer to wait's answer, two servers", "ms");
        await WaitBenchmark.Measure(writer, waiter, bench.Of(50, 200), TimeSpan.Zero, new("", ""), new("", ""));
        await WaitBenchmark.Measure(writer, waiter, bench.Of(100, 1000), TimeSpan.Zero, wait, ping);
        Sample post = new("log_message, 1 caller", "ms"), raw = new("raw insert and commit, 1 connection", "ms");
        await using NpgsqlConnection connection = await store.OpenRaw();
        for (int i = -100; i < bench.Of(200, 1000); i++)
        {
            (double posted, double committed) = (await Load.Call(writer, "log_message", Load.Message), await PostgresStore.Commit(connection));
            if (i < 0)
                continue;
            post.Add(posted);
            raw.Add(committed);
        }
        bench.Report.Add(wait, ping);
        bench.Report.Add(raw);
        bench.Report.Add(post, raw);
    }

    private static async Task MeasureThroughput(Bench bench, PostgresStore store)
    {
        await using StdioServer server = await Connect(bench, store, "ann", "bob"), waiter = await Connect(bench, store, "cat");
        Sample raw = new($"raw insert and commit, {RawConnections} connections", "commits/s"), quiet = new($"log_message, 1 server, {Callers} callers", "calls/s"),
            heard = new($"log_message, 1 server, {Callers} callers, somebody waits", "calls/s");
        TimeSpan turn = TimeSpan.FromSeconds(bench.Of(0.5, 2.0));
        await Load.Rate(server, "log_message", Load.Message, Callers, turn);
        for (int i = 0; i < bench.Of(1, 5); i++)
        {
            if (i > 0)
                await Task.Delay(Listening);
            raw.Add(await store.RawRate(RawConnections, turn));
            quiet.Add(await Load.Rate(server, "log_message", Load.Message, Callers, turn));
            StartedRequest wait = await waiter.StartCall("wait_for_messages", new { agent = "cat", timeoutSeconds = 300 });
            heard.Add(await Load.Rate(server, "log_message", Load.Message, Callers, turn));
            await waiter.CancelRequest(wait.Id);
        }
        bench.Report.Add(raw);
        bench.Report.Add(quiet, raw);
        bench.Report.Add(heard, quiet);
    }

    private static async Task<StdioServer> Connect(Bench bench, PostgresStore store, params string[] agents)
    {
        StdioServer server = bench.StartProduct(bench.NewRoot(), "--store", store.Address);
        await server.Initialize();
        foreach (string agent in agents)
            (await server.Call("start_session", new { agent })).Succeeded();
        return server;
    }
}
