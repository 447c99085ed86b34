using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Agents;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>Who there is.</summary>
internal sealed partial class AgentTools(Stores stores)
{
    /// <summary>Registers an agent, or updates what is given: the same name is the same agent. start_session does this for you; use it for
    /// sub-agents or to add capabilities. Returns the agent.</summary>
    /// <param name="name">Unique here, whatever its case</param>
    /// <param name="type">Kind, e.g. code-reviewer</param>
    /// <param name="parent">The agent it works for</param>
    /// <param name="instruction">What it was told to be</param>
    /// <param name="workspacePath">Where it works</param>
    /// <param name="capabilities">What it can do, short words</param>
    /// <param name="permissions">Free-form</param>
    /// <param name="config">Free-form; never a secret</param>
    /// <param name="template">Template it was made from</param>
    /// <param name="pid">Its process</param>
    /// <param name="mcpPort">Its own MCP port</param>
    [McpServerTool(Name = "register_agent", Title = "Register agent", Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Core)]
    public async partial Task<Agent> RegisterAgent(
        ToolCall call, string? name = null, string? type = null, string? parent = null, string? instruction = null,
        string? workspacePath = null, string[]? capabilities = null, JsonElement? permissions = null, JsonElement? config = null,
        string? template = null, int? pid = null, int? mcpPort = null, CancellationToken cancellationToken = default)
    {
        name ??= call.OwnName ?? throw new AgentCraftException(ErrorCodes.InvalidArgument, "name is missing.", "Pass name as a string. register_agent needs: name.");
        await call.CheckRegistration(name, parent, cancellationToken);
        Agent agent = await stores.Agents.Register(new()
        {
            Name = await stores.Agents.FindName(name, cancellationToken),
            Type = type,
            Parent = parent,
            Instruction = instruction,
            WorkspacePath = workspacePath,
            Capabilities = capabilities,
            Permissions = permissions,
            Config = config,
            Template = template,
            Pid = pid,
            McpPort = mcpPort,
            RegisteredBy = call.OwnName,
        }, cancellationToken);
        call.Registered(agent.Name);
        return agent;
    }

    /// <summary>Lists agents that are live (active or busy, heard from within minutes), the earliest registered first.</summary>
    /// <param name="type">This kind</param>
    /// <param name="status">This status</param>
    /// <param name="parent">Those directly under this agent</param>
    /// <param name="project">Of this project</param>
    /// <param name="includeInactive">Also those not live</param>
    /// <param name="limit">Default 20</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "list_agents", Title = "List agents", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Core)]
    public partial Task<AgentPage> ListAgents(
        string? type = null, AgentStatus? status = null, string? parent = null, string? project = null, bool? includeInactive = null,
        int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.Agents.List(new()
        {
            Type = type,
            Status = status,
            Parent = parent,
            Project = project,
            IncludeInactive = includeInactive ?? false,
            Limit = Paging.Limit(limit),
            Cursor = cursor,
        }, cancellationToken);
}
