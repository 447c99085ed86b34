using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Monitoring;

/// <summary>What this process did since it was last asked.</summary>
internal sealed class LoadWindow(Databases databases, CallCounts calls)
{
    private readonly Lock _gate = new();
    private long _since = databases.Time.GetTimestamp();
    private long _calls, _ownWrites;
    private IReadOnlyDictionary<string, long> _errors = new Dictionary<string, long>();
    private Durations _waits = Durations.None, _commits = Durations.None;

    /// <summary>A write of the monitor itself is no work of the server's.</summary>
    public void NoteOwnWrite() => Interlocked.Increment(ref _ownWrites);

    /// <summary>What it did; the next time it is counted from now on.</summary>
    /// <param name="didSomething">It served somebody.</param>
    public ServerLoad Take(out bool didSomething)
    {
        lock (_gate)
        {
            long now = databases.Time.GetTimestamp(), all = calls.Calls;
            IReadOnlyDictionary<string, long> errors = calls.Errors;
            Durations waits = databases.Meter.WriteWaits.Read(), commits = databases.Meter.Commits.Read();
            ServerLoad load = new()
            {
                Seconds = databases.Time.GetElapsedTime(_since, now).TotalSeconds,
                Calls = all - _calls,
                Errors = errors.Select(pair => (pair.Key, Value: pair.Value - _errors.GetValueOrDefault(pair.Key))).Where(pair => pair.Value > 0).ToDictionary(pair => pair.Key, pair => pair.Value),
                WriteWaits = waits.Since(_waits),
                Commits = commits.Since(_commits),
            };
            (_since, _calls, _errors, _waits, _commits) = (now, all, errors, waits, commits);
            didSomething = load.Calls > 0 || load.WriteWaits.Count > Interlocked.Exchange(ref _ownWrites, 0);
            return load;
        }
    }
}
