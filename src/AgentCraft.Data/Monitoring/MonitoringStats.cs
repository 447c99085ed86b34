namespace AgentCraft.Data.Monitoring;

/// <summary>How the store fares: what was measured lately in all servers, and since its start in this one.</summary>
public sealed record MonitoringStats
{
    /// <summary>Thresholds that were ever crossed, those that still are first.</summary>
    public required IReadOnlyList<Alert> Alerts { get; init; }
    /// <summary>What is watched, with its threshold.</summary>
    public required IReadOnlyList<Gauge> Gauges { get; init; }
    /// <summary>Who has the lock of writes; empty when nobody ever had.</summary>
    public required IReadOnlyList<LockHolder> LockHolders { get; init; }
    /// <summary>Servers that have worked in the last minutes, this one first.</summary>
    public required IReadOnlyList<WatchedServer> Servers { get; init; }
    /// <summary>How long writes waited for their turn, since this server started.</summary>
    public required DurationStats WriteWait { get; init; }
    /// <summary>How long commits took, since this server started.</summary>
    public required DurationStats Commit { get; init; }
    /// <summary>Calls that this server has answered.</summary>
    public long Calls { get; init; }
    /// <summary>Those that failed, by code.</summary>
    public required IReadOnlyDictionary<string, long> Errors { get; init; }
    /// <summary>Statements that were slow last, in any server.</summary>
    public required IReadOnlyList<SlowQuery> SlowQueries { get; init; }
    /// <summary>What has no meaning with this engine, and why; or why alerts reach nobody.</summary>
    public string? Note { get; init; }
}

/// <summary>A statement that took longer than <c>monitoring.slowQueryMs</c>.</summary>
public sealed record SlowQuery
{
    /// <summary>Its text; values are parameters, and not kept.</summary>
    public string Statement { get; init; } = "";
    /// <summary>What the engine says of how it goes about it.</summary>
    public string? Plan { get; init; }
    /// <summary>How often it was slow.</summary>
    public long Calls { get; init; }
    /// <summary>Milliseconds of one of those.</summary>
    public double MeanMs { get; init; }
    /// <summary>The longest.</summary>
    public double MaxMs { get; init; }
    /// <summary>When first.</summary>
    public DateTimeOffset FirstAt { get; init; }
    /// <summary>When last.</summary>
    public DateTimeOffset LastAt { get; init; }
}

/// <summary>Durations in numbers, in milliseconds; parts of a hundred are as exact as the buckets.</summary>
public sealed record DurationStats
{
    /// <summary>How many.</summary>
    public long Count { get; init; }
    /// <summary>The mean.</summary>
    public double MeanMs { get; init; }
    /// <summary>Half of them took no longer.</summary>
    public double P50Ms { get; init; }
    /// <summary>95 of a hundred took no longer.</summary>
    public double P95Ms { get; init; }
    /// <summary>99 of a hundred took no longer.</summary>
    public double P99Ms { get; init; }
    /// <summary>How many took no longer than that and longer than the bucket before; empty buckets are left out.</summary>
    public required IReadOnlyList<DurationBucket> Buckets { get; init; }

    internal static DurationStats Of(Durations durations) => new()
    {
        Count = durations.Count,
        MeanMs = durations.Count == 0 ? 0 : Math.Round(durations.TotalMs / durations.Count, 3),
        P50Ms = Math.Round(durations.Quantile(0.5), 3),
        P95Ms = Math.Round(durations.Quantile(0.95), 3),
        P99Ms = Math.Round(durations.Quantile(0.99), 3),
        Buckets = [.. durations.Counts.Select((count, i) => new DurationBucket(i < Durations.BoundsMs.Count ? Durations.BoundsMs[i] : null, count)).Where(bucket => bucket.Count > 0)],
    };
}

/// <summary>Some durations.</summary>
/// <param name="UpToMs">Their upper bound; null for those over every bound.</param>
/// <param name="Count">How many.</param>
public sealed record DurationBucket(double? UpToMs, long Count);
