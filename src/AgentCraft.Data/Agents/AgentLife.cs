using System.Text.Json.Nodes;
using AgentCraft.Data.Claims;
using AgentCraft.Data.Events;
using AgentCraft.Data.Handovers;
using AgentCraft.Data.Records;
using AgentCraft.Data.Search;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Tasks;

namespace AgentCraft.Data.Agents;

/// <summary>How an agent stands, and how it goes.</summary>
public sealed class AgentLife(
    Databases databases, AgentStore agents, SessionStore sessions, ClaimStore claims, EventStore events, AgentRecords records, SearchIndex index)
{
    /// <summary>Changes status or current task; what is as wished already stays untouched.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c>, also for one that was removed; <c>invalid_argument</c></exception>
    public Task<Agent> Update(AgentChange change, CancellationToken cancellationToken = default)
    {
        change.Validated();
        return databases.Central.Write(c => Update(c, change), cancellationToken);
    }

    /// <summary>
    /// Takes an agent out: it leaves its sessions, its claims are released, its open tasks go back. The row stays, and so does all mail.
    /// Removing it again changes nothing, or purges what was kept.
    /// </summary>
    /// <param name="agent">Name or id.</param>
    /// <param name="by">Who says so; null when unknown.</param>
    /// <param name="purge">Also deletes what is only its own: its metrics, grants, keys, notes to itself, what it was told to be, and its file's rows.</param>
    /// <param name="cancellationToken">Gives up while still queued.</param>
    /// <exception cref="AgentCraftException"><c>not_found</c>; <c>not_allowed</c> for purging the keeper of hand-overs, which holds everybody's.</exception>
    public async Task<RemovedAgent> Remove(string agent, string? by, bool purge, CancellationToken cancellationToken = default)
    {
        RemovedAgent removed = await databases.Central.Write(c => Remove(c, agents.Get(c, agent), Teller(c, by), purge), cancellationToken);
        if (purge)
            index.Changed();
        // The file after the row that refers to it: a call that was cut off in between is completed by the next one.
        return removed.Purged is null ? removed : removed with
        {
            Purged = removed.Purged.Concat(await records.Purge(removed.Agent.Ref, withOutputs: false, cancellationToken)).ToDictionary(),
        };
    }

    private Agent Update(Connection c, AgentChange change)
    {
        Agent agent = agents.Get(c, change.Agent);
        AgentRef? teller = Teller(c, change.By);
        if (agent.Status == AgentStatus.Removed)
            throw new AgentCraftException(ErrorCodes.NotFound, $"'{agent.Name}' was removed.", "register_agent with its name brings it back.");
        bool setsStatus = change.Status is { } status && status != agent.Status;
        bool setsTask = change.CurrentTask is { } task && (task.Length == 0 ? agent.CurrentTask is not null : task != agent.CurrentTask);
        if (!setsStatus && !setsTask)
            return agent;
        c.Execute("""
            UPDATE agents SET status = COALESCE(@Status, status), current_task = CASE WHEN @SetsTask = 1 THEN NULLIF(@CurrentTask, '') ELSE current_task END,
                              updated_at = @Now, last_heartbeat_at = CASE WHEN @Own = 1 THEN @Now ELSE last_heartbeat_at END
            WHERE seq = @Seq
            """, new { agent.Seq, change.Status, SetsTask = setsTask, change.CurrentTask, Own = teller?.Seq == agent.Seq, c.Time.Now });
        Agent changed = agents.Get(c, agent.Id);
        if (setsStatus)
            Log(c, "agent_status_changed", agent, teller, new() { ["from"] = SnakeCase.Of(agent.Status), ["to"] = SnakeCase.Of(changed.Status) });
        return changed;
    }

    private RemovedAgent Remove(Connection c, Agent agent, AgentRef? teller, bool purge)
    {
        if (purge && agent.Type == HandoverSettings.AgentType)
            throw new AgentCraftException(ErrorCodes.NotAllowed, $"'{agent.Name}' keeps hand-overs of other agents, which purge would delete.", "Remove it without purge.");
        bool changed = agent.Status != AgentStatus.Removed;
        // First the claims: the end of a session would release them, too, and nobody would count them.
        int released = claims.ReleaseAll(c, agent.Seq), left = sessions.LeaveAll(c, agent.Ref), returned = TaskReturns.ReturnAll(c, agent.Seq);
        if (changed)
        {
            c.Execute("UPDATE agents SET status = 'removed', current_task = NULL, pid = NULL, mcp_port = NULL, updated_at = @Now WHERE seq = @Seq",
                new { agent.Seq, c.Time.Now });
            Log(c, "agent_removed", agent, teller, new() { ["releasedClaims"] = released, ["returnedTasks"] = returned });
        }
        Dictionary<string, long>? purged = purge ? AgentPurge.Run(c, agent) : null;
        return new()
        {
            Agent = agents.Get(c, agent.Id),
            Changed = changed,
            LeftSessions = left,
            ReleasedClaims = released,
            ReturnedTasks = returned,
            Purged = purged,
        };
    }

    private AgentRef? Teller(Connection c, string? by) => by is null ? null : agents.Identify(c, by);

    /// <summary>The event is the agent's; who else caused it is part of the data.</summary>
    private void Log(Connection c, string type, Agent agent, AgentRef? teller, JsonObject data)
    {
        if (teller is not null && teller.Seq != agent.Seq)
            data["by"] = teller.Name;
        events.Append(c, new(type)
        {
            SessionSeq = sessions.FindCurrent(c, agent.Seq)?.Seq,
            ProjectSeq = agent.ProjectSeq,
            AgentSeq = agent.Seq,
            EntityType = "agent",
            EntityId = agent.Id,
            Data = data.ToJsonString(),
        });
    }
}
