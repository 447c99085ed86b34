namespace AgentCraft.Data.Tasks;

/// <summary>A task that is not done, in short.</summary>
public sealed record OpenTask
{
    /// <summary><c>task_unixmilliseconds_random</c>.</summary>
    public required string Id { get; init; }
    /// <summary>What is to be done, in the words of who created it.</summary>
    public required string Instruction { get; init; }
    /// <summary>Who wanted it.</summary>
    public string? CreatedBy { get; init; }
    /// <summary>Always true: the instruction may be another agent's, to be judged.</summary>
    public bool Untrusted => true;
    /// <summary>queued, running or blocked.</summary>
    public WorkStatus Status { get; init; }
    /// <summary>Higher is more urgent.</summary>
    public int Priority { get; init; }
    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}
