using System.Diagnostics.Metrics;

namespace AgentCraft.Data.Monitoring;

/// <summary>What this process measures of its store, from its start on.</summary>
/// <param name="slow">From when on a statement is slow; zero for never.</param>
internal sealed class StoreMeter(TimeSpan slow)
{
    /// <summary>By this name those who listen find the instruments.</summary>
    public const string Name = "AgentCraft";

    private static readonly Meter Instruments = new(Name);
    private static readonly InstrumentAdvice<double> Bounds = new() { HistogramBucketBoundaries = [.. Histogram.BoundsMs.Select(ms => ms / 1000)] };
    private static readonly Histogram<double> Waits = Create("agentcraft.store.write_wait.duration", "How long writes wait for their turn.");
    private static readonly Histogram<double> Committing = Create("agentcraft.store.commit.duration", "How long commits take.");

    /// <summary>From a write's call until its transaction begins: the queue of this process, and the gate or lock.</summary>
    public Histogram WriteWaits { get; } = new(Waits);

    /// <summary>The COMMIT itself, with what the disk takes.</summary>
    public Histogram Commits { get; } = new(Committing);

    /// <summary>Statements that took long.</summary>
    public SlowQueries Slow { get; } = new(slow);

    private static Histogram<double> Create(string name, string description) => Instruments.CreateHistogram(name, "s", description, advice: Bounds);
}
