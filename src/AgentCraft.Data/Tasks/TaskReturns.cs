using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Tasks;

/// <summary>What becomes of the tasks of an agent that goes.</summary>
internal static class TaskReturns
{
    /// <summary>Its open tasks belong to nobody again and can be claimed; what waits for another task goes on waiting. Returns how many.</summary>
    public static int ReturnAll(Connection c, long agentSeq) => c.Execute("""
        UPDATE tasks SET agent_seq = NULL, status = CASE WHEN status = 'running' THEN 'queued' ELSE status END,
                         lease_boot_id = NULL, lease_boot_ms = NULL, lease_until = NULL, updated_at = @Now
        WHERE agent_seq = @Agent AND status IN ('queued', 'running', 'blocked')
        """, new { Agent = agentSeq, c.Time.Now });
}
