using AgentCraft.Data.Monitoring;
using AgentCraft.Data.Storage.Backups;

namespace AgentCraft.Data.Storage;

/// <summary>What it takes to open a database file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Sets">The schemas it must have.</param>
/// <param name="Settings">Durability and patience.</param>
/// <param name="CacheKiB">Page cache of each connection.</param>
/// <param name="Committed">Told after each commit which names to wake, outside the gate.</param>
/// <param name="Clock">The clock.</param>
internal sealed record FileRecipe(
    string Path, IReadOnlyList<MigrationSet> Sets, StoreSettings Settings, int CacheKiB, Action<IReadOnlyList<string>> Committed, LeaseClock Clock)
{
    /// <summary>Copies the file before it is migrated, by the connection that will do so, inside the gate; null for a file that needs no copy.</summary>
    public Action<Connection>? BackUp { get; init; }

    /// <summary>Keeps off while a restore replaces files; null for a file that none knows.</summary>
    public RestoreGuard? Guard { get; init; }

    /// <summary>Where it is told what takes how long; null where nobody asks.</summary>
    public StoreMeter? Meter { get; init; }

    /// <summary>How the file is spoken to.</summary>
    public Dialect Dialect { get; } = new SqliteDialect(Path, Clock);

    /// <summary>Makes the directory, for its owner only.</summary>
    public void PrepareDirectory() => Prepare(OwnedDirectory.Create);

    /// <summary>Makes the file, empty, with a .gitignore beside it that keeps the store out of commits.</summary>
    public void PrepareFile() => Prepare(directory =>
    {
        // A log without its file would be deleted together with what it holds.
        if (FileSigns.IsThere(Path))
            return;
        KeepOutOfCommits(directory);
        LogMark.Forget(Path);
        OwnedDirectory.CreateFile(Path);
    });

    private void Prepare(Action<string> step)
    {
        string directory = System.IO.Path.GetDirectoryName(Path)!;
        try
        {
            step(directory);
        }
        catch (IOException full) when (StoreErrors.IsFull(Path))
        {
            throw StoreErrors.Full(Path, full);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AgentCraftException(ErrorCodes.StoreUnavailable, $"Cannot create the directory {directory}: {failure.Message}",
                "Check its permissions, or choose another root with --root.", inner: failure);
        }
    }

    /// <summary>The directory may be older than the store: a person's <c>config.json</c> lies in it too.</summary>
    private static void KeepOutOfCommits(string directory)
    {
        try
        {
            using FileStream ignore = new(System.IO.Path.Combine(directory, ".gitignore"), FileMode.CreateNew);
            ignore.Write("# The store is this machine's; configuration beside it may be committed.\n*.db*\nbackups/\nreplaced/\nsignals/\n*.tmp\n.gitignore\n"u8);
        }
        catch (IOException)
        {
            // There is one: a person's, or that of another process that starts at the same moment.
        }
    }
}
