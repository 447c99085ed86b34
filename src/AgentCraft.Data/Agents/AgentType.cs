using AgentCraft.Data.Handovers;

namespace AgentCraft.Data.Agents;

/// <summary>What a type of agents is, as its file in <c>configs/agents</c> says.</summary>
internal sealed record AgentType
{
    /// <summary>The type: the file's name without its ending.</summary>
    public required string Name { get; init; }
    /// <summary>Where that is written.</summary>
    public required ConfigFile File { get; init; }
    /// <summary>What such agents do.</summary>
    public string? Description { get; init; }
    /// <summary>The type whose tables they have; null for their own, or those of types without.</summary>
    public string? Schema { get; init; }
    /// <summary>What a new agent can do that does not say so itself.</summary>
    public string[] Capabilities { get; init; } = [];
    /// <summary>What their hand-overs are made from when they name no template; null for the one that is everybody's.</summary>
    public string? HandoverTemplate { get; init; }
    /// <summary>Where the file names the schema.</summary>
    public int SchemaLine { get; init; }
    /// <summary>Where the file names the template.</summary>
    public int TemplateLine { get; init; }
}
