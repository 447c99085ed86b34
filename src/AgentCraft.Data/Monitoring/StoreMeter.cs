namespace AgentCraft.Data.Monitoring;

/// <summary>What this process measures of its store, from its start on.</summary>
/// <param name="slow">From when on a statement is slow; zero for never.</param>
internal sealed class StoreMeter(TimeSpan slow)
{
    /// <summary>From a write's call until its transaction begins: the queue of this process, and the gate or lock.</summary>
    public Histogram WriteWaits { get; } = new();

    /// <summary>The COMMIT itself, with what the disk takes.</summary>
    public Histogram Commits { get; } = new();

    /// <summary>Statements that took long.</summary>
    public SlowQueries Slow { get; } = new(slow);
}
