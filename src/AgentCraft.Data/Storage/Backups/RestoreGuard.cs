using AgentCraft.Data.Moves;

namespace AgentCraft.Data.Storage.Backups;

/// <summary>Keeps everybody off a store whose files are being replaced, and finishes what was cut off.</summary>
internal sealed class RestoreGuard(StorePaths paths)
{
    /// <summary>Long enough for another process to finish the same.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Files are being replaced, or were when their process died: what is open is out of date. As cheap as a look can be.</summary>
    public bool IsPending => File.Exists(paths.Journal);

    /// <summary>Inside the gate of a file: its store was moved away, or is being.</summary>
    /// <exception cref="AgentCraftException"><c>store_moved</c>, <c>store_busy</c></exception>
    public void RefuseMoved()
    {
        if (MoveNote.Of(paths) is { } note)
            throw note.Refusal($"SQLite store {paths.Root}");
    }

    /// <summary>Finishes a restore that was cut off, or waits until the one that is under way is done.</summary>
    public void Finish()
    {
        if (!IsPending)
            return;
        using FileLock held = FileLock.Take(paths.RestoreLock);
        if (RestoreJournal.Find(paths) is not { } journal)
            return;
        using RestoreGates gates = RestoreGates.Enter(journal.Files(paths), Patience);
        Apply(journal);
    }

    /// <summary>The same for a restore that is about to begin: one before it that can never be finished makes way, and its journal is kept under a name with the time.</summary>
    public void FinishOrAbandon(DateTimeOffset now)
    {
        try
        {
            Finish();
        }
        catch (AgentCraftException stuck) when (stuck.Code == ErrorCodes.StoreDamaged)
        {
            using FileLock held = FileLock.Take(paths.RestoreLock);
            File.Move(paths.Journal, $"{paths.Journal}.{now.UtcDateTime:yyyyMMdd-HHmmss-fff}");
        }
    }

    /// <summary>While a new file comes into being no restore begins: it would not know of it, and so leave it there.</summary>
    public IDisposable Birth() => FileLock.Take(paths.RestoreLock);

    /// <summary>Does what the journal says, however much of it has been done. The caller holds the lock and the gates.</summary>
    public void Apply(RestoreJournal journal, Action<string>? at = null)
    {
        try
        {
            foreach (RestoreStep step in journal.Steps)
            {
                at?.Invoke("step");
                step.Apply(paths, journal.Replaced);
                if (step.HasNew && !File.Exists(step.Live(paths)))
                    throw new FileNotFoundException($"{step.Staged(paths)} is gone.");
            }
            at?.Invoke("done");
            RestoreJournal.Remove(paths);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AgentCraftException(failure is FileNotFoundException ? ErrorCodes.StoreDamaged : ErrorCodes.StoreUnavailable, $"The restore of {journal.Backup} is not finished and cannot go on: {failure.Message}",
                $"Mend that and repeat the call, or run: agentcraft backup restore {journal.Backup}; what was there before is in {Path.Combine(paths.Replaced, journal.Replaced)}.", inner: failure);
        }
    }
}
