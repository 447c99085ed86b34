namespace AgentCraft.Data.Tasks;

/// <summary>An agent's wish to work on a task.</summary>
public sealed record TaskWish
{
    /// <summary>Name or id of who wants to.</summary>
    public required string Agent { get; init; }
    /// <summary>The id of the task; null for the next best.</summary>
    public string? Task { get; init; }
    /// <summary>Only directly below this task.</summary>
    public string? Parent { get; init; }
    /// <summary>Only of this process.</summary>
    public string? Process { get; init; }
    /// <summary>Only with at least this priority.</summary>
    public int? MinPriority { get; init; }
    /// <summary>How long the agent keeps it without a sign of life.</summary>
    public int? LeaseSeconds { get; init; }

    /// <summary>Checks everything that can be checked without the store.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c></exception>
    public TaskWish Validated()
    {
        TaskQueue.CheckLease(LeaseSeconds);
        return Task is null || (Parent ?? Process) is null && MinPriority is null ? this
            : throw new AgentCraftException(ErrorCodes.InvalidArgument, "Pass either task or what to choose by (parent, process, minPriority).",
                "Leave task out to get the best that fits.");
    }
}

/// <summary>What claiming did.</summary>
public sealed record ClaimedTask
{
    /// <summary>The agent holds <see cref="Task"/>; false when there was nothing to claim.</summary>
    public bool Claimed { get; init; }
    /// <summary>The task; left out when there was none.</summary>
    public WorkTask? Task { get; init; }
    /// <summary>The agent held it before; only the lease is new.</summary>
    public bool Renewed { get; init; }
    /// <summary>Whom it was taken over from, whose lease had ended.</summary>
    public string? TakenFrom { get; init; }
    /// <summary>How many more the agent could claim with this filter.</summary>
    public long More { get; init; }
    /// <summary>True when an earlier call with the same idempotency key claimed it and this one did nothing.</summary>
    public bool Replayed { get; init; }
}
