using System.Text.Json.Serialization;

namespace AgentCraft.Data.Agents;

/// <summary>A live agent of a session, in one line.</summary>
public sealed record PresentAgent
{
    [JsonIgnore] internal long Seq { get; init; }
    [JsonIgnore] internal string Id { get; init; } = "";

    /// <summary>Its name.</summary>
    public required string Name { get; init; }
    /// <summary>Its type.</summary>
    public required string Type { get; init; }
    /// <summary>active or busy.</summary>
    public AgentStatus Status { get; init; }
    /// <summary>What it works on, in its own words.</summary>
    public string? CurrentTask { get; init; }

    internal AgentRef Ref => new() { Seq = Seq, Id = Id, Name = Name, Type = Type, Status = Status };
}
