using System.Text.Json.Serialization;

namespace AgentCraft.Data.Agents;

/// <summary>What an agent is doing, as it says itself. It is live when active or busy and heard from lately.</summary>
[JsonConverter(typeof(SnakeCaseEnum<AgentStatus>))]
public enum AgentStatus
{
    /// <summary>Known, not working.</summary>
    Inactive,
    /// <summary>Working or ready to.</summary>
    Active,
    /// <summary>Working and better not disturbed.</summary>
    Busy,
    /// <summary>Held by somebody.</summary>
    Paused,
    /// <summary>Done for good.</summary>
    Completed,
    /// <summary>Gave up.</summary>
    Failed,
    /// <summary>Something is wrong with it.</summary>
    Error,
    /// <summary>Taken out; the row stays so that nobody's mail goes with it.</summary>
    Removed,
}
