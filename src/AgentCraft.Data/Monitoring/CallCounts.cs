using System.Collections.Concurrent;

namespace AgentCraft.Data.Monitoring;

/// <summary>How many calls this process has served, and how many failed, by the code of the error.</summary>
public sealed class CallCounts
{
    private readonly ConcurrentDictionary<string, StrongCount> _failures = new(StringComparer.Ordinal);
    private long _calls;

    /// <summary>A call was answered.</summary>
    /// <param name="error">The code of its error; null when it succeeded.</param>
    public void Note(string? error)
    {
        Interlocked.Increment(ref _calls);
        if (error is not null)
            Interlocked.Increment(ref _failures.GetOrAdd(error, _ => new()).Value);
    }

    /// <summary>All that were answered.</summary>
    public long Calls => Volatile.Read(ref _calls);

    /// <summary>Those that failed, by code.</summary>
    public IReadOnlyDictionary<string, long> Errors => _failures.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary(pair => pair.Key, pair => Volatile.Read(ref pair.Value.Value));

    private sealed class StrongCount
    {
        public long Value;
    }
}
