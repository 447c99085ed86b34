using AgentCraft.Data.Agents;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Claims;

/// <summary>The table <c>claims</c>: who has announced work on which paths.</summary>
public sealed class ClaimStore(Databases databases)
{
    /// <summary>The claims in an agent's project whose lease has not ended, the oldest first.</summary>
    public Task<List<Claim>> ListLive(Agent agent, CancellationToken cancellationToken = default) =>
        databases.Central.Read(c => ListLive(c, agent.ProjectSeq), cancellationToken);

    private List<Claim> ListLive(Connection c, long projectSeq) => c.Query<Claim>("""
        SELECT c.id, a.name AS agent, c.pattern, c.exclusive, c.reason, c.lease_until AS expires_at
        FROM claims c JOIN agents a ON a.seq = c.agent_seq
        WHERE c.released_at IS NULL AND a.project_seq = @Project
          AND ((c.lease_boot_id = @BootId AND c.lease_boot_ms > @BootMs) OR (c.lease_boot_id <> @BootId AND c.lease_until > @Now))
        ORDER BY c.seq
        """, new { Project = projectSeq, c.Time.BootId, BootMs = c.Time.BootMilliseconds, c.Time.Now });

    /// <summary>Releases what the agent holds; returns how many claims that were.</summary>
    internal int ReleaseAll(Connection c, long agentSeq) => c.Execute(
        "UPDATE claims SET released_at = @Now WHERE agent_seq = @Agent AND released_at IS NULL", new { c.Time.Now, Agent = agentSeq });
}

/// <summary>An agent's announcement that it works on certain paths.</summary>
public sealed record Claim
{
    /// <summary><c>claim_unixmilliseconds_random</c>.</summary>
    public required string Id { get; init; }
    /// <summary>Who holds it.</summary>
    public required string Agent { get; init; }
    /// <summary>A glob.</summary>
    public required string Pattern { get; init; }
    /// <summary>Nobody else may hold an exclusive claim that overlaps.</summary>
    public bool Exclusive { get; init; }
    /// <summary>Why.</summary>
    public string? Reason { get; init; }
    /// <summary>When the lease ends by the wall clock.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
}
