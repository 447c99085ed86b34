using AgentCraft.Data;
using AgentCraft.Data.Agents;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>How agents stand, what they have used up, and how they go.</summary>
internal sealed partial class AgentLifeTools(Stores stores)
{
    /// <summary>Says what an agent is doing: its status, its current task. register_agent changes what it is.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="name">Default: you</param>
    /// <param name="status">Any but removed</param>
    /// <param name="currentTask">One line; empty clears it</param>
    [McpServerTool(Name = "update_agent_status", Title = "Update agent status", Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Agents)]
    public async partial Task<Agent> UpdateAgentStatus(
        ToolCall call, string? agent = null, string? name = null, AgentStatus? status = null, string? currentTask = null,
        CancellationToken cancellationToken = default)
    {
        string? me = call.CallerIfKnown(agent);
        return await stores.AgentLife.Update(new() { Agent = name ?? call.Me(agent), By = me, Status = status, CurrentTask = currentTask }, cancellationToken);
    }

    /// <summary>Everything known of one agent: instruction, capabilities, configuration, usage, parent.</summary>
    /// <param name="name">Name or id</param>
    [McpServerTool(Name = "get_agent", Title = "Get agent", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Agents)]
    public partial Task<Agent> GetAgent(string name, CancellationToken cancellationToken = default) => stores.Agents.Get(name, cancellationToken);

    /// <summary>Who works for whom: each agent followed by those below it, with depth, parent, and the usage of the whole tree.</summary>
    /// <param name="name">At the top; default: all</param>
    /// <param name="project">Default: this one</param>
    /// <param name="levels">Default: all</param>
    /// <param name="limit">Default 20</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "get_agent_tree", Title = "Get agent tree", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Agents)]
    public partial Task<AgentTreePage> GetAgentTree(
        string? name = null, string? project = null, int? levels = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.AgentTrees.Get(new() { Agent = name, Project = project, Levels = levels, Limit = Paging.Limit(limit), Cursor = cursor }, cancellationToken);

    /// <summary>Adds what an agent has used since the last call to its totals and its project's, exactly. Returns both, and the project's limits
    /// that it went over.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="name">Default: you</param>
    /// <param name="tokens">Tokens</param>
    /// <param name="costUsd">Dollars, to 9 decimals</param>
    /// <param name="iterations">Iterations</param>
    /// <param name="idempotencyKey">Same key: once</param>
    [McpServerTool(Name = "add_agent_usage", Title = "Add agent usage", Destructive = false, Idempotent = false, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Agents)]
    public async partial Task<AddedUsage> AddAgentUsage(
        ToolCall call, string? agent = null, string? name = null, int? tokens = null, DollarAmount? costUsd = null, int? iterations = null,
        string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        if (tokens is null && costUsd is null && iterations is null)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "Pass tokens, costUsd, iterations or several of them.", "For example tokens: 1500, costUsd: \"0.0375\".");
        string? me = call.CallerIfKnown(agent);
        NewUsage usage = new()
        {
            Agent = name ?? call.Me(agent), Tokens = tokens ?? 0, Cost = costUsd?.Billionths(nameof(costUsd)) ?? 0, Iterations = iterations ?? 0,
        };
        return await stores.Usage.Add(usage, me, idempotencyKey, cancellationToken);
    }

    /// <summary>Takes an agent out: it leaves its session, claims are released, open tasks go back. Its row and mail stay; registering brings it
    /// back.</summary>
    /// <param name="name">Name or id</param>
    /// <param name="agent">Your name</param>
    /// <param name="purge">Also delete its metrics, grants, history, settings</param>
    /// <param name="confirm">true, with a token</param>
    [McpServerTool(Name = "remove_agent", Title = "Remove agent", Destructive = true, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Agents)]
    public partial Task<RemovedAgent> RemoveAgent(
        ToolCall call, string name, string? agent = null, bool? purge = null, bool? confirm = null, CancellationToken cancellationToken = default)
    {
        string? me = call.CallerIfKnown(agent);
        call.Confirmed(confirm, "takes an agent out");
        return stores.AgentLife.Remove(name, me, purge ?? false, cancellationToken);
    }
}
