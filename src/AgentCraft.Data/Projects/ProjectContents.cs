using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Projects;

/// <summary>What goes with a project, counted from what is kept or indexed. A noun that belongs to projects adds its line.</summary>
internal static class ProjectContents
{
    private const string ItsAgents = "(SELECT seq FROM agents WHERE project_seq = @Seq)";

    private static readonly (string What, string Sql)[] Counts =
    [
        ("agents", "SELECT count(*) FROM agents WHERE project_seq = @Seq"),
        ("sessions", "SELECT count(*) FROM sessions WHERE project_seq = @Seq"),
        ("messages", $"SELECT CAST(COALESCE(sum(total), 0) AS BIGINT) FROM inbox_counts WHERE to_seq IN {ItsAgents} OR from_seq IN {ItsAgents}"),
        ("events", "SELECT count(*) FROM session_events WHERE project_seq = @Seq"),
        ("metrics", $"SELECT count(*) FROM agent_metrics WHERE agent_seq IN {ItsAgents}"),
        ("tasks", "SELECT count(*) FROM tasks WHERE project_seq = @Seq"),
        ("outputs", $"SELECT count(*) FROM outputs WHERE project_seq = @Seq OR agent_seq IN {ItsAgents}"),
        ("claims", $"SELECT count(*) FROM claims WHERE agent_seq IN {ItsAgents}"),
        ("grants", $"SELECT count(*) FROM agent_tools WHERE agent_seq IN {ItsAgents}"),
    ];

    /// <summary>How many of each, those that there are.</summary>
    public static Dictionary<string, long> Count(Connection c, long projectSeq) => Counts
        .Select(kind => (kind.What, Rows: c.First<long>(kind.Sql, new { Seq = projectSeq })))
        .Where(kind => kind.Rows > 0)
        .ToDictionary(kind => kind.What, kind => kind.Rows);

    /// <summary>Messages between its agents and those of other projects.</summary>
    public static long CountMailWithOthers(Connection c, long projectSeq) => c.First<long>($"""
        SELECT CAST(COALESCE(sum(total), 0) AS BIGINT) FROM inbox_counts
        WHERE (to_seq IN {ItsAgents} AND from_seq NOT IN {ItsAgents}) OR (from_seq IN {ItsAgents} AND to_seq NOT IN {ItsAgents})
        """, new { Seq = projectSeq });
}
