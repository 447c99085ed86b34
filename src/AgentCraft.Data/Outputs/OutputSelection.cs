using AgentCraft.Data.Agents;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Outputs;

/// <summary>A filter in SQL: conditions only for what is asked for, and the values, which are the statement's parameters.</summary>
internal sealed record OutputSelection
{
    /// <summary>Sorts behind whatever a directory's paths go on with.</summary>
    private const string Last = "\U0010FFFF";

    public long Project { get; init; }
    public long? Agent { get; init; }
    public long? Session { get; init; }
    public OutputType? Type { get; init; }
    public string? Path { get; init; }
    public string? PathEnd { get; init; }
    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? Until { get; init; }
    public long Low { get; init; }
    public long High { get; init; } = long.MaxValue;
    public int Limit { get; init; }

    /// <summary>Looks up what is named, and turns the range of time into one of seq. Without a project there is nothing.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c></exception>
    public static OutputSelection Of(Connection c, OutputFilter filter, ProjectStore projects, AgentStore agents, SessionStore sessions) => new OutputSelection
    {
        Project = projects.FindKnown(c, filter.Project)?.Seq ?? 0,
        Agent = filter.Agent is { } agent ? agents.Identify(c, agent).Seq : null,
        Session = filter.Session is { } session ? sessions.Get(c, session).Seq : null,
        Type = filter.Type,
        Path = filter.Path,
        PathEnd = filter.Path is { } path && path.EndsWith('/') ? path + Last : null,
        Since = filter.Range.Since,
        Until = filter.Range.Until,
    }.Bounded(c);

    /// <summary>The condition on <c>outputs o</c> and <c>output_paths w</c>.</summary>
    public string Where => "o.project_seq = @Project"
        + (Agent is null ? "" : " AND o.agent_seq = @Agent")
        + (Session is null ? "" : " AND o.session_seq = @Session")
        + (Type is null ? "" : " AND o.type = @Type")
        + (Path is null ? "" : PathEnd is null ? " AND w.path = @Path" : " AND w.path >= @Path AND w.path < @PathEnd")
        + new TimeRange(Since, Until).Where("o.created_at");

    private OutputSelection Bounded(Connection c)
    {
        TimeRange range = new(Since, Until);
        if (range.IsOpen)
            return this;
        Bounds bounds = c.First<Bounds>(
            $"SELECT COALESCE(min(seq), 1) AS low, COALESCE(max(seq), 0) AS high FROM outputs WHERE 1 = 1{range.Where("created_at")}", new { Since, Until })!;
        return this with { Low = bounds.Low, High = bounds.High };
    }

    private sealed class Bounds
    {
        public long Low { get; init; }
        public long High { get; init; }
    }
}
