using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Instances;
using AgentCraft.Server.Cli;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>Workspaces made from templates, and their states.</summary>
internal sealed partial class InstanceLifeTools(Stores stores)
{
    /// <summary>Makes the workspace .agents/NAME from a template (AGENTS.md, MCP files) and its agent; starts nothing. Same name and template:
    /// nothing changes.</summary>
    /// <param name="name">Its agent's</param>
    /// <param name="template">From list_templates</param>
    /// <param name="agent">Your name</param>
    /// <param name="parent">Works for</param>
    /// <param name="launchMode">Default: template's</param>
    /// <param name="config">No secrets</param>
    /// <param name="idempotencyKey">Same key: done once</param>
    [McpServerTool(Name = "create_instance", Title = "Create instance", Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Instances)]
    public async partial Task<CreatedInstance> CreateInstance(
        ToolCall call, string name, string template, string? agent = null, string? parent = null, string? launchMode = null, JsonElement? config = null,
        string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        string me = call.Me(agent);
        return await stores.Instances.Create(
            new() { Name = name, Template = template, By = me, Parent = parent ?? call.ParentOf(name), LaunchMode = launchMode, Config = config },
            OwnServer.Of(stores), idempotencyKey, cancellationToken);
    }

    /// <summary>Lists instances, oldest first, and directories whose .agentcraft.json is broken.</summary>
    /// <param name="state">Only in it</param>
    /// <param name="template">Only of it</param>
    /// <param name="limit">Default 20, max 200</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "list_instances", Title = "List instances", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Instances)]
    public partial Task<InstancePage> ListInstances(
        InstanceState? state = null, string? template = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.Instances.List(new() { State = state, Template = template, Limit = Paging.Limit(limit), Cursor = cursor }, cancellationToken);

    /// <summary>Records an instance's step, and says what may follow. To its present state: keeps pid, port, health, reason.</summary>
    /// <param name="name">Instance</param>
    /// <param name="to">New state</param>
    /// <param name="agent">Your name</param>
    /// <param name="pid">On the server's machine</param>
    /// <param name="port">Where it listens</param>
    /// <param name="health">In a word</param>
    /// <param name="reason">Why</param>
    [McpServerTool(Name = "transition_instance", Title = "Transition instance", Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Instances)]
    public partial Task<SteppedInstance> TransitionInstance(
        ToolCall call, string name, InstanceState to, string? agent = null, int? pid = null, int? port = null, string? health = null, string? reason = null,
        CancellationToken cancellationToken = default) =>
        stores.Instances.Transition(
            new() { Name = name, To = to, By = call.CallerIfKnown(agent), Pid = pid, Port = port, Health = health, Reason = reason }, cancellationToken);
}
