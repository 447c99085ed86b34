using System.Globalization;

namespace AgentCraft.Data.Diagnosis.Checks;

/// <summary>Room on the disk: for the next writes, and for a backup of all there is.</summary>
internal sealed class SpaceCheck : ICheck
{
    /// <summary>Below it a few writes fill the disk.</summary>
    private const long Least = 16L << 20;

    /// <summary>What a log and the next hour need beside a backup.</summary>
    private const long Reserve = 64L << 20;

    public string Name => "disk_space";

    public string Title => "Disk space";

    public bool AppliesTo(Premises premises) => premises.IsFiles;

    public Task<Seen> Look(Premises premises, CancellationToken cancellationToken)
    {
        if (premises.Around.FreeBytes(premises.Folder) is not { } free)
            return Task.FromResult(new Seen("not known here"));
        long store = premises.Files().Sum(file => SizeOf(file.Path) + SizeOf(file.Path + "-wal"));
        string summary = $"{Bytes(free)} free, the store takes {Bytes(store)}";
        string next = $"du -ah {Premises.Quoted(premises.HasStore ? premises.Folder : premises.Root)} | sort -h | tail";
        return Task.FromResult(free < Least
            ? new Seen(summary, Finding.Error($"The disk has only {Bytes(free)} left.", "Soon every write answers disk_full. What was acknowledged is safe.", next))
            : free < store + Reserve ? new Seen(summary, Finding.Warning($"The disk has {Bytes(free)} left: less than a backup of the store ({Bytes(store)}) needs.",
                "The next backup, and the one before a migration, would fail.", next))
            : new Seen(summary));
    }

    /// <summary>For people.</summary>
    public static string Bytes(long bytes) => bytes < 1 << 20 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KiB")
        : bytes < 1 << 30 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:0.##} GiB");

    private static long SizeOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
