using Microsoft.Extensions.Logging;

namespace AgentCraft.Data.Maintenance;

/// <summary>Looks from time to time, in every server, whether maintenance is due; one of them then does it.</summary>
public static class MaintenanceSchedule
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60), BeforeFirstUse = TimeSpan.FromSeconds(5);

    /// <summary>Goes on until it is cancelled. A store that nobody has used yet is not opened for it.</summary>
    /// <param name="stores">The stores; null while there are none.</param>
    /// <param name="time">The clock of the pauses.</param>
    /// <param name="log">Told what was done, and what went wrong.</param>
    /// <param name="stopping">Ends it.</param>
    public static async Task Run(Func<Stores?> stores, TimeProvider time, ILogger log, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            // Not all at the same moment, if they were started together.
            await Task.Delay(Pause(stores()) * (0.5 + Random.Shared.NextDouble()), time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stopping.IsCancellationRequested && stores() is { } opened)
                await Look(opened, log, stopping);
        }
    }

    private static TimeSpan Pause(Stores? stores) => stores is null ? BeforeFirstUse
        : stores.Settings.Maintenance.Interval is > 0 and var seconds && seconds < LongestPause.TotalSeconds ? TimeSpan.FromSeconds(seconds) : LongestPause;

    private static async Task Look(Stores stores, ILogger log, CancellationToken stopping)
    {
        try
        {
            if (await stores.Maintenance.RunWhenDue(stopping) is { ChangedRows: true } report)
                log.LogInformation("Maintenance: {Archived} sessions archived, {Pruned} rows deleted, {Keys} expired keys forgotten, {Pages} pages given back.",
                    report.Archived, report.Pruned.Values.Sum(), report.ExpiredKeys, report.FreedPages);
        }
        catch (Exception failure) when (failure is AgentCraftException or OperationCanceledException)
        {
            // The next look tries again; whoever uses the store learns of its troubles by himself.
            if (!stopping.IsCancellationRequested)
                log.LogWarning("Maintenance: {Fault}", failure.Message);
        }
    }
}
