namespace AgentCraft.Data.Events;

/// <summary>Something that happened, not stored yet.</summary>
/// <param name="Type">snake_case, in the past: <c>session_started</c>.</param>
internal sealed record NewEvent(string Type)
{
    public long? SessionSeq { get; init; }
    public long? ProjectSeq { get; init; }
    public long? AgentSeq { get; init; }
    public string? EntityType { get; init; }
    public string? EntityId { get; init; }
    /// <summary>Details as JSON text.</summary>
    public string Data { get; init; } = "{}";
}
