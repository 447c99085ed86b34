namespace AgentCraft.Data.Agents;

/// <summary>Just enough of an agent to refer to it.</summary>
public sealed record AgentRef
{
    internal long Seq { get; init; }
    internal long ProjectSeq { get; init; }
    internal AgentStatus Status { get; init; }

    /// <summary>Its id.</summary>
    public required string Id { get; init; }
    /// <summary>Its name, as it was registered.</summary>
    public required string Name { get; init; }
    /// <summary>Its type.</summary>
    public required string Type { get; init; }
}
