using Microsoft.Extensions.Logging;

namespace AgentCraft.Data.Storage.Backups;

/// <summary>
/// Makes backups while a server runs. Every process looks whether one is due; the first to take the lock makes it, and the others find
/// then that none is. When the last one was made is what its set says, so it holds across restarts.
/// </summary>
public sealed class BackupSchedule(BackupStore backups, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1), AfterFailure = TimeSpan.FromMinutes(10);

    /// <summary>Returns when it is cancelled, or at once where there is nothing to do. Never fails.</summary>
    public async Task Run(CancellationToken stopping)
    {
        if (!backups.IsForFiles || !backups.Settings.Enabled)
            return;
        try
        {
            for (TimeSpan pause = Look; ;)
            {
                await Task.Delay(Shorter(pause), time, stopping);
                pause = await TryOne(stopping) ? Look : AfterFailure;
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task<bool> TryOne(CancellationToken stopping)
    {
        try
        {
            if (await backups.CreateWhenDue(stopping) is { Backup: var made } created)
                log.LogInformation("Backed up {Files} files to {Path}; removed {Removed} older backups.", made.Files, made.Path, created.Removed.Count);
            return true;
        }
        catch (AgentCraftException failure)
        {
            log.LogWarning("No backup was made: {Message} {Hint}", failure.Message, failure.Hint);
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            log.LogError(bug, "No backup was made.");
        }
        return false;
    }

    private TimeSpan Shorter(TimeSpan pause) => TimeSpan.FromSeconds(Math.Min(pause.TotalSeconds, backups.Settings.Interval));
}
