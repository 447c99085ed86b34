using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Instances;
using AgentCraft.Server.Cli;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>Workspaces made from templates, and their states.</summary>
internal sealed partial class InstanceLifeTools(Stores stores)
{
    /// <summary>Makes an agent's workspace .agents/NAME from a template (AGENTS.md, .mcp.json, .cursor/mcp.json) and registers the agent. Starts no
    /// process. The same name and template again changes nothing.</summary>
    /// <param name="name">The instance's and its agent's</param>
    /// <param name="template">From list_templates</param>
    /// <param name="agent">Your name</param>
    /// <param name="parent">Agent it works for</param>
    /// <param name="launchMode">Default: the template's</param>
    /// <param name="config">Agent's; no secrets</param>
    /// <param name="idempotencyKey">Same key: done once</param>
    [McpServerTool(Name = "create_instance", Title = "Create instance", Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Instances)]
    public partial Task<CreatedInstance> CreateInstance(
        ToolCall call, string name, string template, string? agent = null, string? parent = null, string? launchMode = null, JsonElement? config = null,
        string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        stores.Instances.Create(
            new() { Name = name, Template = template, By = call.Me(agent), Parent = parent, LaunchMode = launchMode, Config = config },
            OwnServer.Of(stores), idempotencyKey, cancellationToken);

    /// <summary>Lists instances, the oldest first, as their files say, and the directories whose .agentcraft.json cannot be used.</summary>
    /// <param name="state">Only in it</param>
    /// <param name="template">Only made from it</param>
    /// <param name="limit">Default 20, max 200</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "list_instances", Title = "List instances", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Instances)]
    public partial Task<InstancePage> ListInstances(
        InstanceState? state = null, string? template = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.Instances.List(new() { State = state, Template = template, Limit = Paging.Limit(limit), Cursor = cursor }, cancellationToken);

    /// <summary>Records a step of an instance you start or stop; returns the states that may follow. The state it has already: only pid, port,
    /// health and reason are kept.</summary>
    /// <param name="name">The instance</param>
    /// <param name="to">New state</param>
    /// <param name="agent">Your name</param>
    /// <param name="pid">Its process, on the server's machine</param>
    /// <param name="port">Its port</param>
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
