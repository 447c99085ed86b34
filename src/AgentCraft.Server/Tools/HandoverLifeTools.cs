using AgentCraft.Data;
using AgentCraft.Data.Handovers;
using AgentCraft.Data.Messages;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>What becomes of hand-overs, and what helps to write and read them.</summary>
internal sealed partial class HandoverLifeTools(Stores stores)
{
    /// <summary>Runs the rules on a hand-over again, as files and commits are now. Says line and fix for each rule that it breaks.</summary>
    /// <param name="id">Which</param>
    /// <param name="agent">Your name</param>
    /// <param name="version">Default: newest</param>
    /// <param name="idempotencyKey">Same key: once</param>
    [McpServerTool(Name = "validate_handover", Title = "Validate hand-over", Destructive = false, Idempotent = false, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Handovers)]
    public partial Task<ValidatedHandover> ValidateHandover(
        ToolCall call, string id, string? agent = null, int? version = null, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        stores.HandoverRevisions.Validate(call.Me(agent), new(id, version), idempotencyKey, cancellationToken);

    /// <summary>Makes a new version: fills placeholders, replaces or adds sections. With expectedVersion it is refused if somebody else was
    /// first.</summary>
    /// <param name="id">Which</param>
    /// <param name="agent">Your name</param>
    /// <param name="fill">Placeholder to Markdown</param>
    /// <param name="sections">Heading to Markdown</param>
    /// <param name="expectedVersion">The version you read</param>
    /// <param name="publish">Publish if it passes</param>
    /// <param name="idempotencyKey">Same key: once</param>
    [McpServerTool(Name = "update_handover", Title = "Update hand-over", Destructive = false, Idempotent = false, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Handovers)]
    public partial Task<CreatedHandover> UpdateHandover(
        ToolCall call, string id, string? agent = null, Dictionary<string, string>? fill = null, Dictionary<string, string>? sections = null,
        int? expectedVersion = null, bool? publish = null, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        stores.HandoverRevisions.Update(new()
        {
            Author = call.Me(agent),
            Id = id,
            Fill = fill ?? [],
            Sections = sections ?? [],
            ExpectedVersion = expectedVersion,
            Publish = publish ?? false,
        }, idempotencyKey, cancellationToken);

    /// <summary>Publishes the newest version if it passes its rules now: it supersedes the published one and becomes the project's file.</summary>
    /// <param name="id">Which</param>
    /// <param name="agent">Your name</param>
    /// <param name="expectedVersion">The version you mean</param>
    [McpServerTool(Name = "publish_handover", Title = "Publish hand-over", Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Handovers)]
    public partial Task<DecidedHandover> PublishHandover(
        ToolCall call, string id, string? agent = null, int? expectedVersion = null, CancellationToken cancellationToken = default) =>
        stores.HandoverLife.Publish(call.Me(agent), id, expectedVersion, cancellationToken);

    /// <summary>Takes over a published hand-over: you are its successor. Read it with get_handover before.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="id">Default: newest</param>
    /// <param name="corrections">What you found to be otherwise</param>
    [McpServerTool(Name = "accept_handover", Title = "Accept hand-over", Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Handovers)]
    public partial Task<DecidedHandover> AcceptHandover(
        ToolCall call, string? agent = null, string? id = null, string? corrections = null, CancellationToken cancellationToken = default) =>
        stores.HandoverLife.Accept(call.Me(agent), id, corrections, cancellationToken);

    /// <summary>Sends a published hand-over back to its author, who can mend it with update_handover.</summary>
    /// <param name="reason">What must be mended</param>
    /// <param name="agent">Your name</param>
    /// <param name="id">Default: newest</param>
    [McpServerTool(Name = "reject_handover", Title = "Reject hand-over", Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Handovers)]
    public partial Task<DecidedHandover> RejectHandover(
        ToolCall call, string reason, string? agent = null, string? id = null, CancellationToken cancellationToken = default) =>
        stores.HandoverLife.Reject(call.Me(agent), id, reason, cancellationToken);

    /// <summary>Lists hand-overs without their texts, each version by itself, newest first.</summary>
    /// <param name="id">The versions of this one</param>
    /// <param name="author">This agent's</param>
    /// <param name="session">Of this session</param>
    /// <param name="template">From this template</param>
    /// <param name="status">These</param>
    /// <param name="since">ISO 8601</param>
    /// <param name="until">Before</param>
    /// <param name="order">Default desc</param>
    /// <param name="limit">Default 20</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "list_handovers", Title = "List hand-overs", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Handovers)]
    public partial Task<HandoverPage> ListHandovers(
        string? id = null, string? author = null, string? session = null, string? template = null, HandoverStatus? status = null, string? since = null,
        string? until = null, ListOrder? order = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.Handovers.List(new()
        {
            Id = id,
            Author = author,
            Session = session,
            Template = template,
            Status = status,
            Range = TimeRange.Parse(since, until),
            OldestFirst = order == ListOrder.Asc,
            Limit = Paging.Limit(limit),
            Cursor = cursor,
        }, cancellationToken);

    /// <summary>Finds out what a hand-over is filled with: git's branch, commits, changed files, TODO marks; agents, tasks, claims, usage; each
    /// with its source.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="session">Default: current</param>
    /// <param name="idempotencyKey">Same key: once</param>
    [McpServerTool(Name = "analyze_session", Title = "Analyze session", Destructive = false, Idempotent = false, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Handovers)]
    public partial Task<SessionAnalysis> AnalyzeSession(
        ToolCall call, string? agent = null, string? session = null, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        stores.SessionAnalyses.Analyze(call.Me(agent), new(session), idempotencyKey, cancellationToken);

    /// <summary>Recommends what to read and do next: files, priorities, notes, each with its reason and a confidence from 0 to 1.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="session">Default: current</param>
    /// <param name="handover">Default: newest</param>
    /// <param name="limit">Of each list; default 20</param>
    /// <param name="idempotencyKey">Same key: once</param>
    [McpServerTool(Name = "recommend_next", Title = "Recommend what is next", Destructive = false, Idempotent = false, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Handovers)]
    public partial Task<Recommendations> RecommendNext(
        ToolCall call, string? agent = null, string? session = null, string? handover = null, int? limit = null, string? idempotencyKey = null,
        CancellationToken cancellationToken = default) =>
        stores.Recommendations.Recommend(call.Me(agent), new(session, handover, Paging.Limit(limit)), idempotencyKey, cancellationToken);

    /// <summary>Lists the templates for create_handover with what each requires, and what is wrong with one that cannot be used.</summary>
    [McpServerTool(Name = "list_handover_templates", Title = "List hand-over templates", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Handovers)]
    public partial Task<HandoverTemplates> ListHandoverTemplates(CancellationToken cancellationToken = default) =>
        Task.FromResult(new HandoverTemplates(stores.HandoverTemplates.List()));
}

/// <summary>The templates that there are.</summary>
/// <param name="Templates">By name.</param>
public sealed record HandoverTemplates(IReadOnlyList<TemplateSummary> Templates);
