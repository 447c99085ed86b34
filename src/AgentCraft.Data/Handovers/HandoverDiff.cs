namespace AgentCraft.Data.Handovers;

/// <summary>How two versions of a hand-over differ.</summary>
public sealed record HandoverDiff
{
    /// <summary>Of which.</summary>
    public required string Id { get; init; }
    /// <summary>The version that it starts from.</summary>
    public int From { get; init; }
    /// <summary>The version that it leads to.</summary>
    public int To { get; init; }
    /// <summary>A unified diff; empty when nothing differs. Its lines are their authors' words.</summary>
    public required string Diff { get; init; }
    /// <summary>Lines.</summary>
    public int Added { get; init; }
    /// <summary>Lines.</summary>
    public int Removed { get; init; }
}
