using AgentCraft.Data;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Migrations;

namespace AgentCraft.Worker;

/// <summary>Takes the central schema back to a version and forward again for ever, and prints "step" after each migration.</summary>
internal static class Migrate
{
    public static async Task<int> Run(string root, string version, Options options)
    {
        Databases databases = new(root, options.Store, TimeProvider.System);
        Say.Line("ready");
        while (true)
            try
            {
                await databases.Migrations.Run(new("central"), new(MigrationGoalKind.To, int.Parse(version)), MigrationMode.Force, _ => Say.Line("step"));
                await databases.Migrations.Run(new("central"), new(MigrationGoalKind.Up), MigrationMode.Careful, _ => Say.Line("step"));
            }
            catch (AgentCraftException busy) when (busy.Code == ErrorCodes.StoreBusy)
            {
                // A database server notices the death of the one before only after a moment.
            }
    }
}
