using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Handovers;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Sessions;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>Beginning and ending work.</summary>
internal sealed partial class SessionTools(Stores stores)
{
    /// <summary>Begin here: joins the project's active session or opens one, registers you, and returns your brief: session, who is here,
    /// unread mail with a cursor, the newest hand-over, your open tasks, claims. Call again whenever you lost track.</summary>
    /// <param name="agent">Your name: letters, digits, '.', '_', '-'</param>
    /// <param name="type">Your kind, e.g. code-reviewer</param>
    /// <param name="project">Default: this one</param>
    /// <param name="metadata">Free-form, kept with a new session</param>
    /// <param name="forceNew">Leave the active session and open a new one</param>
    [McpServerTool(Name = "start_session", Title = "Start session", Destructive = false, Idempotent = false, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Core)]
    public async partial Task<SessionBrief> StartSession(
        ToolCall call, string? agent = null, string? type = null, string? project = null,
        JsonElement? metadata = null, bool? forceNew = null, CancellationToken cancellationToken = default)
    {
        NewAgent me = new() { Name = await stores.Agents.FindName(call.Me(agent), cancellationToken), Type = type };
        StartedSession started = await stores.Sessions.Start(
            new() { Agent = me, Project = project, Metadata = metadata, ForceNew = forceNew ?? false }, cancellationToken);
        call.Registered(started.Agent.Name);
        Inbox inbox = await stores.Inboxes.Read(started.Agent.Id, limit: 0, cursor: null, cancellationToken);
        return new()
        {
            Session = started.Session,
            IsNew = started.IsNew,
            Agent = started.Agent,
            Present = started.Present,
            Unread = inbox.Unread,
            Cursor = inbox.Cursor,
            Handover = await stores.Handovers.FindNewest(started.Agent.Id, cancellationToken),
            OpenTasks = await stores.Tasks.ListOpen(started.Agent, cancellationToken),
            Claims = await stores.Claims.ListLive(started.Agent, cancellationToken),
        };
    }

    /// <summary>Ends your part in the session and releases your claims; the main agent, or the last one, ends the session itself.
    /// Ending twice changes nothing and says so.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="session">Default: current</param>
    /// <param name="summary">What was achieved</param>
    /// <param name="createHandover">true, or an object with title, template, sections, publish: makes a hand-over first</param>
    [McpServerTool(Name = "end_session", Title = "End session", Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Core)]
    public async partial Task<SessionEnd> EndSession(
        ToolCall call, string? agent = null, string? session = null, string? summary = null,
        HandoverWish? createHandover = null, CancellationToken cancellationToken = default)
    {
        string me = call.Me(agent);
        SessionStore.CheckSummary(summary);
        CreatedHandover? handover = await HandOver(me, session, summary, createHandover, cancellationToken);
        EndedSession ended = await stores.Sessions.End(me, session, summary, cancellationToken);
        return new()
        {
            Session = ended.Session,
            Changed = ended.Changed,
            Ended = ended.Ended,
            ReleasedClaims = ended.ReleasedClaims,
            Handover = handover,
        };
    }

    /// <summary>The key makes a repeated end_session return the hand-over that the first one made.</summary>
    private async Task<CreatedHandover?> HandOver(
        string me, string? session, string? summary, HandoverWish? wish, CancellationToken cancellationToken)
    {
        if (wish?.ToHandover(me, summary) is not { } handover)
            return null;
        string stay = await stores.Sessions.FindStayToEnd(me, session, cancellationToken);
        try
        {
            return await stores.Handovers.Create(handover, $"end_session {stay}", cancellationToken);
        }
        catch (AgentCraftException conflict) when (conflict.Code == ErrorCodes.IdempotencyConflict)
        {
            throw new AgentCraftException(ErrorCodes.IdempotencyConflict, "end_session has made a hand-over of this session before, from other arguments.",
                "create_handover writes another one; end_session without createHandover only ends.", inner: conflict);
        }
    }
}
