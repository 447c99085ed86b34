namespace AgentCraft.Data.Storage.Backups;

/// <summary>The directory of all sets. What is being made or removed has a name that ends in <c>.tmp</c> and never counts.</summary>
internal sealed class BackupFolder(StorePaths paths)
{
    private const string Unfinished = ".tmp";

    /// <summary>Where it is.</summary>
    public string Path => paths.Backups;

    /// <summary>The sets, newest first.</summary>
    public List<BackupSet> List() => [.. Names().OrderDescending(StringComparer.Ordinal).Select(name => BackupSet.Of(System.IO.Path.Combine(Path, name)))];

    /// <summary>The newest complete one that looks sound; null when there is none.</summary>
    public BackupSet? Newest() => Names().OrderDescending(StringComparer.Ordinal).Select(name => BackupSet.Of(System.IO.Path.Combine(Path, name)))
        .FirstOrDefault(set => set.Complete && set.Problem is null);

    /// <summary>The newest whole set of that name or, without one, the newest complete one.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c></exception>
    public BackupSet Get(string? name)
    {
        List<string> names = [.. Names().OrderDescending(StringComparer.Ordinal)];
        if (name is null)
            return names.Select(each => BackupSet.Of(System.IO.Path.Combine(Path, each))).FirstOrDefault(set => set.Complete || set.Reason is null)
                ?? throw new AgentCraftException(ErrorCodes.NotFound, "There is no backup yet.", "Make one: agentcraft backup create");
        return names.Contains(name) ? BackupSet.Of(System.IO.Path.Combine(Path, name)) : throw new AgentCraftException(ErrorCodes.NotFound,
            $"There is no backup '{Text.Shown(name)}'.", $"{Text.DidYouMean(name, names)}agentcraft backup list shows all.");
    }

    /// <summary>Where a new set is to be made, and what it will be called. The clock may have been set back or stand still: names stay in order.</summary>
    public (string Name, string Making) New(DateTimeOffset now, string mark)
    {
        OwnedDirectory.Create(Path);
        string? newest = Names().Max(StringComparer.Ordinal);
        string name = BackupSet.NewName(now);
        while (newest is not null && string.CompareOrdinal(name[..19], newest[..19]) == 0)
            name = BackupSet.NewName(now += TimeSpan.FromMilliseconds(1));
        string making = System.IO.Path.Combine(Path, name + mark + Unfinished);
        OwnedDirectory.Create(making);
        return (name, making);
    }

    /// <summary>It counts from now on.</summary>
    public BackupSet Finish(string name, string making)
    {
        string final = System.IO.Path.Combine(Path, name);
        DiskSync.Folder(making);
        Directory.Move(making, final);
        DiskSync.Folder(Path);
        return BackupSet.Of(final);
    }

    /// <summary>It counts no longer, and goes.</summary>
    public void Remove(BackupSet set)
    {
        string going = set.Path + Unfinished;
        Directory.Move(set.Path, going);
        Directory.Delete(going, recursive: true);
    }

    /// <summary>Removes what was left unfinished under this mark; whoever calls holds the lock under which such sets are made.</summary>
    public void Sweep(string mark)
    {
        if (!Directory.Exists(Path))
            return;
        foreach (string folder in Directory.GetDirectories(Path, "*" + Unfinished))
            if (System.IO.Path.GetFileName(folder) is { Length: > BackupSet.NameLength } name && name[BackupSet.NameLength..] == mark + Unfinished && BackupSet.IsName(name[..BackupSet.NameLength]))
                Discard(folder);
    }

    /// <summary>Removes it as far as that goes; the next sweep takes the rest.</summary>
    public static void Discard(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception left) when (left is IOException or UnauthorizedAccessException)
        {
            // It does not count, whatever is left of it.
        }
    }

    private IEnumerable<string> Names() => !Directory.Exists(Path) ? []
        : Directory.EnumerateDirectories(Path).Select(folder => System.IO.Path.GetFileName(folder)!).Where(BackupSet.IsName);
}
