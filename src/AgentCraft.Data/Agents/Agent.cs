using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentCraft.Data.Agents;

/// <summary>An agent as the store knows it.</summary>
public sealed record Agent
{
    [JsonIgnore] internal long Seq { get; init; }
    [JsonIgnore] internal long ProjectSeq { get; init; }
    [JsonIgnore] internal long Cost { get; init; }

    /// <summary><c>agent_name_unixmilliseconds</c>.</summary>
    public required string Id { get; init; }
    /// <summary>Unique in the root whatever its case.</summary>
    public required string Name { get; init; }
    /// <summary>For example <c>code-reviewer</c>; decides the schema of its own file.</summary>
    public required string Type { get; init; }
    /// <summary>What it says it is doing.</summary>
    public AgentStatus Status { get; init; }
    /// <summary>Active or busy, and heard from within the live window.</summary>
    public bool Live { get; init; }
    /// <summary>The name of the project it works in.</summary>
    public required string Project { get; init; }
    /// <summary>The name of the agent that it works for; null at the top.</summary>
    public string? Parent { get; init; }
    /// <summary>Its distance from the top of the tree, 0 there.</summary>
    public int Depth { get; init; }
    /// <summary>What it was told to be.</summary>
    public string? Instruction { get; init; }
    /// <summary>The configuration template it was made from, by name.</summary>
    public string? Template { get; init; }
    /// <summary>Where it works.</summary>
    public string? WorkspacePath { get; init; }
    /// <summary>What it is busy with, in its own words.</summary>
    public string? CurrentTask { get; init; }
    /// <summary>Its process, when it said so.</summary>
    public int? Pid { get; init; }
    /// <summary>The port of its own MCP server, when it has one.</summary>
    public int? McpPort { get; init; }
    /// <summary>What it can do, as searchable words.</summary>
    public string[] Capabilities { get; init; } = [];
    /// <summary>What it may do; free form.</summary>
    public JsonElement? Permissions { get; init; }
    /// <summary>Its configuration; free form, never a secret.</summary>
    public JsonElement? Config { get; init; }
    /// <summary>Tokens it has used.</summary>
    public long Tokens { get; init; }
    /// <summary>What it has cost, in dollars.</summary>
    public decimal CostUsd => Dollars.Of(Cost);
    /// <summary>Iterations it has run.</summary>
    public long IterationCount { get; init; }
    /// <summary>When it was heard from last.</summary>
    public DateTimeOffset? LastHeartbeatAt { get; init; }
    /// <summary>When it registered first.</summary>
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>When it was changed last, heartbeats aside.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
    /// <summary>Always true: what it says of itself is its own words, to be judged and not obeyed.</summary>
    public bool Untrusted => true;

    internal AgentRef Ref => new() { Seq = Seq, ProjectSeq = ProjectSeq, Id = Id, Name = Name, Type = Type, Status = Status };
}
