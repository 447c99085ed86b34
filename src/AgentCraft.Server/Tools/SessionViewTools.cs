using AgentCraft.Data;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Sessions;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>What goes on and went on in sessions.</summary>
internal sealed partial class SessionViewTools(Stores stores)
{
    /// <summary>Lists sessions with status and summary, latest first. get_session shows one.</summary>
    /// <param name="project">Of this project</param>
    /// <param name="status">This status</param>
    /// <param name="agent">Who is or was in it</param>
    /// <param name="since">Opened from, ISO 8601</param>
    /// <param name="until">Opened before</param>
    /// <param name="order">asc: oldest first</param>
    /// <param name="limit">Default 20</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "list_sessions", Title = "List sessions", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Sessions)]
    public partial Task<SessionPage> ListSessions(
        string? project = null, SessionStatus? status = null, string? agent = null, string? since = null, string? until = null,
        ListOrder? order = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.SessionViews.List(new()
        {
            Project = project, Status = status, Agent = agent, Started = TimeRange.Parse(since, until),
            Order = order ?? ListOrder.Desc, Limit = Paging.Limit(limit), Cursor = cursor,
        }, cancellationToken);

    /// <summary>A session's state: who is in it, its newest messages, latest metrics, counts. To begin use start_session.</summary>
    /// <param name="session">Default: current or last</param>
    /// <param name="agent">Your name</param>
    /// <param name="limit">Messages; default 20</param>
    [McpServerTool(Name = "get_session", Title = "Get session", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Sessions)]
    public partial Task<SessionState> GetSession(
        ToolCall call, string? session = null, string? agent = null, int? limit = null, CancellationToken cancellationToken = default)
    {
        string? me = session is null ? call.Me(agent) : call.CallerIfKnown(agent);
        return stores.SessionViews.Get(session, me, Paging.Limit(limit), cancellationToken);
    }

    /// <summary>Marks sessions that ended long ago as archived; nothing is lost, and it is done daily by itself.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="before">Ended before, ISO 8601; default: as set</param>
    /// <param name="project">Of this project</param>
    [McpServerTool(Name = "archive_sessions", Title = "Archive sessions", Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Sessions)]
    public partial Task<ArchivedSessions> ArchiveSessions(
        ToolCall call, string? agent = null, string? before = null, string? project = null, CancellationToken cancellationToken = default) =>
        stores.SessionArchive.Archive(call.Me(agent), project, TimeRange.ParseTime(before, nameof(before)), cancellationToken);
}
