using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Backups;

namespace AgentCraft.Data.Diagnosis.Remedies;

/// <summary>What <c>doctor --fix</c> does: a backup first, then each remedy, noted in a journal; and again, as long as one brings up the next.</summary>
internal sealed class Treatment(Premises premises)
{
    private const int Passes = 3;

    /// <summary>The journal's name; null when nothing was to be done.</summary>
    public string? Id { get; private set; }

    /// <summary>The journal's directory.</summary>
    public string? Folder { get; private set; }

    /// <summary>The backup that was made before.</summary>
    public string? Backup { get; private set; }

    /// <summary>Why none could be made.</summary>
    public string? NoBackup { get; private set; }

    /// <summary>Does it.</summary>
    /// <param name="first">What was found.</param>
    /// <param name="onlyIndexes">Only what is derived from rows, without a backup.</param>
    /// <param name="again">Looks again.</param>
    /// <param name="cancellationToken">Gives up between two remedies.</param>
    public async Task<IReadOnlyList<FixedFinding>> Run(DoctorReport first, bool onlyIndexes, Func<Task<DoctorReport>> again, CancellationToken cancellationToken)
    {
        List<FixedFinding> done = [];
        HashSet<(string, string)> tried = [];
        List<Planned> plan = Plan(first, onlyIndexes, tried);
        if (plan.Count == 0)
            return done;
        UnixFileMode? locked = Unlock();
        using FileLock held = FileLock.TryTake(premises.Paths.Central + ".doctor")
            ?? throw new AgentCraftException(ErrorCodes.StoreBusy, "Another doctor is putting this store right.", "Repeat the call when it is done.", retryable: true);
        if (!onlyIndexes)
            await BackUp(cancellationToken);
        using FixJournal journal = Begin();
        (Id, Folder) = (journal.Id, journal.Folder);
        if (locked is { } mode)
            journal.Note(ModeRemedy.Change(premises.Folder, mode, ModeRemedy.OwnerDirectory));
        for (int pass = 0; pass < Passes && plan.Count > 0; pass++)
        {
            foreach (Planned one in plan)
            {
                cancellationToken.ThrowIfCancellationRequested();
                done.Add(Apply(one, journal, onlyIndexes));
            }
            plan = Plan(await again(), onlyIndexes, tried);
        }
        return done;
    }

    /// <summary>Where its owner himself may not write, nothing could be noted. Returns how it was.</summary>
    private UnixFileMode? Unlock()
    {
        if (OperatingSystem.IsWindows() || !Directory.Exists(premises.Folder) || FileStatus.Of(premises.Folder).Owner != FileStatus.Self
            || Path.GetFileName(premises.Folder) != ".agentcraft" || File.GetUnixFileMode(premises.Folder) is var mode && (mode & ModeRemedy.OwnerDirectory) == ModeRemedy.OwnerDirectory)
            return null;
        File.SetUnixFileMode(premises.Folder, ModeRemedy.OwnerDirectory);
        return mode;
    }

    private FixJournal Begin()
    {
        try
        {
            return FixJournal.Create(premises);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AgentCraftException(ErrorCodes.StoreUnavailable, $"Nothing was changed, because it could not be noted in {premises.Shown(premises.Paths.Backups)}: {failure.Message}",
                "Free some space, or give this user the right to write there.", inner: failure);
        }
    }

    private static List<Planned> Plan(DoctorReport report, bool onlyIndexes, HashSet<(string, string)> tried) =>
        [.. report.Checks.SelectMany(check => check.Findings.Where(finding => finding.Remedy is { } remedy && (remedy.IsOfIndexes || !onlyIndexes)).Select(finding => new Planned(check.Check, finding)))
            .Where(one => tried.Add((one.Check, one.Finding.What))).OrderBy(one => one.Finding.Remedy!.Order)];

    private FixedFinding Apply(Planned one, FixJournal journal, bool onlyIndexes)
    {
        IRemedy remedy = one.Finding.Remedy!;
        if (remedy.ChangesRows && NoBackup is not null && !onlyIndexes)
            return new(one.Check, one.Finding.What, false, $"Left as it is, because no backup could be made before: {NoBackup}");
        try
        {
            return new(one.Check, one.Finding.What, true, remedy.Apply(premises, journal));
        }
        catch (Exception failure) when (failure is AgentCraftException or IOException or UnauthorizedAccessException)
        {
            return new(one.Check, one.Finding.What, false, failure.Message);
        }
    }

    /// <summary>Of PostgreSQL its own tools make backups; what is changed there is in the journal.</summary>
    private async Task BackUp(CancellationToken cancellationToken)
    {
        if (!premises.IsFiles || !premises.HasStore)
            return;
        try
        {
            await using Stores stores = new(premises.Root, premises.Settings, premises.Around.Time);
            Backup = (await stores.Backups.Create(cancellationToken: cancellationToken)).Backup.Name;
        }
        catch (AgentCraftException failure)
        {
            NoBackup = failure.Message;
        }
    }

    private sealed record Planned(string Check, Finding Finding);
}
