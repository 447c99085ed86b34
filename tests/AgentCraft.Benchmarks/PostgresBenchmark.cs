using System.Diagnostics;
using AgentCraft.Testing;
using Npgsql;

namespace AgentCraft.Benchmarks;

/// <summary>
/// Servers that share a PostgreSQL database: how soon a post on one is a wait's answer on another, and what commits cost with and without
/// somebody who waits, and with more servers. The reference is a raw program that inserts and commits.
/// </summary>
internal static class PostgresBenchmark
{
    private const string Variable = "AGENTCRAFT_TEST_POSTGRES";
    private const int Callers = 64;
    private const int RawConnections = 8;

    public static async Task Run(Bench bench)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } server)
        {
            bench.Report.Note($"SKIPPED: PostgreSQL, because {Variable} is not set");
            return;
        }
        string schema = $"bench_{Guid.NewGuid():N}"[..16];
        await using (NpgsqlConnection connection = new(server))
        {
            await connection.OpenAsync();
            await using NpgsqlCommand durable = new("SHOW fsync", connection);
            if (await durable.ExecuteScalarAsync() is not "on")
                bench.Report.Note("this PostgreSQL runs with fsync off: its commits, ours and the raw ones, cost less than where they are durable");
        }
        NpgsqlConnectionStringBuilder store = new(server) { SearchPath = schema };
        try
        {
            await MeasureLatency(bench, store.ConnectionString);
            await MeasureThroughput(bench, store);
        }
        finally
        {
            await Execute(store.ConnectionString, $"DROP SCHEMA IF EXISTS {schema}, {schema}_agents CASCADE");
        }
    }

    private static async Task MeasureLatency(Bench bench, string store)
    {
        await using StdioServer writer = await Connect(bench, store, "ann"), waiter = await Connect(bench, store, "bob");
        Sample ping = new("ping of the waiting server", "ms"), wait = new("post's answer to wait's answer, two servers", "ms");
        await WaitBenchmark.Measure(writer, waiter, bench.Of(50, 200), TimeSpan.Zero, new("", ""), new("", ""));
        await WaitBenchmark.Measure(writer, waiter, bench.Of(100, 1000), TimeSpan.Zero, wait, ping);
        Sample post = new("log_message, 1 caller", "ms"), raw = new("raw insert and commit, 1 connection", "ms");
        await using NpgsqlConnection connection = await OpenRaw(store);
        for (int i = -100; i < bench.Of(200, 1000); i++)
        {
            (double posted, double committed) = (await Load.Call(writer, "log_message", Load.Message), await Commit(connection));
            if (i < 0)
                continue;
            post.Add(posted);
            raw.Add(committed);
        }
        bench.Report.Add(wait, ping);
        bench.Report.Add(raw);
        bench.Report.Add(post, raw);
    }

    private static async Task MeasureThroughput(Bench bench, NpgsqlConnectionStringBuilder store)
    {
        List<StdioServer> servers = [];
        for (int i = 0; i < 4; i++)
            servers.Add(await Connect(bench, store.ConnectionString, "ann", "bob"));
        await using StdioServer waiter = await Connect(bench, store.ConnectionString, "cat");
        Sample raw = new($"raw insert and commit, {RawConnections} connections", "commits/s"), heard = new($"log_message, 1 server, {Callers} callers, somebody waits", "calls/s");
        Sample[] quiet = [.. new[] { 1, 2, 4 }.Select(n => new Sample($"log_message, {n} server{(n == 1 ? "" : "s")}, {Callers} callers", "calls/s"))];
        TimeSpan turn = TimeSpan.FromSeconds(bench.Of(0.5, 2.0));
        for (int i = -1; i < bench.Of(2, 8); i++)
        {
            List<double> rates = [await RawRate(store.ConnectionString, turn)];
            foreach (int n in new[] { 1, 2, 4 })
                rates.Add((await Task.WhenAll(servers.Take(n).Select(server => Load.Rate(server, "log_message", Load.Message, Callers / n, turn)))).Sum());
            await using (StartedWait wait = await StartedWait.Start(waiter))
                rates.Add(await Load.Rate(servers[0], "log_message", Load.Message, Callers, turn));
            // The listening connection lingers for a while after the last wait.
            await Task.Delay(TimeSpan.FromSeconds(11));
            if (i < 0)
                continue;
            foreach ((Sample sample, double rate) in new[] { raw, quiet[0], quiet[1], quiet[2], heard }.Zip(rates))
                sample.Add(rate);
        }
        foreach (StdioServer server in servers)
            await server.DisposeAsync();
        bench.Report.Add(raw);
        bench.Report.Add(quiet[0], raw);
        bench.Report.Add(quiet[1], quiet[0]);
        bench.Report.Add(quiet[2], quiet[0]);
        bench.Report.Add(heard, quiet[0]);
    }

    private static async Task<StdioServer> Connect(Bench bench, string store, params string[] agents)
    {
        string root = bench.NewRoot();
        StdioServer server = StdioServer.StartProgram(bench.Server, ["serve", "--stdio", "--root", root, "--store", store], root);
        await server.Initialize();
        foreach (string agent in agents)
            (await server.Call("start_session", new { agent })).Succeeded();
        return server;
    }

    private static async Task<NpgsqlConnection> OpenRaw(string store)
    {
        NpgsqlConnection connection = new(new NpgsqlConnectionStringBuilder(store) { Pooling = false, MaxAutoPrepare = 10, AutoPrepareMinUsages = 1 }.ConnectionString);
        await connection.OpenAsync();
        await using NpgsqlCommand make = new("""
            CREATE TABLE IF NOT EXISTS raw_messages (seq BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, id TEXT NOT NULL UNIQUE,
                conversation BIGINT NOT NULL, content TEXT NOT NULL);
            CREATE INDEX IF NOT EXISTS raw_messages_conversation ON raw_messages (conversation, seq)
            """, connection);
        await make.ExecuteNonQueryAsync();
        return connection;
    }

    private static async Task<double> Commit(NpgsqlConnection connection)
    {
        long begin = Stopwatch.GetTimestamp();
        await using NpgsqlCommand insert = new("INSERT INTO raw_messages (id, conversation, content) VALUES (@Id, 1, @Content)", connection);
        insert.Parameters.AddWithValue("Id", Guid.NewGuid().ToString());
        insert.Parameters.AddWithValue("Content", new string('x', Load.ContentBytes));
        await insert.ExecuteNonQueryAsync();
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    private static async Task<double> RawRate(string store, TimeSpan duration)
    {
        List<NpgsqlConnection> connections = [];
        for (int i = 0; i < RawConnections; i++)
            connections.Add(await OpenRaw(store));
        long begin = Stopwatch.GetTimestamp();
        int[] counts = await Task.WhenAll(connections.Select(connection => Task.Run(async () =>
        {
            int count = 0;
            for (; Stopwatch.GetElapsedTime(begin) < duration; count++)
                await Commit(connection);
            return count;
        })));
        double rate = counts.Sum() / Stopwatch.GetElapsedTime(begin).TotalSeconds;
        foreach (NpgsqlConnection connection in connections)
            await connection.DisposeAsync();
        return rate;
    }

    private static async Task Execute(string store, string sql)
    {
        await using NpgsqlConnection connection = new(new NpgsqlConnectionStringBuilder(store) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Somebody who waits for mail that does not come.</summary>
    private sealed class StartedWait(StdioServer server, StartedRequest wait) : IAsyncDisposable
    {
        public static async Task<StartedWait> Start(StdioServer server) =>
            new(server, await server.StartCall("wait_for_messages", new { agent = "cat", timeoutSeconds = 300 }));

        public async ValueTask DisposeAsync() => await server.CancelRequest(wait.Id);
    }
}
