using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Processes;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>How kinds of work are done.</summary>
internal sealed partial class ProcessTools(Stores stores)
{
    /// <summary>Defines how a kind of work is done, as steps that establish_process turns into tasks. The same name is defined anew.</summary>
    /// <param name="name">Unique here, e.g. release</param>
    /// <param name="steps">after: steps to complete first; {{input}} is filled in</param>
    /// <param name="agent">Your name</param>
    /// <param name="description">What it is for</param>
    /// <param name="triggers">When to establish it</param>
    /// <param name="requiredInputs">Names of the values it needs</param>
    /// <param name="idempotencyKey">Same key: once</param>
    [McpServerTool(Name = "define_process", Title = "Define process", Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Processes)]
    public partial Task<DefinedProcess> DefineProcess(
        ToolCall call, string name, ProcessStep[] steps, string? agent = null, string? description = null, string[]? triggers = null,
        string[]? requiredInputs = null, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        stores.Processes.Define(new()
        {
            Name = name, By = call.Me(agent), Description = description, Triggers = triggers ?? [], RequiredInputs = requiredInputs ?? [], Steps = steps,
        }, idempotencyKey, cancellationToken);

    /// <summary>Lists processes with their triggers and required inputs; with name, that one with its steps.</summary>
    /// <param name="name">This one, or its id</param>
    /// <param name="trigger">With this trigger</param>
    /// <param name="limit">Default 20</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "list_processes", Title = "List processes", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Processes)]
    public partial Task<ProcessPage> ListProcesses(
        string? name = null, string? trigger = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.Processes.List(new() { Name = name, Trigger = trigger, Limit = Paging.Limit(limit), Cursor = cursor }, cancellationToken);

    /// <summary>Turns a process into a task with its steps as parts that wait for each other. Returns them with live agents that have the
    /// capability wanted.</summary>
    /// <param name="process">Name or id</param>
    /// <param name="agent">Your name</param>
    /// <param name="inputs">Required inputs' values</param>
    /// <param name="parent">Task it is part of</param>
    /// <param name="priority">Default 0; higher first</param>
    /// <param name="idempotencyKey">Same key: once</param>
    [McpServerTool(Name = "establish_process", Title = "Establish process", Destructive = false, Idempotent = false, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Processes)]
    public partial Task<EstablishedProcess> EstablishProcess(
        ToolCall call, string process, string? agent = null, JsonElement? inputs = null, string? parent = null, int? priority = null,
        string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        stores.ProcessRuns.Establish(new()
        {
            Process = process, By = call.Me(agent), Inputs = inputs, Parent = parent, Priority = priority ?? 0,
        }, idempotencyKey, cancellationToken);
}
