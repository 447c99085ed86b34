using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Events;
using AgentCraft.Data.Messages;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>What happened.</summary>
internal sealed partial class EventTools(Stores stores)
{
    /// <summary>Records that something happened, for later readers: a check completed. To tell an agent, use log_message.</summary>
    /// <param name="type">What happened, e.g. check_completed</param>
    /// <param name="agent">Your name</param>
    /// <param name="entityType">To what, e.g. task, file</param>
    /// <param name="entityId">Its id, name or path</param>
    /// <param name="data">Free-form details</param>
    /// <param name="session">Default: current</param>
    /// <param name="project">Default: the session's</param>
    /// <param name="idempotencyKey">Same key: once</param>
    [McpServerTool(Name = "log_event", Title = "Log event", Destructive = false, Idempotent = false, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Events)]
    public partial Task<LoggedEvent> LogEvent(
        ToolCall call, string type, string? agent = null, string? entityType = null, string? entityId = null, JsonElement? data = null,
        string? session = null, string? project = null, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        stores.Events.Append(new()
        {
            Agent = call.Me(agent), Type = type, EntityType = entityType, EntityId = entityId, Data = data, Session = session, Project = project,
        }, idempotencyKey, cancellationToken);

    /// <summary>Lists what happened, newest first. For counts use summarize_events.</summary>
    /// <param name="session">Of this session</param>
    /// <param name="project">Of this project</param>
    /// <param name="agent">By this agent</param>
    /// <param name="type">This type</param>
    /// <param name="entityType">About this kind</param>
    /// <param name="entityId">About this thing</param>
    /// <param name="since">ISO 8601</param>
    /// <param name="until">Before</param>
    /// <param name="order">Default desc</param>
    /// <param name="id">Just this one</param>
    /// <param name="limit">Default 20</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "list_events", Title = "List events", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Events)]
    public partial Task<EventPage> ListEvents(
        string? session = null, string? project = null, string? agent = null, string? type = null, string? entityType = null,
        string? entityId = null, string? since = null, string? until = null, ListOrder? order = null, string? id = null, int? limit = null, string? cursor = null,
        CancellationToken cancellationToken = default) =>
        stores.Events.List(Filter(session, project, agent, type, entityType, entityId, since, until) with { Id = id },
            new() { Order = order ?? ListOrder.Desc, Limit = Paging.Limit(limit), Cursor = cursor }, cancellationToken);

    /// <summary>Counts events by type and by agent, each with its first and last time.</summary>
    /// <param name="session">Of this session</param>
    /// <param name="project">Of this project</param>
    /// <param name="agent">By this agent</param>
    /// <param name="type">This type</param>
    /// <param name="entityType">About this kind</param>
    /// <param name="entityId">About this thing</param>
    /// <param name="since">ISO 8601</param>
    /// <param name="until">Before</param>
    [McpServerTool(Name = "summarize_events", Title = "Summarize events", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Events)]
    public partial Task<EventSummary> SummarizeEvents(
        string? session = null, string? project = null, string? agent = null, string? type = null, string? entityType = null,
        string? entityId = null, string? since = null, string? until = null, CancellationToken cancellationToken = default) =>
        stores.Events.Summarize(Filter(session, project, agent, type, entityType, entityId, since, until), cancellationToken);

    private static EventFilter Filter(
        string? session, string? project, string? agent, string? type, string? entityType, string? entityId, string? since, string? until) => new()
        {
            Session = session, Project = project, Agent = agent, Type = type, EntityType = entityType, EntityId = entityId, Range = TimeRange.Parse(since, until),
        };
}
