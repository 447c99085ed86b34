using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Tasks;

/// <summary>What becomes of the tasks of an agent or a project that goes.</summary>
internal static class TaskReturns
{
    /// <summary>Its open tasks belong to nobody again and can be claimed; what waits for another task goes on waiting. Returns how many.</summary>
    public static int ReturnAll(Connection c, long agentSeq) => c.Execute("""
        UPDATE tasks SET agent_seq = NULL, status = CASE WHEN status = 'running' THEN 'queued' ELSE status END,
                         lease_boot_id = NULL, lease_boot_ms = NULL, lease_until = NULL, started_at = NULL, updated_at = @Now
        WHERE agent_seq = @Agent AND status IN ('queued', 'running', 'blocked')
        """, new { Agent = agentSeq, c.Time.Now });

    /// <summary>Tasks elsewhere that wait only for tasks of this project have nothing to wait for once it is gone.</summary>
    public static void FreeWaitingFor(Connection c, long projectSeq) => c.Execute("""
        UPDATE tasks SET status = 'queued', updated_at = @Now
        WHERE status = 'blocked' AND project_seq <> @Project
          AND seq IN (SELECT d.task_seq FROM tasks o JOIN task_dependencies d ON d.depends_on_seq = o.seq WHERE o.project_seq = @Project)
          AND NOT EXISTS (SELECT 1 FROM task_dependencies d JOIN tasks o ON o.seq = d.depends_on_seq
                          WHERE d.task_seq = tasks.seq AND o.status <> 'completed' AND o.project_seq <> @Project)
        """, new { Project = projectSeq, c.Time.Now });
}
