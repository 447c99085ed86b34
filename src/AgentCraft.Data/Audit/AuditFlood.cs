namespace AgentCraft.Data.Audit;

/// <summary>
/// Keeps one caller from filling the disk with refusals: of one place and principal so many a minute are noted each by itself, the others
/// as a number.
/// </summary>
internal sealed class AuditFlood(TimeProvider time)
{
    private const int MostPerMinute = 60;
    private const int MostKnown = 1000;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(string? Remote, string? Principal), Seen> _seen = [];
    private readonly Lock _lock = new();
    private readonly List<AuditEntry> _counts = [];

    /// <summary>It is only counted.</summary>
    public bool IsTooMuch(AuditEntry entry)
    {
        lock (_lock)
        {
            var caller = (entry.Remote, entry.Principal);
            if (!_seen.TryGetValue(caller, out Seen? seen) || time.GetElapsedTime(seen.Since) >= Minute)
            {
                if (seen is not null || _seen.Count >= MostKnown)
                    Forget(seen is null ? [.. _seen.Keys] : [caller]);
                _seen[caller] = seen = new(time.GetTimestamp());
            }
            return ++seen.Count > MostPerMinute;
        }
    }

    /// <summary>What was only counted, as entries.</summary>
    /// <param name="all">Also of the minute that has not ended.</param>
    public IReadOnlyList<AuditEntry> TakeCounts(bool all)
    {
        lock (_lock)
        {
            if (all)
                Forget([.. _seen.Keys]);
            AuditEntry[] taken = [.. _counts];
            _counts.Clear();
            return taken;
        }
    }

    private void Forget(IEnumerable<(string? Remote, string? Principal)> callers)
    {
        foreach (var caller in callers)
            if (_seen.Remove(caller, out Seen? seen) && seen.Count > MostPerMinute)
                _counts.Add(new("audit_overflow")
                {
                    Principal = caller.Principal, Remote = caller.Remote, IsRefused = true, Detail = $"{seen.Count - MostPerMinute} more refusals within a minute.",
                });
    }

    private sealed class Seen(long since)
    {
        public long Since { get; } = since;
        public int Count { get; set; }
    }
}
