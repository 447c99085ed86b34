using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Toolbox;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>What agents can do, and what they may use for it.</summary>
internal sealed partial class ToolboxTools(Stores stores)
{
    /// <summary>Defines a tool that agents can be granted, or updates what is given: the same name is the same tool. It describes an MCP tool; it
    /// does not run it.</summary>
    /// <param name="name">Unique here, e.g. web_search</param>
    /// <param name="description">What it does</param>
    /// <param name="agent">Your name</param>
    /// <param name="inputSchema">JSON schema of what it takes</param>
    /// <param name="category">What it is filed under</param>
    /// <param name="mcpServer">The MCP server that has it</param>
    /// <param name="mcpTool">Its name there</param>
    /// <param name="idempotencyKey">Same key: done once</param>
    [McpServerTool(Name = "define_tool", Title = "Define tool", Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Toolbox)]
    public partial Task<DefinedTool> DefineTool(
        ToolCall call, string name, string description, string? agent = null, JsonElement? inputSchema = null, string? category = null,
        string? mcpServer = null, string? mcpTool = null, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        stores.Tools.Define(new()
        {
            Name = name,
            Description = description,
            By = call.CallerIfKnown(agent),
            InputSchema = inputSchema,
            Category = category,
            McpServer = mcpServer,
            McpTool = mcpTool,
        }, idempotencyKey, cancellationToken);

    /// <summary>Lists the tools that are defined here for agents, the earliest first; not the tools of this server.</summary>
    /// <param name="category">Only of this category</param>
    /// <param name="mcpServer">Only of this MCP server</param>
    /// <param name="grantedTo">Only those this agent may use</param>
    /// <param name="limit">Default 20, max 200</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "list_tool_definitions", Title = "List tool definitions", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Toolbox)]
    public partial Task<ToolPage> ListToolDefinitions(
        string? category = null, string? mcpServer = null, string? grantedTo = null, int? limit = null, string? cursor = null,
        CancellationToken cancellationToken = default) =>
        stores.Tools.ListTools(new() { Category = category, McpServer = mcpServer, GrantedTo = grantedTo, Limit = Paging.Limit(limit), Cursor = cursor }, cancellationToken);

    /// <summary>Notes that an agent may use a tool, within limits; granting again with other limits changes them. find_agents_by_capability shows
    /// grants.</summary>
    /// <param name="tool">Name or id</param>
    /// <param name="to">The agent that may use it</param>
    /// <param name="agent">Your name</param>
    /// <param name="limits">Free-form, e.g. {"callsPerDay": 100}</param>
    /// <param name="idempotencyKey">Same key: done once</param>
    [McpServerTool(Name = "grant_tool", Title = "Grant tool", Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Toolbox)]
    public partial Task<GrantedTool> GrantTool(
        ToolCall call, string tool, string to, string? agent = null, JsonElement? limits = null, string? idempotencyKey = null,
        CancellationToken cancellationToken = default) =>
        stores.Grants.Grant(new() { Tool = tool, To = to, By = call.CallerIfKnown(agent), Limits = limits }, idempotencyKey, cancellationToken);

    /// <summary>Takes a granted tool from an agent again. Taking it twice changes nothing and says so.</summary>
    /// <param name="tool">Name or id</param>
    /// <param name="to">The agent it was granted to</param>
    /// <param name="agent">Your name</param>
    [McpServerTool(Name = "revoke_tool", Title = "Revoke tool", Destructive = true, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Toolbox)]
    public partial Task<RevokedTool> RevokeTool(
        ToolCall call, string tool, string to, string? agent = null, CancellationToken cancellationToken = default) =>
        stores.Grants.Revoke(tool, to, call.CallerIfKnown(agent), cancellationToken);

    /// <summary>Finds live agents that can do something, each with the tools that it was granted and their limits. Capabilities are what agents
    /// registered, in any case.</summary>
    /// <param name="capability">One capability, e.g. code-review</param>
    /// <param name="project">Default: all projects</param>
    /// <param name="includeInactive">Also those not live</param>
    /// <param name="limit">Default 20, max 200</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "find_agents_by_capability", Title = "Find agents by capability", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Toolbox)]
    public partial Task<CapableAgentPage> FindAgentsByCapability(
        string capability, string? project = null, bool? includeInactive = null, int? limit = null, string? cursor = null,
        CancellationToken cancellationToken = default) =>
        stores.Capabilities.Find(new()
        {
            Capability = capability, Project = project, IncludeInactive = includeInactive ?? false, Limit = Paging.Limit(limit), Cursor = cursor,
        }, cancellationToken);
}
