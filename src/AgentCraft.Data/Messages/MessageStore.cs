using AgentCraft.Data.Activities;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Search;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Messages;

/// <summary>The table <c>messages</c>: posting and reading conversations. <see cref="InboxStore"/> is the recipient's side of it.</summary>
public sealed class MessageStore(Databases databases, AgentStore agents, SessionStore sessions, IdempotencyKeys keys, SearchIndex index, MessageSettings settings)
{
    internal const string Columns = """
        m.id, m.seq, f.name AS "from", t.name AS "to", m.message_type AS type, m.importance, m.content, m.context, m.thread_id,
        r.id AS response_to, s.id AS session, m.created_at, m.processed_at AS acknowledged_at
        """;

    internal const string Tables = """
        messages m JOIN agents f ON f.seq = m.from_seq JOIN agents t ON t.seq = m.to_seq
        LEFT JOIN messages r ON r.seq = m.response_to_seq LEFT JOIN sessions s ON s.seq = m.session_seq
        """;

    /// <summary>Stores the message once for each recipient and returns when it is committed; waiters wake.</summary>
    /// <param name="message">The message.</param>
    /// <param name="idempotencyKey">Repeating a call with its key stores nothing and returns the first result.</param>
    /// <param name="cancellationToken">Gives up while still queued.</param>
    public async Task<PostedMessages> Append(NewMessage message, string? idempotencyKey, CancellationToken cancellationToken = default)
    {
        message.Validated(settings.MaxContentBytes);
        PostedMessages stored = await databases.Central.Write(c =>
        {
            AgentRef from = agents.Identify(c, message.From);
            (PostedMessages posted, bool replayed) = keys.Run(c, from.Id, idempotencyKey, message,
                DataJson.Default.NewMessage, DataJson.Default.PostedMessages, () => Append(c, from, message));
            return posted with { Replayed = replayed };
        }, cancellationToken);
        index.Changed();
        return stored;
    }

    /// <summary>The same within a transaction, for what the server itself has to say.</summary>
    internal PostedMessages Send(Connection c, NewMessage message) => Append(c, agents.Identify(c, message.From), message.Validated(settings.MaxContentBytes));

    /// <summary>One page of a conversation of two agents (both directions) or of a thread.</summary>
    public async Task<MessagePage> GetConversation(ConversationFilter filter, CancellationToken cancellationToken = default)
    {
        string epoch = await databases.Central.Epoch(cancellationToken);
        return await databases.Central.Read(c => GetConversation(c, filter, epoch), cancellationToken);
    }

    /// <summary>The message of that id.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c></exception>
    public Task<Message> Get(string id, CancellationToken cancellationToken = default) => databases.Central.Read(
        c => c.First<Message>($"SELECT {Columns} FROM {Tables} WHERE m.id = @Id", new { Id = id })
            ?? throw new AgentCraftException(ErrorCodes.NotFound, $"No message '{Text.Shown(id)}'.", "Use the id of a message from read_inbox, get_conversation or search_messages."), cancellationToken);

    /// <summary>The number of the newest message of all; 0 when there is none.</summary>
    internal static long NewestSeq(Connection c) => c.First<long?>("SELECT max(seq) FROM messages") ?? 0;

    /// <summary>What was said last in a session, the newest first.</summary>
    internal static List<Message> ListNewest(Connection c, long sessionSeq, int limit) => c.Query<Message>(
        $"SELECT {Columns} FROM {Tables} WHERE m.session_seq = @Session ORDER BY m.seq DESC LIMIT @Limit", new { Session = sessionSeq, Limit = limit });

    private PostedMessages Append(Connection c, AgentRef from, NewMessage message)
    {
        Session? session = message.Session is { } id ? sessions.Get(c, id) : sessions.FindCurrent(c, from.Seq);
        AnsweredMessage? answered = message.ResponseTo is { } answers ? GetAnswered(c, answers) : null;
        string thread = answered?.ThreadId ?? Ids.New("thread", c.Time.Now);
        return new() { Messages = [.. Recipients(c, from, message, session).Select(to => Insert(c, from, to, message, session, answered, thread))] };
    }

    private List<AgentRef> Recipients(Connection c, AgentRef from, NewMessage message, Session? session) =>
        [.. message.To.SelectMany(to => to == "*" ? Everyone(c, from, session) : [Reachable(agents.Identify(c, to))]).DistinctBy(to => to.Seq)];

    private static AgentRef Reachable(AgentRef to) => to.Status != AgentStatus.Removed ? to
        : throw new AgentCraftException(ErrorCodes.NotFound, $"'{to.Name}' was removed and reads no mail.", "list_agents shows who is there.");

    private List<AgentRef> Everyone(Connection c, AgentRef from, Session? session)
    {
        if (session is null)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "'*' means the live agents of a session, and you are in none.",
                "Call start_session first, or name the recipients.");
        List<AgentRef> others = [.. agents.ListPresent(c, session.Seq).Where(other => other.Seq != from.Seq).Select(other => other.Ref)];
        return others.Count > 0 ? others
            : throw new AgentCraftException(ErrorCodes.NotFound, "No other agent of the session is live, so '*' would reach nobody.",
                "Name the recipients: their mail waits for them. list_agents with includeInactive shows all.");
    }

    private PostedMessage Insert(
        Connection c, AgentRef from, AgentRef to, NewMessage message, Session? session, AnsweredMessage? answered, string thread)
    {
        string id = Ids.New("msg", c.Time.Now);
        long seq = c.First<long>("""
            INSERT INTO messages (id, session_seq, from_seq, to_seq, conversation, thread_id, message_type, importance, content, context,
                                  response_to_seq, created_at)
            VALUES (@Id, @Session, @From, @To, @Conversation, @Thread, @Type, @Importance, @Content, @Context, @Answered, @Now)
            RETURNING seq
            """,
            new
            {
                Id = id,
                Session = session?.Seq,
                From = from.Seq,
                To = to.Seq,
                Conversation = ConversationOf(from.Seq, to.Seq),
                Thread = thread,
                Type = message.Type ?? (answered is null ? MessageType.Notification : MessageType.Response),
                message.Importance,
                message.Content,
                message.Context,
                Answered = answered?.Seq,
                Now = c.Time.Now,
            });
        InboxStore.CountNew(c, to.Seq, from.Seq);
        c.PulseAfterCommit(to.Name);
        c.PulseAfterCommit(ActivityLog.Signal);
        return new() { Id = id, Seq = seq, To = to.Name, ThreadId = thread };
    }

    private static AnsweredMessage GetAnswered(Connection c, string id) =>
        c.First<AnsweredMessage>("SELECT seq, thread_id FROM messages WHERE id = @Id", new { Id = id })
        ?? throw new AgentCraftException(ErrorCodes.NotFound, $"No message '{Text.Shown(id)}' to respond to.",
            "Use the id of a message from read_inbox or get_conversation, or leave responseTo out to begin a new thread.");

    private MessagePage GetConversation(Connection c, ConversationFilter filter, string epoch)
    {
        (string where, long conversation, string? thread) = Selection(c, filter);
        bool newestFirst = filter.Order == ListOrder.Desc;
        // A cursor of another conversation, or of the other direction, would silently skip messages.
        string list = $"conversation/{thread ?? $"{conversation}"}/{filter.Order}";
        long? from = filter.Cursor is { } text ? Cursor.Parse(text, list, epoch).Seq : null;
        List<Message> messages = c.Query<Message>($"""
            SELECT {Columns} FROM {Tables}
            WHERE {where} AND m.seq {(newestFirst ? "<" : ">")} @From ORDER BY m.seq {(newestFirst ? "DESC" : "ASC")} LIMIT @Limit
            """, new { Conversation = conversation, Thread = thread, From = from ?? (newestFirst ? long.MaxValue : 0), Limit = filter.Limit + 1 });
        bool hasMore = Paging.CutToPage(messages, filter.Limit);
        return new()
        {
            Messages = messages,
            Total = thread is null ? CountConversation(c, conversation) : c.First<long>("SELECT count(*) FROM messages WHERE thread_id = @Thread", new { Thread = thread }),
            HasMore = hasMore,
            Cursor = messages.Count == 0 ? filter.Cursor : new Cursor(list, epoch, messages[^1].Seq).ToString(),
        };
    }

    private (string Where, long Conversation, string? Thread) Selection(Connection c, ConversationFilter filter)
    {
        AgentRef a = agents.Identify(c, filter.AgentA);
        if (filter.AgentB is { } name)
            return ("m.conversation = @Conversation", ConversationOf(a.Seq, agents.Identify(c, name).Seq), null);
        if (c.First<long>("SELECT count(*) FROM (SELECT 1 FROM messages WHERE thread_id = @Thread LIMIT 1) found", new { Thread = filter.ThreadId }) == 0)
            throw new AgentCraftException(ErrorCodes.NotFound, $"No thread '{Text.Shown(filter.ThreadId!)}'.", "Use the threadId of a message, or name agentB.");
        return ("m.thread_id = @Thread", 0, filter.ThreadId);
    }

    private static long CountConversation(Connection c, long conversation) => c.First<long>("""
        SELECT CAST(COALESCE(sum(total), 0) AS BIGINT) FROM inbox_counts WHERE (to_seq = @Low AND from_seq = @High) OR (to_seq = @High AND from_seq = @Low AND @Low <> @High)
        """, new { Low = conversation >> 32, High = conversation & 0xFFFFFFFF });

    internal static long ConversationOf(long a, long b) => (Math.Min(a, b) << 32) | Math.Max(a, b);

    private sealed class AnsweredMessage
    {
        public long Seq { get; init; }
        public string ThreadId { get; init; } = "";
    }
}
