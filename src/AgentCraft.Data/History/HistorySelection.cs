using AgentCraft.Data.Agents;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.History;

/// <summary>A filter in SQL: conditions only for what is asked for, or no index could serve it, and the values, which are the statement's parameters.</summary>
internal sealed record HistorySelection
{
    public required string Agent { get; init; }
    public string? Id { get; init; }
    public string? Session { get; init; }
    public HistoryRole? Role { get; init; }
    public bool? HasToolCalls { get; init; }
    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? Until { get; init; }
    public long Low { get; init; }
    public long High { get; init; } = long.MaxValue;
    public int Limit { get; init; }

    /// <summary>The rows of this agent that the filter names; a range of time becomes one of seq.</summary>
    public static HistorySelection Of(Connection c, AgentRef agent, HistoryFilter filter) => new HistorySelection
    {
        Agent = agent.Id,
        Id = filter.Id,
        Session = filter.Session,
        Role = filter.Role,
        HasToolCalls = filter.HasToolCalls,
        Since = filter.Range.Since,
        Until = filter.Range.Until,
    }.Bounded(c);

    /// <summary>The condition on <c>agent_history h</c>.</summary>
    public string Where => "h.agent_id = @Agent AND h.seq >= @Low AND h.seq <= @High"
        + (Id is null ? "" : " AND h.id = @Id")
        + (Session is null ? "" : " AND h.session_id = @Session")
        + (Role is null ? "" : " AND h.role = @Role")
        + (HasToolCalls is null ? "" : HasToolCalls.Value ? " AND h.tool_calls IS NOT NULL" : " AND h.tool_calls IS NULL")
        + new TimeRange(Since, Until).Where("h.created_at");

    /// <summary>Only what the kept sums tell apart.</summary>
    public bool IsCounted => Id is null && HasToolCalls is null && Since is null && Until is null;

    private HistorySelection Bounded(Connection c)
    {
        TimeRange range = new(Since, Until);
        if (range.IsOpen)
            return this;
        Bounds bounds = c.First<Bounds>(
            $"SELECT COALESCE(min(seq), 1) AS low, COALESCE(max(seq), 0) AS high FROM agent_history WHERE agent_id = @Agent{range.Where("created_at")}",
            new { Agent, Since, Until })!;
        return this with { Low = bounds.Low, High = bounds.High };
    }

    private sealed class Bounds
    {
        public long Low { get; init; }
        public long High { get; init; }
    }
}
