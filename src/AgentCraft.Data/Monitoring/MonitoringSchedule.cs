using Microsoft.Extensions.Logging;

namespace AgentCraft.Data.Monitoring;

/// <summary>
/// Looks after the store from time to time, in every server, however busy it is. What has been found is one line in the log of the server
/// that found it first.
/// </summary>
public static class MonitoringSchedule
{
    private static readonly TimeSpan WhenOff = TimeSpan.FromSeconds(60), BeforeFirstUse = TimeSpan.FromSeconds(5);

    /// <summary>Goes on until it is cancelled. A store that nobody has used yet is not opened for it.</summary>
    /// <param name="stores">The stores; null while there are none.</param>
    /// <param name="time">The clock of the pauses.</param>
    /// <param name="log">Told what was found, and what went wrong.</param>
    /// <param name="stopping">Ends it.</param>
    public static async Task Run(Func<Stores?> stores, TimeProvider time, ILogger log, CancellationToken stopping)
    {
        string? failed = null;
        for (Stores? watched = null; !stopping.IsCancellationRequested;)
        {
            // Not all at the same moment, if they were started together. The first look has something to look back on.
            await Task.Delay((watched is null ? UntilUsed(stores()) : Pause(watched)) * (0.75 + (Random.Shared.NextDouble() / 2)), time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested || watched is null)
                watched = stores();
            else if (watched.Settings.Monitoring.Interval > 0)
                failed = await Look(watched, log, failed, stopping);
        }
    }

    private static TimeSpan UntilUsed(Stores? stores) => stores is null || Pause(stores) > BeforeFirstUse ? BeforeFirstUse : Pause(stores);

    private static TimeSpan Pause(Stores stores) => stores.Settings.Monitoring.Interval is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : WhenOff;

    /// <summary>Returns what went wrong; the same again is not told again.</summary>
    private static async Task<string?> Look(Stores stores, ILogger log, string? failed, CancellationToken stopping)
    {
        try
        {
            foreach (AlertChange change in await stores.Monitor.Check(stopping))
                log.Log(change.IsRaised ? LogLevel.Warning : LogLevel.Information, "{Change}", change);
            return null;
        }
        catch (Exception failure) when (failure is AgentCraftException or OperationCanceledException)
        {
            if (!stopping.IsCancellationRequested && failure.Message != failed)
                log.LogWarning("Monitoring: {Fault}", failure.Message);
            return failure.Message;
        }
        catch (Exception bug)
        {
            if (!stopping.IsCancellationRequested && bug.Message != failed)
                log.LogError(bug, "Monitoring failed.");
            return bug.Message;
        }
    }
}
