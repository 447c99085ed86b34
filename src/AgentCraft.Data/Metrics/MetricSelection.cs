using AgentCraft.Data.Agents;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Metrics;

/// <summary>
/// One metric of one agent, or of all, in SQL. Several are several statements: each then follows an index in its own order, however many
/// values there are.
/// </summary>
internal sealed record MetricSelection
{
    public required string Name { get; init; }
    public long? Agent { get; init; }
    public string? AgentName { get; init; }
    public long? Session { get; init; }
    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? Until { get; init; }
    public long Low { get; init; }
    public long High { get; init; } = long.MaxValue;
    public int Limit { get; init; }

    /// <summary>The condition for a statement on <c>agent_metrics m</c>, but for its place.</summary>
    public string Where => "m.name = @Name"
        + (Agent is null ? "" : " AND m.agent_seq = @Agent")
        + (Session is null ? "" : " AND m.session_seq = @Session")
        + new TimeRange(Since, Until).Where("m.recorded_at");

    /// <summary>Turns the range of time into one of seq, because clocks jump and seq does not.</summary>
    public MetricSelection Bounded(Connection c)
    {
        if (Since is null && Until is null)
            return this;
        SeqRange range = c.First<SeqRange>($"SELECT COALESCE(min(m.seq), 1) AS low, COALESCE(max(m.seq), 0) AS high FROM agent_metrics m WHERE {Where}", this)!;
        return this with { Low = range.Low, High = range.High };
    }

    public MetricSelection After(long? seq, bool newestFirst) => seq is not { } last ? this
        : newestFirst ? this with { High = Math.Min(High, last - 1) } : this with { Low = Math.Max(Low, last + 1) };
}
