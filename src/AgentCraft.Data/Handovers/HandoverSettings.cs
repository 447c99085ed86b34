namespace AgentCraft.Data.Handovers;

/// <summary>Who keeps the hand-overs, and where the published one lies.</summary>
public sealed record HandoverSettings
{
    /// <summary>The type of the agent that keeps the project's hand-overs.</summary>
    public const string AgentType = "session-handover";

    /// <summary>The name of that agent; it is registered on first use.</summary>
    public string Agent { get; init; } = "session-handover";

    /// <summary>The file that the newest published hand-over is written to, relative to the root.</summary>
    public string Path { get; init; } = ".agentcraft/handover.md";
}
