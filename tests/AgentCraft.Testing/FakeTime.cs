namespace AgentCraft.Testing;

/// <summary>
/// A clock that stands still until the test moves it: the wall clock and the time since the machine started, together or apart.
/// Timers are real ones.
/// </summary>
public sealed class FakeTime : TimeProvider
{
    private readonly object _gate = new();
    private DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private TimeSpan _sinceStart = TimeSpan.FromHours(5);

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now;
    }

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        lock (_gate)
            return _sinceStart.Ticks;
    }

    /// <summary>Time passes: both clocks go on.</summary>
    public void Advance(TimeSpan time)
    {
        lock (_gate)
            (_now, _sinceStart) = (_now + time, _sinceStart + time);
    }

    /// <summary>Somebody sets the wall clock, forwards or back; no time passes.</summary>
    public void SetWallClock(TimeSpan difference)
    {
        lock (_gate)
            _now += difference;
    }

    /// <summary>The machine starts again: the wall clock goes on, the other begins anew.</summary>
    public void Restart()
    {
        lock (_gate)
            _sinceStart = TimeSpan.FromSeconds(10);
    }
}
