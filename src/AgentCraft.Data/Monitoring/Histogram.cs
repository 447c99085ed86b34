using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AgentCraft.Data.Monitoring;

/// <summary>Counts durations in fixed buckets. Adding one takes no lock and some nanoseconds, since every commit does it.</summary>
/// <param name="instrument">Is told of each, too, when somebody listens; in seconds.</param>
internal sealed class Histogram(Histogram<double>? instrument = null)
{
    /// <summary>The upper bounds of the buckets, in milliseconds; one more bucket has what is longer.</summary>
    public static IReadOnlyList<double> BoundsMs { get; } = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000];

    private static readonly long[] Bounds = [.. BoundsMs.Select(ms => (long)(ms * Stopwatch.Frequency / 1000))];

    private readonly long[] _counts = new long[Bounds.Length + 1];
    private long _total;

    /// <summary>Adds the time since <paramref name="start"/>, a timestamp of <see cref="Stopwatch"/>.</summary>
    public void AddSince(long start) => Add(Stopwatch.GetTimestamp() - start);

    /// <summary>Adds a duration in ticks of <see cref="Stopwatch"/>.</summary>
    public void Add(long ticks)
    {
        int bucket = 0;
        while (bucket < Bounds.Length && ticks > Bounds[bucket])
            bucket++;
        Interlocked.Increment(ref _counts[bucket]);
        Interlocked.Add(ref _total, ticks);
        if (instrument is { Enabled: true })
            instrument.Record((double)ticks / Stopwatch.Frequency);
    }

    /// <summary>What has been counted so far; what is being added may be in one of its numbers only.</summary>
    public Durations Read() => new()
    {
        Counts = [.. Enumerable.Range(0, _counts.Length).Select(i => Volatile.Read(ref _counts[i]))],
        TotalMs = Volatile.Read(ref _total) * 1000.0 / Stopwatch.Frequency,
    };
}
