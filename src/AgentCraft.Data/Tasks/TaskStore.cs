using System.Text.Json.Serialization;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Tasks;

/// <summary>The table <c>tasks</c>: work that agents have taken on.</summary>
public sealed class TaskStore(Databases databases)
{
    /// <summary>What the agent has open: running first, then by priority, then the oldest.</summary>
    public Task<List<OpenTask>> ListOpen(Agent agent, CancellationToken cancellationToken = default) =>
        databases.Central.Read(c => ListOpen(c, agent.Seq), cancellationToken);

    private static List<OpenTask> ListOpen(Connection c, long agentSeq) => c.Query<OpenTask>("""
        SELECT id, instruction, status, priority, created_at FROM tasks
        WHERE agent_seq = @Agent AND status IN ('queued', 'running', 'blocked')
        ORDER BY CASE status WHEN 'running' THEN 0 ELSE 1 END, priority DESC, seq LIMIT 20
        """, new { Agent = agentSeq });
}

/// <summary>A task that is not done.</summary>
public sealed record OpenTask
{
    /// <summary><c>task_unixmilliseconds_random</c>.</summary>
    public required string Id { get; init; }
    /// <summary>What is to be done.</summary>
    public required string Instruction { get; init; }
    /// <summary>queued, running or blocked.</summary>
    public WorkStatus Status { get; init; }
    /// <summary>Higher is more urgent.</summary>
    public int Priority { get; init; }
    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Where a task stands.</summary>
[JsonConverter(typeof(SnakeCaseEnum<WorkStatus>))]
public enum WorkStatus
{
    /// <summary>Nobody works on it.</summary>
    Queued,
    /// <summary>Somebody does.</summary>
    Running,
    /// <summary>It waits for another task.</summary>
    Blocked,
    /// <summary>Done.</summary>
    Completed,
    /// <summary>Tried and not done.</summary>
    Failed,
    /// <summary>Not wanted any more.</summary>
    Cancelled,
}
