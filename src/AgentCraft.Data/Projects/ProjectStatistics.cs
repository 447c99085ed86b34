using AgentCraft.Data.Agents;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Projects;

/// <summary>Counts what a project has, from totals that are kept and from indexes.</summary>
public sealed class ProjectStatistics(Databases databases, ProjectStore projects, AgentStore agents)
{
    /// <summary>Numbers of one project, by name or id; of all of them for null.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c></exception>
    public Task<ProjectStats> Get(string? project, CancellationToken cancellationToken = default) => databases.Central.Read(
        c => Get(c, project is null ? null : projects.FindKnown(c, project) ?? throw projects.Unknown(c, project)), cancellationToken);

    private ProjectStats Get(Connection c, Project? project)
    {
        // A text of its own for each, so that the one for a project can use its indexes.
        string where = project is null ? "" : "WHERE project_seq = @Seq";
        string ofAgents = project is null ? "" : "JOIN agents a ON a.seq = i.to_seq WHERE a.project_seq = @Seq";
        var key = new { Seq = project?.Seq ?? 0 };
        Sums used = c.First<Sums>($"""
            SELECT CAST(COALESCE(sum(tokens), 0) AS BIGINT) AS tokens, CAST(COALESCE(sum(cost), 0) AS BIGINT) AS cost,
                   CAST(COALESCE(sum(iteration_count), 0) AS BIGINT) AS iterations
            FROM projects {(project is null ? "" : "WHERE seq = @Seq")}
            """, key)!;
        Mail mail = c.First<Mail>($"""
            SELECT CAST(COALESCE(sum(i.total), 0) AS BIGINT) AS total, CAST(COALESCE(sum(i.unread), 0) AS BIGINT) AS unread FROM inbox_counts i {ofAgents}
            """, key)!;
        ProjectLimits limits = project is null ? default : ProjectLimits.Of(project.Settings);
        return new()
        {
            Project = project?.Name,
            Projects = ByStatus(c, "projects", project is null ? "" : "WHERE seq = @Seq", key.Seq),
            Agents = ByStatus(c, "agents", where, key.Seq),
            LiveAgents = c.First<long>($"""
                SELECT count(*) FROM agents {(where.Length > 0 ? where + " AND" : "WHERE")} status IN ('active', 'busy') AND last_heartbeat_at > @LiveSince
                """, new { key.Seq, LiveSince = agents.LiveSince(c) }),
            Sessions = ByStatus(c, "sessions", where, key.Seq),
            Tasks = ByStatus(c, "tasks", where, key.Seq),
            Messages = mail.Total,
            UnreadMessages = mail.Unread,
            Tokens = used.Tokens,
            CostUsd = Dollars.Of(used.Cost),
            IterationCount = used.Iterations,
            BudgetUsd = limits.Budget is { } budget ? Dollars.Of(budget) : null,
            BudgetLeftUsd = limits.Budget is { } most ? Dollars.Of(most - used.Cost) : null,
            MaxIterations = limits.MaxIterations,
            LastEventAt = c.First<Moment>($"SELECT created_at AS at FROM session_events {where} ORDER BY seq DESC LIMIT 1", key)?.At,
        };
    }

    private static Dictionary<string, long> ByStatus(Connection c, string table, string where, long seq) => c.Query<StatusCount>(
        $"SELECT status, count(*) AS count FROM {table} {where} GROUP BY status ORDER BY status", new { Seq = seq }).ToDictionary(s => s.Status, s => s.Count);

    private sealed class StatusCount
    {
        public string Status { get; init; } = "";
        public long Count { get; init; }
    }

    private sealed class Sums
    {
        public long Tokens { get; init; }
        public long Cost { get; init; }
        public long Iterations { get; init; }
    }

    private sealed class Mail
    {
        public long Total { get; init; }
        public long Unread { get; init; }
    }

    private sealed class Moment
    {
        public DateTimeOffset At { get; init; }
    }
}
