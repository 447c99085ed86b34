using AgentCraft.Testing;

namespace AgentCraft.Benchmarks;

/// <summary>The store's own cost: the least that a program can do to have a message on disk, and to read the last 50, through the same library, in this process.</summary>
internal static class RawBenchmark
{
    public static async Task Run(Bench bench)
    {
        await using StdioServer product = await bench.Connect(bench.NewRoot(), "ann", "bob");
        using RawStore store = new(Path.Combine(bench.NewRoot(), "raw.db"));
        Sample raw = new($"insert and commit, FULL, SQLite {store.Library.Version}", "ms"), post = new("log_message, FULL", "ms");
        Sample rawRead = new("read the last 50, raw", "ms"), read = new("get_conversation of the last 50", "ms");
        int warmUp = bench.Of(100, 500), count = bench.Of(300, 2000);
        for (int i = -warmUp; i < count; i++)
        {
            (double committed, double posted) = (store.Commit(), await Load.Call(product, "log_message", Load.Message));
            (double fetched, double listed) = (store.ReadLast(), await Load.Call(product, "get_conversation", Load.Last50));
            if (i < 0)
                continue;
            raw.Add(committed);
            post.Add(posted);
            rawRead.Add(fetched);
            read.Add(listed);
        }
        bench.Report.Add(raw);
        bench.Report.Add(post, raw);
        bench.Report.Add(rawRead);
        bench.Report.Add(read, rawRead);
    }
}
