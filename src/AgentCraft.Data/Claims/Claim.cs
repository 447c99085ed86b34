using System.Text.Json.Serialization;

namespace AgentCraft.Data.Claims;

/// <summary>An agent's announcement that it works on certain paths.</summary>
public sealed record Claim
{
    [JsonIgnore] internal long Seq { get; init; }
    [JsonIgnore] internal long AgentSeq { get; init; }

    /// <summary><c>claim_unixmilliseconds_random</c>.</summary>
    public required string Id { get; init; }
    /// <summary>Who holds it, and wrote the reason.</summary>
    public required string Agent { get; init; }
    /// <summary>A glob.</summary>
    public required string Pattern { get; init; }
    /// <summary>Nobody else may hold an exclusive claim that overlaps.</summary>
    public bool Exclusive { get; init; }
    /// <summary>Why, in its holder's words.</summary>
    public string? Reason { get; init; }
    /// <summary>Always true: the reason may be another agent's.</summary>
    public bool Untrusted => true;
    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>When the lease ends by the wall clock.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
    /// <summary>When it was released, or was found to have ended.</summary>
    public DateTimeOffset? ReleasedAt { get; init; }
}
