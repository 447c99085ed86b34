using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Events;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Toolbox;

/// <summary>The table <c>agent_tools</c>: which agent may use which tool, within what limits.</summary>
public sealed class GrantStore(Databases databases, AgentStore agents, ToolStore tools, EventStore events, IdempotencyKeys keys)
{
    /// <summary>Lets an agent use a tool, or changes the limits within which it does.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c>, also for an agent that was removed</exception>
    public Task<GrantedTool> Grant(NewGrant grant, string? idempotencyKey, CancellationToken cancellationToken = default)
    {
        FreeForm.Check(grant.Limits, "limits");
        return databases.Central.Write(c =>
        {
            AgentRef? teller = Teller(c, grant.By);
            (GrantedTool granted, bool replayed) = keys.Run(c, teller?.Id ?? "", idempotencyKey, grant,
                DataJson.Default.NewGrant, DataJson.Default.GrantedTool, () => Grant(c, grant, teller));
            return granted with { Replayed = replayed };
        }, cancellationToken);
    }

    /// <summary>Takes a tool from an agent; taking it twice changes nothing.</summary>
    /// <param name="tool">Name or id.</param>
    /// <param name="agent">Who has it, by name or id.</param>
    /// <param name="by">Who says so; null when unknown.</param>
    /// <param name="cancellationToken">Gives up while still queued.</param>
    public Task<RevokedTool> Revoke(string tool, string agent, string? by, CancellationToken cancellationToken = default) => databases.Central.Write(c =>
    {
        (AgentRef? teller, ToolDefinition taken, AgentRef holder) = (Teller(c, by), tools.Get(c, tool), agents.Identify(c, agent));
        bool changed = c.Execute("DELETE FROM agent_tools WHERE agent_seq = @Agent AND tool_seq = @Tool", new { Agent = holder.Seq, Tool = taken.Seq }) > 0;
        if (changed)
            Log(c, "tool_revoked", taken, holder, teller);
        return new RevokedTool { Agent = holder.Name, Tool = taken.Name, Changed = changed };
    }, cancellationToken);

    private GrantedTool Grant(Connection c, NewGrant grant, AgentRef? teller)
    {
        (ToolDefinition tool, AgentRef holder) = (tools.Get(c, grant.Tool), agents.Identify(c, grant.To));
        if (holder.Status == AgentStatus.Removed)
            throw new AgentCraftException(ErrorCodes.NotFound, $"'{holder.Name}' was removed and uses no tools.", "list_agents shows who is there.");
        GrantedTool? known = Find(c, tool, holder);
        if (known is not null && (grant.Limits is null || JsonElement.DeepEquals(grant.Limits.Value, known.Limits)))
            return known;
        c.Execute("""
            INSERT INTO agent_tools (agent_seq, tool_seq, limits, granted_by_seq, granted_at) VALUES (@Agent, @Tool, COALESCE(@Limits, '{}'), @By, @Now)
            ON CONFLICT (agent_seq, tool_seq) DO UPDATE
            SET limits = excluded.limits, granted_by_seq = excluded.granted_by_seq, granted_at = excluded.granted_at
            """, new { Agent = holder.Seq, Tool = tool.Seq, grant.Limits, By = teller?.Seq, c.Time.Now });
        Log(c, "tool_granted", tool, holder, teller);
        return Find(c, tool, holder)! with { Changed = true };
    }

    private static GrantedTool? Find(Connection c, ToolDefinition tool, AgentRef holder) => c.First<GrantedTool>("""
        SELECT a.name AS agent, t.name AS tool, g.limits, b.name AS granted_by, g.granted_at
        FROM agent_tools g JOIN agents a ON a.seq = g.agent_seq JOIN tool_definitions t ON t.seq = g.tool_seq LEFT JOIN agents b ON b.seq = g.granted_by_seq
        WHERE g.agent_seq = @Agent AND g.tool_seq = @Tool
        """, new { Agent = holder.Seq, Tool = tool.Seq });

    private AgentRef? Teller(Connection c, string? by) => by is null ? null : agents.Identify(c, by);

    /// <summary>The event is of the agent that has the tool; who gave or took it is part of the data.</summary>
    private void Log(Connection c, string type, ToolDefinition tool, AgentRef holder, AgentRef? teller)
    {
        JsonObject data = new() { ["tool"] = tool.Name };
        if (teller is not null)
            data["by"] = teller.Name;
        events.Append(c, new(type) { ProjectSeq = holder.ProjectSeq, AgentSeq = holder.Seq, EntityType = "tool", EntityId = tool.Id, Data = data.ToJsonString() });
    }
}
