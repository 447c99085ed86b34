using AgentCraft.Data;

namespace AgentCraft.Worker;

/// <summary>Makes backups, or restores one, until it is killed; says at which point it is.</summary>
internal static class Backups
{
    public static async Task<int> Create(string root)
    {
        await using Stores stores = new(root, new(), TimeProvider.System);
        while (true)
        {
            Say.Line("begin");
            Say.Line($"made {(await stores.Backups.Create(progress: (done, _) => Say.Line($"at file-{done}"))).Backup.Name}");
        }
    }

    public static async Task<int> Restore(string root, string name)
    {
        await using Stores stores = new(root, new(), TimeProvider.System);
        stores.Restores.At = point => Say.Line($"at {point}");
        while (true)
        {
            Say.Line("begin");
            await stores.Restores.Restore(name);
            Say.Line("restored");
        }
    }
}
