using AgentCraft.Data.Diagnosis.Remedies;
using AgentCraft.Data.Moves;
using AgentCraft.Data.Storage.Backups;

namespace AgentCraft.Data.Diagnosis.Checks;

/// <summary>What was left half done: restores, backups; and what restores have kept for long.</summary>
internal sealed class LeftoverCheck : ICheck
{
    private const int LongDays = 30;
    private static readonly TimeSpan Recent = TimeSpan.FromHours(1);

    public string Name => "leftovers";

    public string Title => "Leftovers";

    public bool AppliesTo(Premises premises) => premises.IsFiles && Directory.Exists(premises.Folder);

    public Task<Seen> Look(Premises premises, CancellationToken cancellationToken)
    {
        StorePaths paths = premises.Paths;
        List<Finding> findings = [];
        if (Moved(premises) is { } moved)
            findings.Add(moved);
        bool isPending = File.Exists(paths.Journal);
        if (isPending && !IsUnderWay(paths.RestoreLock) && File.Exists(paths.Journal))
            findings.Add(Pending(premises));
        if (!isPending)
            Add(findings, premises, "Files of a restore that never began or was given up", [.. Staged(premises), .. Directory.EnumerateFiles(premises.Folder, Path.GetFileName(paths.Journal) + ".2*")],
                "They take room, and nothing reads them.");
        Add(findings, premises, "Backups that were never finished", Unfinished(premises), "They take room, and count for nothing.");
        List<string> replaced = Replaced(premises);
        if (Kept(premises) is { Count: > 0 } old)
            findings.Add(Finding.Warning($"What restores have replaced is kept for more than {LongDays} days: {Premises.Some([.. old.Select(premises.Shown)])}.", "It takes room. Delete it when nobody misses anything from it.",
                $"rm -r {string.Join(' ', old.Select(Premises.Quoted))}") with
            { Paths = premises.ShownAll(old) });
        string summary = findings.Count == 0 ? "nothing half done" : "something was left";
        return Task.FromResult(new Seen(replaced.Count == 0 ? summary : $"{summary}; {replaced.Count} replaced {(replaced.Count == 1 ? "store is" : "stores are")} kept in {premises.Shown(paths.Replaced)}", findings));
    }

    /// <summary>The store is elsewhere, or somebody has to finish what was begun.</summary>
    private static Finding? Moved(Premises premises)
    {
        try
        {
            return MoveNote.Of(premises.Paths) is not { } note || IsUnderWay(premises.Paths.MoveLock) ? null
                : note.Refusal($"SQLite store {premises.Root}") is var refusal && note.IsDone && note.FilledBy is null ? Finding.Error(refusal.Message, refusal.Hint ?? "", premises.Command("config show"))
                : Finding.Error("A move of the store was cut off, and is not finished.", $"Nothing can be read or written until it is, or is given up with --cancel. {refusal.Message}", premises.Command($"move --to {(note.FilledBy is null ? note.To : "sqlite")}"));
        }
        catch (AgentCraftException unreadable)
        {
            return Finding.Error(unreadable.Message, unreadable.Hint ?? "", premises.Command("config show"));
        }
    }

    private static Finding Pending(Premises premises)
    {
        string name = "";
        try
        {
            name = RestoreJournal.Find(premises.Paths)?.Backup ?? "";
        }
        catch (AgentCraftException)
        {
            // A journal that cannot be read names none.
        }
        return Finding.Error($"A restore{(name.Length > 0 ? $" of {name}" : "")} was cut off, and is not finished.", "Nothing can be read or written until it is: the next server finishes it, or says why it cannot.",
            premises.Command(name.Length > 0 && BackupSet.IsName(name) ? $"backup restore {name} --yes" : "backup restore --yes"));
    }

    private static void Add(List<Finding> findings, Premises premises, string what, List<string> paths, string why)
    {
        if (paths.Count > 0)
            findings.Add(new()
            {
                Severity = Severity.Warning, What = $"{what}: {Premises.Some([.. paths.Select(premises.Shown)])}.", Why = why, Next = premises.Command("doctor --fix"),
                Fixable = true, Paths = premises.ShownAll(paths), Remedy = new AsideRemedy(paths),
            });
    }

    private static IEnumerable<string> Staged(Premises premises) => IsUnderWay(premises.Paths.BackupLock) ? []
        : premises.Paths.AllFiles().Select(RestoreStep.StagedOf).Where(File.Exists);

    /// <summary>Of one that is being made, the time of its directory is new.</summary>
    private static List<string> Unfinished(Premises premises) => !Directory.Exists(premises.Paths.Backups) || IsUnderWay(premises.Paths.BackupLock) ? []
        : [.. Directory.EnumerateDirectories(premises.Paths.Backups, "*.tmp").Where(folder => premises.Around.Time.GetUtcNow() - Directory.GetLastWriteTimeUtc(folder) > Recent)];

    private static List<string> Replaced(Premises premises) => Directory.Exists(premises.Paths.Replaced) ? [.. Directory.EnumerateDirectories(premises.Paths.Replaced)] : [];

    private static List<string> Kept(Premises premises) => [.. Replaced(premises).Where(folder => (premises.Around.Time.GetUtcNow() - Directory.GetLastWriteTimeUtc(folder)).TotalDays > LongDays)];

    /// <summary>Somebody holds the lock under which it is done. It is tried only where it is there already.</summary>
    private static bool IsUnderWay(string lockFile)
    {
        if (!File.Exists(lockFile))
            return false;
        try
        {
            using FileLock? free = FileLock.TryTake(lockFile);
            return free is null;
        }
        catch (AgentCraftException)
        {
            return false;
        }
    }
}
