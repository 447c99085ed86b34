using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Agents;

/// <summary>Finds what an agent keeps for itself. Who it is and which session it is in lies in the central file; the rest in its own.</summary>
public sealed class OwnFiles(Databases databases, AgentStore agents, SessionStore sessions)
{
    /// <summary>The agent of that name or id, and a session: the given one, which must exist, or the one that the agent is in.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c></exception>
    internal Task<Owner> Find(string agent, string? session, CancellationToken cancellationToken) => databases.Central.Read(c =>
    {
        AgentRef owner = agents.Identify(c, agent);
        return new Owner(owner, (session is null ? sessions.FindCurrent(c, owner.Seq) : sessions.Get(c, session))?.Id);
    }, cancellationToken);

    /// <summary>The agent of that name or id; a session that is named must exist.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c></exception>
    internal Task<AgentRef> FindReader(string agent, string? session, CancellationToken cancellationToken) => databases.Central.Read(c =>
    {
        AgentRef reader = agents.Identify(c, agent);
        if (session is not null)
            sessions.Get(c, session);
        return reader;
    }, cancellationToken);

    /// <summary>Where its rows are.</summary>
    internal Database Of(AgentRef agent) => databases.Agent(agent.Name, agent.Type);

    /// <summary>Where its rows are; null when it has none, so that reading makes no file.</summary>
    internal Database? Existing(AgentRef agent) => databases.HasAgent(agent.Name) ? Of(agent) : null;
}

/// <summary>Whose rows, and in which session they come about.</summary>
internal sealed record Owner(AgentRef Agent, string? SessionId);
