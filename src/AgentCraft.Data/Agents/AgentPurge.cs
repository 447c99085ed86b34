using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Agents;

/// <summary>What of an agent nobody else has a part in. Totals stay, because they are part of the project's; events stay, because they are its history.</summary>
internal static class AgentPurge
{
    /// <summary>Deletes it; returns how many rows of what, by table.</summary>
    public static Dictionary<string, long> Run(Connection c, Agent agent)
    {
        var key = new { agent.Seq, agent.Id, Itself = (agent.Seq << 32) | agent.Seq };
        c.Execute("""
            UPDATE agents SET instruction = NULL, template_ref = NULL, workspace_path = NULL, capabilities = '[]', permissions = '{}', config = '{}'
            WHERE seq = @Seq
            """, key);
        c.Execute("DELETE FROM metric_series WHERE agent_seq = @Seq", key);
        c.Execute("DELETE FROM inbox_counts WHERE to_seq = @Seq AND from_seq = @Seq", key);
        return new()
        {
            ["agent_metrics"] = c.Execute("DELETE FROM agent_metrics WHERE agent_seq = @Seq", key),
            ["agent_capabilities"] = c.Execute("DELETE FROM agent_capabilities WHERE agent_seq = @Seq", key),
            ["agent_tools"] = c.Execute("DELETE FROM agent_tools WHERE agent_seq = @Seq", key),
            ["claims"] = c.Execute("DELETE FROM claims WHERE agent_seq = @Seq", key),
            ["messages"] = c.Execute("DELETE FROM messages WHERE conversation = @Itself", key),
            ["idempotency_keys"] = c.Execute("DELETE FROM idempotency_keys WHERE agent_id = @Id", key),
        };
    }
}
