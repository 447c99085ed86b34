using System.Text.Json;

namespace AgentCraft.Data.Events;

/// <summary>Something that an agent says has happened, on its way into the store.</summary>
public sealed record ReportedEvent
{
    /// <summary>Who says so.</summary>
    public required string Agent { get; init; }
    /// <summary>snake_case by custom, in the past: <c>file_modified</c>.</summary>
    public required string Type { get; init; }
    /// <summary>What kind of thing it happened to.</summary>
    public string? EntityType { get; init; }
    /// <summary>Which one.</summary>
    public string? EntityId { get; init; }
    /// <summary>Details.</summary>
    public JsonElement? Data { get; init; }
    /// <summary>The session's id; null for the agent's current one.</summary>
    public string? Session { get; init; }
    /// <summary>The project's name or id; null for the session's, else the agent's.</summary>
    public string? Project { get; init; }

    /// <summary>Checks everything that can be checked without the store.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c>, <c>payload_too_large</c>, <c>secret_refused</c></exception>
    public ReportedEvent Validated()
    {
        if (string.IsNullOrWhiteSpace(Type))
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "type is empty.", "Say what happened, for example \"check_completed\".");
        Text.Within(Type, "type", 100, "Use a short type such as \"check_completed\" and put details into data.");
        Text.Within(EntityType, "entityType", 100, "Use a short kind such as \"task\" or \"file\".");
        Text.Within(EntityId, "entityId", 400, "Use an id, a name or a path; put the rest into data.");
        if (EntityId is not null && string.IsNullOrWhiteSpace(EntityType))
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "entityId needs an entityType.", "Say what kind of thing it is, for example entityType: \"file\".");
        FreeForm.Check(Data, "data");
        return this;
    }
}

/// <summary>What was recorded.</summary>
public sealed record LoggedEvent
{
    /// <summary>The event's id.</summary>
    public required string Id { get; init; }
    /// <summary>Its number.</summary>
    public long Seq { get; init; }
    /// <summary>Whose.</summary>
    public required string Agent { get; init; }
    /// <summary>The session it belongs to.</summary>
    public string? Session { get; init; }
    /// <summary>The project it belongs to.</summary>
    public required string Project { get; init; }
    /// <summary>When.</summary>
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>True when an earlier call with the same idempotency key recorded it and this one recorded nothing.</summary>
    public bool Replayed { get; init; }
}
