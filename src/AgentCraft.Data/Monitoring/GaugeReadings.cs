using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Monitoring;

/// <summary>Reads what is watched, from what is cheap to ask.</summary>
internal sealed class GaugeReadings(Databases databases, MonitoringSettings settings)
{
    /// <summary>Everything with its threshold.</summary>
    /// <param name="load">What the servers did lately.</param>
    /// <param name="slowestMs">The slowest statement of this process lately.</param>
    /// <param name="centralBytes">Of the central file, or of all tables.</param>
    public IReadOnlyList<Gauge> Read(RecentLoad load, double slowestMs, long centralBytes) =>
    [
        new("wal_bytes", "monitoring.walBytes", settings.WalBytes, databases.IsFiles ? LargestLog() : null),
        new("central_bytes", "monitoring.centralBytes", settings.CentralBytes, centralBytes),
        new("write_wait_p99_ms", "monitoring.writeWaitP99Ms", settings.WriteWaitP99Ms, Math.Round(load.WriteWaits.Quantile(0.99), 3)),
        new("errors_per_minute", "monitoring.errorsPerMinute", settings.ErrorsPerMinute, Math.Round(load.ErrorsPerMinute, 2)),
        new("slow_query_ms", "monitoring.slowQueryMs", settings.SlowQueryMs, Math.Round(slowestMs, 1)),
        new("free_disk_bytes", "monitoring.freeDiskBytes", settings.FreeDiskBytes, databases.IsFiles ? FreeDisk() : null) { IsFloor = true },
    ];

    private long LargestLog() => databases.AgentFiles().Select(file => file.Path).Append(databases.Central.Path)
        .Max(path => new FileInfo(path + "-wal") is { Exists: true } log ? log.Length : 0);

    private long? FreeDisk()
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(databases.Central.Path)!).AvailableFreeSpace;
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
