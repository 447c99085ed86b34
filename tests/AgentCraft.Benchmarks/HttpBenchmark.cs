using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>The same over HTTP, with sessions and without: one caller who waits for each answer, then many; beside an empty tool over the same.</summary>
internal static class HttpBenchmark
{
    private const int Clients = 64;

    public static async Task Run(Bench bench)
    {
        await using HttpServer product = await bench.StartHttpProduct(bench.NewRoot()), empty = await bench.StartHttpWithEmptyTool(bench.NewRoot());
        await Register(product);
        foreach ((string revision, string name) in new[] { (LeanClient.WithSessions, "sessions"), (LeanClient.Stateless, "stateless") })
        {
            await using LeanFleet posts = await LeanFleet.Connect([product], Clients, revision, "log_message", _ => Load.Message);
            await using LeanFleet nothings = await LeanFleet.Connect([empty], Clients, revision, EmptyTools.Name, _ => Load.Nothing);
            await OneCaller(bench, posts.Clients[0], nothings.Clients[0], name);
            await Many(bench, posts, nothings, name, product.Pid, empty.Pid);
        }
    }

    private static async Task Register(HttpServer server)
    {
        HttpConnection connection = await server.Connect();
        foreach (string agent in new[] { "ann", "bob" })
            (await connection.Call("start_session", new { agent })).Succeeded();
        await connection.Delete();
    }

    private static async Task OneCaller(Bench bench, LeanClient post, LeanClient nothing, string name)
    {
        Sample posts = new($"log_message, {name}", "ms"), nothings = new($"empty tool, {name}", "ms");
        for (int i = -bench.Of(100, 500); i < bench.Of(200, 2000); i++)
        {
            (double posted, double answered) = (await post.Call(), await nothing.Call());
            if (i < 0)
                continue;
            posts.Add(posted);
            nothings.Add(answered);
        }
        bench.Report.Add(nothings);
        bench.Report.Add(posts, nothings);
    }

    private static async Task Many(Bench bench, LeanFleet posts, LeanFleet nothings, string name, int product, int empty)
    {
        Sample together = new($"log_message, {Clients} clients, {name}", "calls/s"), nothing = new($"empty tool, {Clients} clients, {name}", "calls/s"), tail = new($"log_message, {Clients} clients, {name}", "ms");
        ProcessorUse use = new(("server", () => [product]), ProcessorUse.Driver), useOfEmpty = new(("server", () => [empty]), ProcessorUse.Driver);
        TimeSpan turn = TimeSpan.FromSeconds(bench.Of(0.3, 1.5));
        for (int i = -1; i < bench.Of(1, 6); i++)
        {
            Burst a = await use.During(() => posts.For(turn)), b = await useOfEmpty.During(() => nothings.For(turn));
            if (i < 0)
                continue;
            together.Add(a.Rate);
            tail.AddAll(a.Times);
            nothing.Add(b.Rate);
        }
        bench.Report.Add(nothing);
        bench.Report.Add(together, nothing);
        bench.Report.Add(tail);
        bench.Report.Note($"log_message, {Clients} clients, {name}: {use}");
        bench.Report.Note($"empty tool, {Clients} clients, {name}: {useOfEmpty}");
    }
}
