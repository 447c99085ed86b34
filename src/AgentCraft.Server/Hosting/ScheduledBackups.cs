using AgentCraft.Data;
using AgentCraft.Data.Storage.Backups;
using Microsoft.Extensions.Logging;

namespace AgentCraft.Server.Hosting;

/// <summary>Backups by themselves, once somebody has used the store: a server that nobody calls opens none.</summary>
internal static class ScheduledBackups
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Begins; nobody need await it.</summary>
    public static Task Begin(Lazy<Stores> stores, ILoggerFactory logs, CancellationToken stopping) => Task.Run(
        async () =>
        {
            using PeriodicTimer timer = new(Look);
            while (!stores.IsValueCreated)
                await timer.WaitForNextTickAsync(stopping);
            await new BackupSchedule(stores.Value.Backups, TimeProvider.System, logs.CreateLogger<BackupSchedule>()).Run(stopping);
        }, stopping);
}
