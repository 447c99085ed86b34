using System.Diagnostics;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Monitoring;

/// <summary>Statements that took longer than the settings find good: their text, their plan, how long; never a value. At most so many of them.</summary>
internal sealed class SlowQueries(TimeSpan threshold)
{
    private const int Most = 50, MostExplained = 500, LongestText = 4000;

    private readonly long _limit = threshold > TimeSpan.Zero ? (long)(threshold.TotalSeconds * Stopwatch.Frequency) : long.MaxValue;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, NotedQuery> _noted = new(StringComparer.Ordinal);
    private readonly HashSet<string> _explained = new(StringComparer.Ordinal);

    /// <summary>It must be noted.</summary>
    public bool IsSlow(long ticks) => ticks >= _limit;

    /// <summary>Notes it; its plan is asked for the first time only.</summary>
    /// <param name="sql">Its text, with parameters by name.</param>
    /// <param name="ticks">How long it took, in ticks of <see cref="Stopwatch"/>.</param>
    /// <param name="explain">Asks for the plan.</param>
    public void Note(string sql, long ticks, Func<PlanOf> explain)
    {
        if (!IsQuery(sql))
            return;
        PlanOf? plan = IsNew(sql) ? explain() : null;
        NotedQuery query = new(Text.Shown(sql.Trim(), LongestText), 1, Stopwatch.GetElapsedTime(0, ticks).TotalMilliseconds) { Plan = plan };
        lock (_gate)
            Add(query);
    }

    /// <summary>What was noted since the last time.</summary>
    public List<NotedQuery> Take()
    {
        lock (_gate)
        {
            List<NotedQuery> taken = [.. _noted.Values];
            _noted.Clear();
            return taken;
        }
    }

    /// <summary>It could not be stored: it waits for the next time.</summary>
    public void Return(IEnumerable<NotedQuery> queries)
    {
        lock (_gate)
            foreach (NotedQuery query in queries)
                Add(query);
    }

    private bool IsNew(string sql)
    {
        lock (_gate)
            return _explained.Count < MostExplained && _explained.Add(sql);
    }

    private void Add(NotedQuery query)
    {
        if (_noted.TryGetValue(query.Sql, out NotedQuery? known))
            _noted[query.Sql] = known.And(query);
        else if (_noted.Count < Most)
            _noted.Add(query.Sql, query);
    }

    /// <summary>Beginning waits for others, and committing for the disk: both are measured by themselves.</summary>
    private static bool IsQuery(string sql)
    {
        ReadOnlySpan<char> text = sql.AsSpan().Trim();
        foreach (string word in (ReadOnlySpan<string>)["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"])
            if (text.StartsWith(word, StringComparison.OrdinalIgnoreCase))
                return !text.EndsWith("COMMIT", StringComparison.Ordinal);
        return false;
    }
}

/// <summary>A slow statement that is not stored yet.</summary>
/// <param name="Sql">Its text.</param>
/// <param name="Calls">How often it was slow.</param>
/// <param name="TotalMs">How long all of them took.</param>
internal sealed record NotedQuery(string Sql, long Calls, double TotalMs)
{
    /// <summary>The longest.</summary>
    public double MaxMs { get; init; } = TotalMs;

    /// <summary>How the engine goes about it, as soon as somebody has asked.</summary>
    public PlanOf? Plan { get; init; }

    public NotedQuery And(NotedQuery other) =>
        this with { Calls = Calls + other.Calls, TotalMs = TotalMs + other.TotalMs, MaxMs = Math.Max(MaxMs, other.MaxMs), Plan = Plan ?? other.Plan };
}

/// <summary>The plan of a statement, or how to ask for it later.</summary>
/// <param name="Text">The plan; null when it can only be asked for outside the transaction.</param>
/// <param name="Ask">Asks on a connection that does nothing else.</param>
internal sealed record PlanOf(string? Text, Func<Connection, string?>? Ask = null);
