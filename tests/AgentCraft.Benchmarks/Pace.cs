using System.Diagnostics;

namespace AgentCraft.Benchmarks;

/// <summary>When it is a process's turn to call, so many times a second, each process at moments of its own.</summary>
internal sealed class Pace(int eachSecond, int process, int processes)
{
    private readonly long _begin = Stopwatch.GetTimestamp();
    private int _turns;

    /// <summary>Milliseconds from one turn to the next.</summary>
    public double Interval { get; } = 1000.0 / eachSecond;

    /// <summary>Of the first turn, in ms from the beginning.</summary>
    public double Phase => Interval * process / processes;

    /// <summary>Waits for the next turn; who is late has it at once.</summary>
    public async Task Next()
    {
        double early = Phase + (_turns++ * Interval) - Stopwatch.GetElapsedTime(_begin).TotalMilliseconds;
        if (early > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(early));
    }
}
