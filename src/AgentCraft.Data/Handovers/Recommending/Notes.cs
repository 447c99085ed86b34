using AgentCraft.Data.Agents;
using AgentCraft.Data.Handovers.Git;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Handovers;

/// <summary>Weighs what to know before the first step.</summary>
internal sealed class Notes(Weighing notes)
{
    private const double Certain = 0.9, Likely = 0.7, Minor = 0.4;

    /// <summary>What moved since the hand-over, and what became of it.</summary>
    public void AddHandover(Handover? handover, IReadOnlyList<string> warnings)
    {
        if (handover is null)
        {
            notes.Add("No hand-over has been published", "there is nothing to take over from", Minor);
            return;
        }
        foreach (string warning in warnings)
            notes.Add(warning, $"compared with {handover.Id} as it was written", Certain);
        if (handover.Decision is { Note: { Length: > 0 } note } decision)
            notes.Add($"{decision.By} noted on accepting: {OneLine.Short(note, 300)}", $"corrections to {handover.Id}", Certain);
    }

    /// <summary>What others hold.</summary>
    public void AddClaims(Connection c, AgentRef caller)
    {
        foreach (ClaimRow claim in c.Query<ClaimRow>("""
            SELECT c.pattern, a.name AS agent FROM claims c JOIN agents a ON a.seq = c.agent_seq
            WHERE c.released_at IS NULL AND a.project_seq = @Project AND c.agent_seq <> @Agent
              AND ((c.lease_boot_id = @BootId AND c.lease_boot_ms > @BootMs) OR (c.lease_boot_id <> @BootId AND c.lease_until > @Now))
            ORDER BY c.seq LIMIT 20
            """, new { Project = caller.ProjectSeq, Agent = caller.Seq, c.Time.BootId, BootMs = c.Time.BootMilliseconds, c.Time.Now }))
            notes.Add($"{claim.Agent} works on {Shown.Code(claim.Pattern)}", "a live claim of another agent", Certain);
    }

    /// <summary>How the repository stands.</summary>
    public void AddRepository(GitView view)
    {
        if (view.Status is not { } status)
        {
            notes.Add("What changed in the files is not known", view.Absence, Minor);
            return;
        }
        if (status.Branch is null)
            notes.Add("HEAD is detached: commits made now belong to no branch", "git: HEAD", Likely);
        if (status.Changes.Count > 0)
            notes.Add($"{Shown.Count(status.Changes.Count, "file is", "files are")} not committed", "git: status", Likely);
        if (status.Ahead > 0)
            notes.Add($"{Shown.Count(status.Ahead, "commit is", "commits are")} not pushed", "git: the upstream branch lacks them", Minor);
        if (view.IsShallow)
            notes.Add("The history is cut off", "git: this is a shallow clone", Minor);
    }

    private sealed class ClaimRow
    {
        public string Pattern { get; init; } = "";
        public string Agent { get; init; } = "";
    }
}
