using AgentCraft.Data.Agents;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Tasks;

/// <summary>
/// The moment of a transaction as the SQL of tasks needs it, and what that SQL selects: its properties are the parameters of the
/// statement. A condition is there only for what is asked for, or no index could serve it.
/// </summary>
internal sealed record TaskSelection
{
    // A heartbeat from later than now was written before somebody set the wall clock back: it says nothing, and the lease decides alone.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    private const string LeaseEnded = """
        (t.lease_boot_id IS NULL OR (t.lease_boot_id = @BootId AND t.lease_boot_ms <= @BootMs) OR (t.lease_boot_id <> @BootId AND t.lease_until <= @Now))
        """;

    private const string HolderGone = """
        (a.seq IS NULL OR a.status NOT IN ('active', 'busy') OR a.last_heartbeat_at IS NULL OR a.last_heartbeat_at <= @LiveSince OR a.last_heartbeat_at > @Soon)
        """;

    /// <summary>Runs in nobody's hands any more.</summary>
    public const string Abandoned = $"(t.status = 'running' AND {LeaseEnded} AND {HolderGone})";

    public const string Columns = $"""
        t.seq, t.project_seq, t.parent_seq, t.agent_seq, t.lease_seconds, t.id, p.name AS project, u.id AS parent, t.depth, t.status, t.priority,
        a.name AS assignee, b.name AS created_by, t.process, t.instruction, t.metadata, t.result,
        (SELECT count(*) FROM task_dependencies d JOIN tasks o ON o.seq = d.depends_on_seq WHERE d.task_seq = t.seq AND o.status <> 'completed') AS waits_for,
        (SELECT count(*) FROM tasks k WHERE k.parent_seq = t.seq) AS subtasks,
        CASE WHEN t.status = 'running' THEN t.lease_until END AS lease_until,
        CASE WHEN {Abandoned} THEN 1 ELSE 0 END AS abandoned,
        CASE WHEN a.status = 'removed' THEN 1 ELSE 0 END AS assignee_removed,
        t.created_at, t.updated_at, t.started_at, t.ended_at
        """;

    public const string Tables = """
        tasks t JOIN projects p ON p.seq = t.project_seq LEFT JOIN tasks u ON u.seq = t.parent_seq
        LEFT JOIN agents a ON a.seq = t.agent_seq LEFT JOIN agents b ON b.seq = t.created_by_seq
        """;

    public TaskSelection(Connection c, AgentStore agents)
    {
        (BootId, BootMs, Now) = (c.Time.BootId, c.Time.BootMilliseconds, c.Time.Now);
        (LiveSince, Soon) = (agents.LiveSince(c), c.Time.Now + Tolerance);
    }

    public string BootId { get; }
    public long BootMs { get; }
    public DateTimeOffset Now { get; }
    public DateTimeOffset LiveSince { get; }
    public DateTimeOffset Soon { get; }

    public string? Id { get; init; }
    public WorkStatus? Status { get; init; }
    public long? Assignee { get; init; }
    public long? Creator { get; init; }
    public long? Parent { get; init; }
    public string? Process { get; init; }
    public long? Project { get; init; }
    public int? MinPriority { get; init; }
    public bool Claimable { get; init; }
    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? Until { get; init; }
    /// <summary>Who would claim; what is assigned to others is not for it.</summary>
    public long? Claimer { get; init; }
    public long From { get; init; }
    public int Limit { get; init; }

    /// <summary>
    /// What can be claimed: queued, or running and abandoned. A task whose parts are open is left to who asks for it by id: its parts come
    /// first, and the whole when they are done.
    /// </summary>
    private const string IsClaimable = $"""
        t.status IN ('queued', 'running') AND (t.status = 'queued' OR {Abandoned})
        AND NOT EXISTS (SELECT 1 FROM tasks k WHERE k.parent_seq = t.seq AND k.status IN ('queued', 'running', 'blocked'))
        """;

    public string Where => "1 = 1"
        + (Id is null ? "" : " AND t.id = @Id")
        + (Status is null ? "" : " AND t.status = @Status")
        + (Assignee is null ? "" : " AND t.agent_seq = @Assignee")
        + (Creator is null ? "" : " AND t.created_by_seq = @Creator")
        + (Parent is null ? "" : " AND t.parent_seq = @Parent")
        + (Process is null ? "" : " AND t.process = @Process")
        + (Project is null ? "" : " AND t.project_seq = @Project")
        + (MinPriority is null ? "" : " AND t.priority >= @MinPriority")
        + (Claimable ? $" AND {IsClaimable}" : "")
        + (Claimer is null ? "" : " AND (t.agent_seq IS NULL OR t.agent_seq = @Claimer OR t.status = 'running' OR a.status = 'removed')")
        + new TimeRange(Since, Until).Where("t.created_at");

    public List<WorkTask> Query(Connection c, string order) => c.Query<WorkTask>($"SELECT {Columns} FROM {Tables} WHERE {Where} {order}", this);

    public long Count(Connection c) => c.First<long>($"SELECT count(*) FROM tasks t LEFT JOIN agents a ON a.seq = t.agent_seq WHERE {Where}", this);
}
