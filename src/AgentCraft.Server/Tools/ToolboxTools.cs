using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Toolbox;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>What agents can do, and what they may use for it.</summary>
internal sealed partial class ToolboxTools(Stores stores)
{
    /// <summary>Defines a tool that agents can be granted, or updates it. It describes an MCP tool; it does not run it.</summary>
    /// <param name="name">Unique here, e.g. web_search</param>
    /// <param name="description">What it does</param>
    /// <param name="agent">Your name</param>
    /// <param name="inputSchema">JSON Schema</param>
    /// <param name="category">What it is filed under</param>
    /// <param name="mcpServer">MCP server that has it</param>
    /// <param name="mcpTool">Its name there</param>
    /// <param name="idempotencyKey">Same key: once</param>
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

    /// <summary>Lists the tools defined here for agents; not the tools of this server.</summary>
    /// <param name="category">Of this category</param>
    /// <param name="mcpServer">Of this MCP server</param>
    /// <param name="grantedTo">Granted to this agent</param>
    /// <param name="limit">Default 20</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "list_tool_definitions", Title = "List tool definitions", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Toolbox)]
    public partial Task<ToolPage> ListToolDefinitions(
        string? category = null, string? mcpServer = null, string? grantedTo = null, int? limit = null, string? cursor = null,
        CancellationToken cancellationToken = default) =>
        stores.Tools.ListTools(new() { Category = category, McpServer = mcpServer, GrantedTo = grantedTo, Limit = Paging.Limit(limit), Cursor = cursor }, cancellationToken);

    /// <summary>Notes that an agent may use a tool, within limits; again with other limits changes them.</summary>
    /// <param name="tool">Name or id</param>
    /// <param name="to">This agent</param>
    /// <param name="agent">Your name</param>
    /// <param name="limits">Free-form, e.g. {"callsPerDay": 100}</param>
    /// <param name="idempotencyKey">Same key: once</param>
    [McpServerTool(Name = "grant_tool", Title = "Grant tool", Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Toolbox)]
    public partial Task<GrantedTool> GrantTool(
        ToolCall call, string tool, string to, string? agent = null, JsonElement? limits = null, string? idempotencyKey = null,
        CancellationToken cancellationToken = default) =>
        stores.Grants.Grant(new() { Tool = tool, To = to, By = call.CallerIfKnown(agent), Limits = limits }, idempotencyKey, cancellationToken);

    /// <summary>Takes a granted tool from an agent again.</summary>
    /// <param name="tool">Name or id</param>
    /// <param name="to">From this agent</param>
    /// <param name="agent">Your name</param>
    /// <param name="confirm">true, with a token</param>
    [McpServerTool(Name = "revoke_tool", Title = "Revoke tool", Destructive = true, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Toolbox)]
    public partial Task<RevokedTool> RevokeTool(
        ToolCall call, string tool, string to, string? agent = null, bool? confirm = null, CancellationToken cancellationToken = default)
    {
        string? me = call.CallerIfKnown(agent);
        call.Confirmed(confirm, "takes a tool from an agent");
        return stores.Grants.Revoke(tool, to, me, cancellationToken);
    }

    /// <summary>Finds live agents that can do something, each with the tools that it was granted and their limits.</summary>
    /// <param name="capability">E.g. code-review</param>
    /// <param name="project">Default: all projects</param>
    /// <param name="includeInactive">Also those not live</param>
    /// <param name="limit">Default 20</param>
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
