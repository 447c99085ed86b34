using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentCraft.Data.Sessions;

/// <summary>A stretch of work in a project that agents join and leave.</summary>
public sealed record Session
{
    [JsonIgnore] internal long Seq { get; init; }
    [JsonIgnore] internal long ProjectSeq { get; init; }
    [JsonIgnore] internal long? MainAgentSeq { get; init; }

    /// <summary><c>session_unixmilliseconds_random</c>.</summary>
    public required string Id { get; init; }
    /// <summary>The project's name.</summary>
    public required string Project { get; init; }
    /// <summary>active, ended or archived.</summary>
    public SessionStatus Status { get; init; }
    /// <summary>The agent that opened it; when it leaves, the session ends.</summary>
    public string? MainAgent { get; init; }
    /// <summary>Free form.</summary>
    public JsonElement Metadata { get; init; }
    /// <summary>What came of it, once ended.</summary>
    public string? Summary { get; init; }
    /// <summary>When it was opened.</summary>
    public DateTimeOffset StartedAt { get; init; }
    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>Where a session stands.</summary>
[JsonConverter(typeof(SnakeCaseEnum<SessionStatus>))]
public enum SessionStatus
{
    /// <summary>Agents may join.</summary>
    Active,
    /// <summary>Over.</summary>
    Ended,
    /// <summary>Over for long.</summary>
    Archived,
}
