using System.Diagnostics;

namespace AgentCraft.Benchmarks;

/// <summary>How many cores each of some programs had at work while something was measured: that tells where the limit is.</summary>
internal sealed class ProcessorUse(params (string Name, Func<IReadOnlyList<int>> Pids)[] programs)
{
    private readonly double[] _seconds = new double[programs.Length];
    private double _elapsed;

    /// <summary>This process, which makes the calls.</summary>
    public static (string Name, Func<IReadOnlyList<int>> Pids) Driver => ("driver", () => [Environment.ProcessId]);

    public async Task<T> During<T>(Func<Task<T>> work)
    {
        (double[] before, long begin) = (Now(), Stopwatch.GetTimestamp());
        T result = await work();
        _elapsed += Stopwatch.GetElapsedTime(begin).TotalSeconds;
        foreach ((int i, double after) in Now().Index())
            _seconds[i] += after - before[i];
        return result;
    }

    public override string ToString() => $"cores at work: {string.Join(", ", programs.Select((program, i) => $"{program.Name} {_seconds[i] / _elapsed:0.00}"))} of {Environment.ProcessorCount}";

    private double[] Now() => [.. programs.Select(program => program.Pids().Sum(Programs.ProcessorSeconds))];
}
