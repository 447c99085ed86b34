using AgentCraft.Data.Projects;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Tasks;

namespace AgentCraft.Data.Handovers;

/// <summary>What is open in a project, as lines of a document.</summary>
internal static class WorkFacts
{
    private const int Longest = 20;

    public static IEnumerable<string> UnreadMail(Connection c, Project project) => c.Query<UnreadLine>("""
        SELECT t.name AS recipient, f.name AS sender, i.unread FROM inbox_counts i
        JOIN agents t ON t.seq = i.to_seq JOIN agents f ON f.seq = i.from_seq
        WHERE i.unread > 0 AND t.project_seq = @Project ORDER BY t.name, f.name LIMIT @Limit
        """, new { Project = project.Seq, Limit = Longest }).Select(line => $"{line.Recipient} has {line.Unread} from {line.Sender}");

    public static IEnumerable<string> OpenTasks(Connection c, Project project) => c.Query<TaskLine>("""
        SELECT t.id, t.status, t.instruction, a.name AS agent FROM tasks t LEFT JOIN agents a ON a.seq = t.agent_seq
        WHERE t.project_seq = @Project AND t.status IN ('queued', 'running', 'blocked')
        ORDER BY CASE t.status WHEN 'running' THEN 0 ELSE 1 END, t.priority DESC, t.seq LIMIT @Limit
        """, new { Project = project.Seq, Limit = Longest })
        .Select(task => $"{Shown.Plain(task.Instruction, 160)} ({task.Status.ToString().ToLowerInvariant()}{(task.Agent is null ? "" : $", {task.Agent}")}, {task.Id})");

    public static IEnumerable<string> Claims(Connection c, Project project) => c.Query<ClaimLine>("""
        SELECT c.pattern, c.exclusive, c.reason, a.name AS agent FROM claims c JOIN agents a ON a.seq = c.agent_seq
        WHERE c.released_at IS NULL AND a.project_seq = @Project
          AND ((c.lease_boot_id = @BootId AND c.lease_boot_ms > @BootMs) OR (c.lease_boot_id <> @BootId AND c.lease_until > @Now))
        ORDER BY c.seq LIMIT @Limit
        """, new { Project = project.Seq, c.Time.BootId, BootMs = c.Time.BootMilliseconds, c.Time.Now, Limit = Longest })
        .Select(claim => $"{Shown.Plain(claim.Pattern)} by {claim.Agent}{(claim.Exclusive ? "" : " (shared)")}{(claim.Reason is null ? "" : $": {Shown.Plain(claim.Reason, 120)}")}");

    public static IEnumerable<string> Outputs(Connection c, Project project) => c.Query<OutputLine>("""
        SELECT p.path, o.version, o.type, a.name AS agent FROM outputs o JOIN output_paths p ON p.seq = o.path_seq JOIN agents a ON a.seq = o.agent_seq
        WHERE o.project_seq = @Project ORDER BY o.seq DESC LIMIT @Limit
        """, new { Project = project.Seq, Limit = Longest }).Select(output => $"{Shown.Plain(output.Path)} ({output.Type}, version {output.Version}, {output.Agent})");

    private sealed class UnreadLine
    {
        public string Recipient { get; init; } = "";
        public string Sender { get; init; } = "";
        public long Unread { get; init; }
    }

    private sealed class TaskLine
    {
        public string Id { get; init; } = "";
        public WorkStatus Status { get; init; }
        public string Instruction { get; init; } = "";
        public string? Agent { get; init; }
    }

    private sealed class ClaimLine
    {
        public string Pattern { get; init; } = "";
        public bool Exclusive { get; init; }
        public string? Reason { get; init; }
        public string Agent { get; init; } = "";
    }

    private sealed class OutputLine
    {
        public string Path { get; init; } = "";
        public int Version { get; init; }
        public string Type { get; init; } = "";
        public string Agent { get; init; } = "";
    }
}
