using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Messages;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>Talking, reading and waiting.</summary>
internal sealed partial class MessageTools(Stores stores)
{
    private const int DefaultWaitSeconds = 25;
    private const int LongestWaitSeconds = 300;

    /// <summary>Sends a message and returns once it is safely stored; it waits for its recipients until they acknowledge it. Returns one id
    /// a recipient and the thread.</summary>
    /// <param name="from">Your name</param>
    /// <param name="to">A name, a list of names, or '*' for every live agent of the session</param>
    /// <param name="content">Text or Markdown, up to 1 MiB</param>
    /// <param name="type">Default notification, or response with responseTo</param>
    /// <param name="session">Default: current</param>
    /// <param name="responseTo">Id of the message you answer; joins its thread</param>
    /// <param name="context">Free-form data</param>
    /// <param name="importance">Default normal</param>
    /// <param name="idempotencyKey">Repeat a call with its key and nothing is sent twice</param>
    [McpServerTool(Name = "log_message", Title = "Send message", Destructive = false, Idempotent = false, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Core)]
    public partial Task<PostedMessages> LogMessage(
        ToolCall call, Recipients to, string content, string? from = null, MessageType? type = null,
        string? session = null, string? responseTo = null, JsonElement? context = null, Importance? importance = null, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        stores.Messages.Append(new()
        {
            From = call.Me(from, nameof(from)), To = to.Names, Content = content, Type = type, Session = session, ResponseTo = responseTo,
            Context = context, Importance = importance ?? Importance.Normal,
        }, idempotencyKey, cancellationToken);

    /// <summary>Reads what two agents said to each other, or a thread, newest first. For your own new mail use read_inbox.</summary>
    /// <param name="agentA">One agent</param>
    /// <param name="agentB">The other; or give threadId</param>
    /// <param name="threadId">A thread instead of agentB</param>
    /// <param name="limit">Default 20</param>
    /// <param name="cursor">From last page</param>
    /// <param name="order">Default desc</param>
    [McpServerTool(Name = "get_conversation", Title = "Get conversation", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Core)]
    public partial Task<MessagePage> GetConversation(
        string agentA, string? agentB = null, string? threadId = null, int? limit = null,
        string? cursor = null, ListOrder? order = null, CancellationToken cancellationToken = default)
    {
        if (agentB is null == threadId is null)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "Pass either agentB or threadId.",
                "agentB: the other agent's name; threadId: the threadId of a message.");
        return stores.Messages.GetConversation(new()
        {
            AgentA = agentA, AgentB = agentB, ThreadId = threadId, Limit = Paging.Limit(limit), Cursor = cursor, Order = order ?? ListOrder.Desc,
        }, cancellationToken);
    }

    /// <summary>Reads the messages you have not acknowledged, oldest first, and changes nothing. unread: 0 means the inbox is really empty. To
    /// wait for mail use wait_for_messages.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="limit">Default 20</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "read_inbox", Title = "Read inbox", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Core)]
    public partial Task<Inbox> ReadInbox(
        ToolCall call, string? agent = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.Inboxes.Read(call.Me(agent), Paging.Limit(limit), cursor, cancellationToken);

    /// <summary>Marks messages as dealt with, so that read_inbox no longer shows them. Only their recipient may. Returns how many changed.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="ids">Message ids</param>
    /// <param name="upTo">Or an inbox cursor: everything up to it</param>
    [McpServerTool(Name = "acknowledge_messages", Title = "Acknowledge messages", Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Core)]
    public partial Task<Acknowledged> AcknowledgeMessages(
        ToolCall call, string? agent = null, string[]? ids = null, string? upTo = null, CancellationToken cancellationToken = default) =>
        stores.Inboxes.Acknowledge(call.Me(agent), ids, upTo, cancellationToken);

    /// <summary>Waits until you have mail, whoever sends it from whichever process, and returns it as read_inbox does; timedOut: true if none
    /// came. Nothing is consumed: call again with the returned cursor. Cheaper than polling read_inbox.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="cursor">Wait for what comes after it; default: the oldest unacknowledged</param>
    /// <param name="timeoutSeconds">Default 25, at most 300</param>
    [McpServerTool(Name = "wait_for_messages", Title = "Wait for messages", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Core)]
    public async partial Task<Inbox> WaitForMessages(
        ToolCall call, string? agent = null, string? cursor = null, double? timeoutSeconds = null, CancellationToken cancellationToken = default)
    {
        TimeSpan atMost = AtMost(timeoutSeconds);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, call.Stopping, call.Abandoned);
        try
        {
            using IDisposable? wait = atMost > TimeSpan.Zero ? call.BeginWait(call.Me(agent)) : null;
            return await stores.Inboxes.Wait(call.Me(agent), cursor, atMost, waited => call.Waiting(waited, atMost), either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new AgentCraftException(ErrorCodes.Stopping, "The server is stopping; the wait was ended.",
                "Connect again and repeat the call with the same cursor: nothing is missed.", retryable: true);
        }
    }

    /// <summary>How long to wait for a client's wish.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c> for less than nothing</exception>
    internal static TimeSpan AtMost(double? seconds) => seconds is < 0
        ? throw new AgentCraftException(ErrorCodes.InvalidArgument, "timeoutSeconds cannot be negative.", $"Use 0 to {LongestWaitSeconds}.")
        : TimeSpan.FromSeconds(Math.Min(seconds ?? DefaultWaitSeconds, LongestWaitSeconds));
}
