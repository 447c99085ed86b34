namespace AgentCraft.Data.Storage.Backups;

/// <summary>Which sets go when there are too many or they take too much: the oldest first, never the newest good one.</summary>
internal static class Rotation
{
    /// <summary>Those that go.</summary>
    /// <param name="sets">All there are, newest first.</param>
    /// <param name="kept">Stays whatever else.</param>
    /// <param name="settings">What is allowed.</param>
    public static IReadOnlyList<BackupSet> Of(IReadOnlyList<BackupSet> sets, string kept, BackupSettings settings)
    {
        List<BackupSet> going = [];
        int count = 0;
        long size = 0;
        foreach (BackupSet set in sets.OrderByDescending(set => set.Name == kept).ThenByDescending(set => set.Name, StringComparer.Ordinal))
        {
            if (set.Name != kept && (count >= settings.MaxBackups || size + set.Size > settings.MaxTotalBytes))
            {
                going.Add(set);
                continue;
            }
            size += set.Size;
            // One agent's file alone is no backup of the store: it takes nobody's place, and goes when the complete ones of its time do.
            count += set.Reason is null || set.Complete ? 1 : 0;
        }
        return going;
    }
}
