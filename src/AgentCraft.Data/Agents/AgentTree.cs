using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Agents;

/// <summary>Agents form a tree: a parent above each but the top ones, never a cycle, with the depth kept in each row.</summary>
internal static class AgentTree
{
    /// <summary>Puts an agent, and everything below it, under another parent.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c> when the parent is the agent itself or below it.</exception>
    public static void Move(Connection c, Agent agent, Agent parent)
    {
        if (IsAtOrBelow(c, parent.Seq, agent.Seq))
            throw new AgentCraftException(ErrorCodes.InvalidArgument,
                $"'{parent.Name}' cannot be the parent of '{agent.Name}': it is the same agent or works for it.",
                "Choose a parent that is not below the agent, or leave parent out.");
        c.Execute("UPDATE agents SET parent_seq = @Parent WHERE seq = @Agent", new { Parent = parent.Seq, Agent = agent.Seq });
        ShiftDepths(c, agent.Seq, parent.Depth + 1 - agent.Depth);
    }

    /// <summary>Those below an agent in other projects come to the top, with everything below them.</summary>
    public static void FreeChildrenElsewhere(Connection c, AgentRef agent)
    {
        foreach (Agent child in c.Query<Agent>("""
            SELECT seq, id, name, type, '' AS project, depth FROM agents WHERE parent_seq = @Parent AND project_seq <> @Project
            """, new { Parent = agent.Seq, Project = agent.ProjectSeq }))
        {
            c.Execute("UPDATE agents SET parent_seq = NULL WHERE seq = @Seq", new { child.Seq });
            ShiftDepths(c, child.Seq, -child.Depth);
        }
    }

    private static bool IsAtOrBelow(Connection c, long seq, long top) => c.First<long>("""
        WITH RECURSIVE up (seq) AS (
            SELECT @Seq
            UNION
            SELECT a.parent_seq FROM agents a JOIN up ON a.seq = up.seq WHERE a.parent_seq IS NOT NULL)
        SELECT count(*) FROM up WHERE seq = @Top
        """, new { Seq = seq, Top = top }) > 0;

    private static void ShiftDepths(Connection c, long top, int by) => c.Execute("""
        WITH RECURSIVE below (seq) AS (
            SELECT @Top
            UNION
            SELECT a.seq FROM agents a JOIN below ON a.parent_seq = below.seq)
        UPDATE agents SET depth = depth + @By WHERE seq IN (SELECT seq FROM below)
        """, new { Top = top, By = by });
}
