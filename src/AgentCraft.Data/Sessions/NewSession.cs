using System.Text.Json;
using AgentCraft.Data.Agents;

namespace AgentCraft.Data.Sessions;

/// <summary>An agent's wish to work.</summary>
public sealed record NewSession
{
    /// <summary>Who wants to; registered on the way.</summary>
    public required NewAgent Agent { get; init; }
    /// <summary>The project's name or id; null for the root's own.</summary>
    public string? Project { get; init; }
    /// <summary>Free form; used when the session is opened.</summary>
    public JsonElement? Metadata { get; init; }
    /// <summary>Opens a session even if one is active.</summary>
    public bool ForceNew { get; init; }
}

/// <summary>What starting did.</summary>
/// <param name="Session">The session.</param>
/// <param name="Agent">The agent, registered.</param>
/// <param name="Present">The live agents of the session, the caller included.</param>
/// <param name="IsNew">It was opened by this call.</param>
public sealed record StartedSession(Session Session, Agent Agent, IReadOnlyList<PresentAgent> Present, bool IsNew);

/// <summary>What ending did.</summary>
/// <param name="Session">The session as it is now.</param>
/// <param name="Changed">The agent was in it; false when it had left or the session had ended before.</param>
/// <param name="Ended">This call ended the session.</param>
/// <param name="ReleasedClaims">How many claims of the agent were released.</param>
public sealed record EndedSession(Session Session, bool Changed, bool Ended, int ReleasedClaims);
