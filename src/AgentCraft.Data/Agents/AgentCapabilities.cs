using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Agents;

/// <summary>The table <c>agent_capabilities</c>: what the column of the same name lists, as rows that SQL can search.</summary>
internal static class AgentCapabilities
{
    /// <summary>Makes the rows those of the list; the same list again writes nothing.</summary>
    public static void Keep(Connection c, long agentSeq, string[] capabilities)
    {
        List<string> wanted = [.. capabilities.DistinctBy(Key)];
        List<string> known = c.Query<string>("SELECT capability FROM agent_capabilities WHERE agent_seq = @Agent ORDER BY seq", new { Agent = agentSeq });
        if (known.SequenceEqual(wanted))
            return;
        c.Execute("DELETE FROM agent_capabilities WHERE agent_seq = @Agent", new { Agent = agentSeq });
        foreach (string capability in wanted)
            c.Execute("INSERT INTO agent_capabilities (agent_seq, capability, capability_key) VALUES (@Agent, @Capability, @Key)",
                new { Agent = agentSeq, Capability = capability, Key = Key(capability) });
    }

    /// <summary>What a capability is found by.</summary>
    public static string Key(string capability) => capability.ToLowerInvariant();
}
