using AgentCraft.Data.Storage;

namespace AgentCraft.Worker;

/// <summary>
/// Writes a row to one agent's file after the other, so that files are opened and closed all the time, and prints "ack AGENT NUMBER" for
/// each as soon as it is acknowledged.
/// </summary>
internal static class Spread
{
    public static async Task<int> Run(string root, string writer, Options options)
    {
        await using Databases databases = new(root, options.Store, TimeProvider.System);
        using CancellationTokenSource end = new();
        Task callers = Task.WhenAll(Enumerable.Range(0, options.Callers).Select(caller => Task.Run(() => Call(databases, writer, caller, options, end.Token))));
        await Task.WhenAny(callers, Say.Ended());
        await end.CancelAsync();
        await callers;
        return 0;
    }

    private static async Task Call(Databases databases, string writer, int caller, Options options, CancellationToken end)
    {
        Random random = new(caller);
        for (int number = caller * 1_000_000; !end.IsCancellationRequested; number++)
        {
            string name = $"agent-{random.Next(options.Agents)}";
            Database agent = databases.Agent(name, "default");
            await Rows.Create(agent);
            await Rows.Append(agent, writer, number, options.Size);
            Say.Line($"ack {name} {number}");
        }
    }
}
