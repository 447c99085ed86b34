namespace AgentCraft.Data.Agents;

/// <summary>What is to change of how an agent stands. What is null stays.</summary>
public sealed record AgentChange
{
    private const int LongestTask = 4096;

    /// <summary>Whose, by name or id.</summary>
    public required string Agent { get; init; }
    /// <summary>Who says so, by name or id; null when unknown.</summary>
    public string? By { get; init; }
    /// <summary>Any but removed.</summary>
    public AgentStatus? Status { get; init; }
    /// <summary>What it works on; empty clears it.</summary>
    public string? CurrentTask { get; init; }

    /// <summary>Checks everything that can be checked without the store.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c>, <c>invalid_text</c>, <c>payload_too_large</c></exception>
    public AgentChange Validated()
    {
        if (Status is null && CurrentTask is null)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "Pass status, currentTask or both.", "For example status: \"busy\", currentTask: \"Writing the parser\".");
        if (Status == AgentStatus.Removed)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "status cannot be set to removed.", "remove_agent does that, and gives back what the agent holds.");
        Text.Within(CurrentTask, "currentTask", LongestTask, "Keep it to a line; log_message or a task holds the details.");
        FreeForm.RefuseSecret(CurrentTask, "currentTask");
        return this;
    }
}
