namespace AgentCraft.Data.Monitoring;

/// <summary>Durations, counted in the buckets of <see cref="BoundsMs"/>.</summary>
public sealed record Durations
{
    /// <summary>The upper bounds of the buckets, in milliseconds; one more bucket has what is longer.</summary>
    public static IReadOnlyList<double> BoundsMs => Histogram.BoundsMs;

    /// <summary>None.</summary>
    public static Durations None { get; } = new() { Counts = new long[Histogram.BoundsMs.Count + 1] };

    /// <summary>How many are in each bucket.</summary>
    public required IReadOnlyList<long> Counts { get; init; }

    /// <summary>All together, in milliseconds.</summary>
    public double TotalMs { get; init; }

    /// <summary>How many there are.</summary>
    public long Count => Counts.Sum();

    /// <summary>What has come since.</summary>
    internal Durations Since(Durations before) => new() { Counts = [.. Counts.Zip(before.Counts, (now, then) => now - then)], TotalMs = TotalMs - before.TotalMs };

    /// <summary>Both; another program's with other buckets are left out.</summary>
    internal Durations Plus(Durations other) => other.Counts.Count != Counts.Count ? this
        : new() { Counts = [.. Counts.Zip(other.Counts, (one, two) => one + two)], TotalMs = TotalMs + other.TotalMs };

    /// <summary>The duration, in milliseconds, that this part of all does not exceed, as far as buckets can tell; 0 without any.</summary>
    internal double Quantile(double part)
    {
        double wanted = part * Count, seen = 0;
        for (int i = 0; i < Counts.Count && wanted > 0; seen += Counts[i++])
            if (seen + Counts[i] >= wanted)
                return i == Histogram.BoundsMs.Count ? Histogram.BoundsMs[^1] : Between(i, (wanted - seen) / Counts[i]);
        return 0;
    }

    private static double Between(int bucket, double part)
    {
        double low = bucket == 0 ? 0 : Histogram.BoundsMs[bucket - 1];
        return low + ((Histogram.BoundsMs[bucket] - low) * part);
    }
}
