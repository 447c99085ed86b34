using AgentCraft.Data;
using AgentCraft.Data.Configuration;

namespace AgentCraft.Worker;

/// <summary>A server whose central tables are larger than it likes: looks once when told to, prints "told HOW-MANY", and ends.</summary>
internal static class Watch
{
    public static async Task<int> Run(string root, string notify)
    {
        Settings settings = new() { Store = Environment.GetEnvironmentVariable("AGENTCRAFT__STORE") ?? "", Monitoring = new() { CentralBytes = 1, FreeDiskBytes = 0, Notify = notify } };
        await using Stores stores = new(root, settings, TimeProvider.System);
        await stores.Databases.Central.Epoch();
        if (!Say.ReadyAndTold())
            return 0;
        Say.Line($"told {(await stores.Monitor.Check()).Count}");
        return 0;
    }
}
