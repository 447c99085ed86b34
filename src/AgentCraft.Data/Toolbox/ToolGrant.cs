using System.Text.Json;

namespace AgentCraft.Data.Toolbox;

/// <summary>A wish that an agent may use a tool.</summary>
public sealed record NewGrant
{
    /// <summary>The tool, by name or id.</summary>
    public required string Tool { get; init; }
    /// <summary>Who may use it, by name or id.</summary>
    public required string To { get; init; }
    /// <summary>Who grants it, by name or id; null when unknown.</summary>
    public string? By { get; init; }
    /// <summary>Within what limits; free form. Null leaves them as they were.</summary>
    public JsonElement? Limits { get; init; }
}

/// <summary>What granting did.</summary>
public sealed record GrantedTool
{
    /// <summary>Who may use it.</summary>
    public required string Agent { get; init; }
    /// <summary>The tool's name.</summary>
    public required string Tool { get; init; }
    /// <summary>Within what limits; free form.</summary>
    public JsonElement Limits { get; init; }
    /// <summary>Who granted it, where they said so.</summary>
    public string? GrantedBy { get; init; }
    /// <summary>When.</summary>
    public DateTimeOffset GrantedAt { get; init; }
    /// <summary>False when it was granted so already.</summary>
    public bool Changed { get; init; }
    /// <summary>True when an earlier call with the same idempotency key did it.</summary>
    public bool Replayed { get; init; }
}

/// <summary>What revoking did.</summary>
public sealed record RevokedTool
{
    /// <summary>Who may no longer use it.</summary>
    public required string Agent { get; init; }
    /// <summary>The tool's name.</summary>
    public required string Tool { get; init; }
    /// <summary>False when it was not granted.</summary>
    public bool Changed { get; init; }
}
