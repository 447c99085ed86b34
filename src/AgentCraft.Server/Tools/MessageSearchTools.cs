using AgentCraft.Data;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Search;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>Finding what was said.</summary>
internal sealed partial class MessageSearchTools(Stores stores)
{
    /// <summary>Finds messages by words, whoever wrote them, newest first: all must occur. Returns excerpts with the places of the matches (UTF-16
    /// units).</summary>
    /// <param name="query">Words, "a phrase", prefix*</param>
    /// <param name="agent">From or to this agent</param>
    /// <param name="from">From</param>
    /// <param name="to">To</param>
    /// <param name="session">Of this session</param>
    /// <param name="threadId">Of this thread</param>
    /// <param name="type">This type</param>
    /// <param name="importance">This importance</param>
    /// <param name="since">ISO 8601</param>
    /// <param name="until">Before</param>
    /// <param name="order">rank: best of newest 200</param>
    /// <param name="limit">Default 20</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "search_messages", Title = "Search messages", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Messages)]
    public partial Task<MessageHitPage> SearchMessages(
        string query, string? agent = null, string? from = null, string? to = null, string? session = null, string? threadId = null,
        MessageType? type = null, Importance? importance = null, string? since = null, string? until = null, SearchOrder? order = null,
        int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.MessageSearch.Find(new()
        {
            Query = query, Agent = agent, From = from, To = to, Session = session, ThreadId = threadId, Type = type, Importance = importance,
            Range = TimeRange.Parse(since, until),
        }, new() { Order = order ?? SearchOrder.Desc, Limit = Paging.Limit(limit), Cursor = cursor }, cancellationToken);

    /// <summary>Reads a thread, oldest first, and who takes part: how much each sent, received and has not acknowledged.</summary>
    /// <param name="threadId">Its id, or that of a message in it</param>
    /// <param name="order">asc: oldest first</param>
    /// <param name="limit">Default 20</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "get_thread", Title = "Get thread", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Messages)]
    public partial Task<MessageThread> GetThread(
        string threadId, ListOrder? order = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.Threads.Get(threadId, order ?? ListOrder.Asc, Paging.Limit(limit), cursor, cancellationToken);
}
