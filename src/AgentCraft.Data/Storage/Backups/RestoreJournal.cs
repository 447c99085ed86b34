using System.Text.Json;

namespace AgentCraft.Data.Storage.Backups;

/// <summary>
/// What a restore is about to do, written down and synced before it begins: as long as it is there, nothing of the store may be used, and
/// whoever finds it finishes the restore first.
/// </summary>
internal sealed record RestoreJournal
{
    /// <summary>The backup.</summary>
    public string Backup { get; init; } = "";
    /// <summary>The directory, below <c>replaced</c>, of what was there before.</summary>
    public string Replaced { get; init; } = "";
    /// <summary>The files that are replaced or taken away.</summary>
    public IReadOnlyList<RestoreStep> Steps { get; init; } = [];

    /// <summary>The one of a restore that is under way or was cut off; null when there is none.</summary>
    public static RestoreJournal? Find(StorePaths paths)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(paths.Journal), ManifestJson.Default.RestoreJournal);
        }
        catch (JsonException broken)
        {
            throw new AgentCraftException(ErrorCodes.StoreDamaged, $"{paths.Journal}, by which a restore that was cut off is finished, cannot be read: {broken.Message}",
                "Nothing was changed. Run: agentcraft backup verify; then: agentcraft backup restore, which keeps what is there below .agentcraft/replaced.", inner: broken);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>On disk, and valid from now on.</summary>
    public void Write(StorePaths paths) => DiskSync.Write(paths.Journal, JsonSerializer.SerializeToUtf8Bytes(this, ManifestJson.Default.RestoreJournal));

    /// <summary>Done.</summary>
    public static void Remove(StorePaths paths)
    {
        File.Delete(paths.Journal);
        DiskSync.Folder(Path.GetDirectoryName(paths.Journal)!);
    }

    /// <summary>The files whose gates it takes, central first: everybody takes several gates in this order, or one.</summary>
    public IReadOnlyList<string> Files(StorePaths paths) =>
        [.. Steps.OrderBy(step => step.Agent is not null).ThenBy(step => step.Agent, StringComparer.Ordinal).Select(step => step.Live(paths))];
}

/// <summary>One file of a restore.</summary>
/// <param name="Agent">Whose; null for central.</param>
/// <param name="HasNew">A new one comes into its place; false when it only goes.</param>
/// <param name="Suffix">What the new one is called beside the old one, behind its name.</param>
internal sealed record RestoreStep(string? Agent, bool HasNew, string Suffix = RestoreStep.Staging)
{
    private const string Staging = ".restored";

    public string Live(StorePaths paths) => Agent is null ? paths.Central : paths.Agent(Agent);

    /// <summary>The new file, beside the old one until it takes its place.</summary>
    public string Staged(StorePaths paths) => Live(paths) + Suffix;

    public static string StagedOf(string live) => live + Staging;

    /// <summary>
    /// Takes the old file away and puts the new one there; any part of it may have been done before, by somebody who was killed then. The
    /// database goes before its log: without it nobody can open, and so make a new log, in between.
    /// </summary>
    public void Apply(StorePaths paths, string replaced)
    {
        string live = Live(paths), staged = Staged(paths), old = Path.Combine(paths.Replaced, replaced, BackupFile.PathOf(Agent));
        if (!(HasNew ? File.Exists(staged) : File.Exists(live) || File.Exists(live + "-wal")))
            return;
        Move(paths.Replaced, live, old);
        Move(paths.Replaced, live + "-wal", old + "-wal");
        File.Delete(live + "-shm");
        LogMark.Forget(live);
        if (HasNew)
            File.Move(staged, live);
        DiskSync.Folder(Path.GetDirectoryName(live)!);
    }

    private static void Move(string top, string from, string to)
    {
        if (!File.Exists(from) && !Directory.Exists(from))
            return;
        OwnedDirectory.CreateBelow(top, Path.GetDirectoryName(to)!);
        if (File.Exists(from))
            File.Move(from, to, overwrite: true);
        else
            Directory.Move(from, to);
        DiskSync.Folder(Path.GetDirectoryName(to)!);
    }
}
