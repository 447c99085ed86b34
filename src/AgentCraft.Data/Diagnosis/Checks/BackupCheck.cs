using AgentCraft.Data.Storage.Backups;

namespace AgentCraft.Data.Diagnosis.Checks;

/// <summary>Whether there is a backup that is worth something.</summary>
internal sealed class BackupCheck : ICheck
{
    private const int OldDays = 7;
    private static readonly TimeSpan Young = TimeSpan.FromDays(1);

    public string Name => "backups";

    public string Title => "Backups";

    public bool AppliesTo(Premises premises) => premises.IsFiles && premises.HasStore;

    public Task<Seen> Look(Premises premises, CancellationToken cancellationToken)
    {
        BackupFolder folder = new(premises.Paths);
        List<BackupSet> sets = folder.List();
        DateTimeOffset now = premises.Around.Time.GetUtcNow();
        string create = premises.Command("backup create");
        List<Finding> findings = [.. sets.Where(set => set.Problem is not null).Take(5).Select(set => Finding.Warning($"The backup {set.Name} cannot be used: {set.Problem}.",
            "It takes room and helps nobody.", premises.Command($"backup verify {set.Name}")))];
        if (folder.Newest() is not { } newest)
        {
            if (now - Born(premises) > Young)
                findings.Add(Finding.Warning("There is no complete backup.", "A damaged or deleted file would be lost.", create));
            return Task.FromResult(new Seen(sets.Count == 0 ? "none yet" : "no complete one", findings));
        }
        int days = (int)(now - newest.CreatedAt).TotalDays;
        if (days >= OldDays)
            findings.Add(Finding.Warning($"The newest complete backup is {days} days old{(premises.Settings.Backup.Enabled ? "" : " (backup.enabled is off)")}.", "What came since would be lost with the file.", create));
        return Task.FromResult(new Seen($"{sets.Count}, the newest of {Times.ToText(newest.CreatedAt)}, {SpaceCheck.Bytes(sets.Sum(set => set.Size))}", findings));
    }

    private static DateTimeOffset Born(Premises premises) => new(File.GetCreationTimeUtc(premises.Folder), TimeSpan.Zero);
}
