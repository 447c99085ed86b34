using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Messages;

/// <summary>The table <c>messages</c> by thread.</summary>
public sealed class ThreadStore(Databases databases)
{
    private const int MostParticipants = 200;

    /// <summary>One page of a thread.</summary>
    /// <param name="id">Its id, or that of a message in it.</param>
    /// <param name="order">desc: the newest first.</param>
    /// <param name="limit">At most so many messages.</param>
    /// <param name="cursor">Where the last page ended.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="AgentCraftException"><c>not_found</c></exception>
    public async Task<MessageThread> Get(string id, ListOrder order, int limit, string? cursor, CancellationToken cancellationToken = default)
    {
        string epoch = await databases.Central.Epoch(cancellationToken);
        return await databases.Central.Read(c =>
        {
            string threadId = Identify(c, id);
            string list = Paging.ListName("thread", threadId, order);
            long? after = cursor is null ? null : Cursor.Parse(cursor, list, epoch).Seq;
            Span span = c.First<Span>("SELECT count(*) AS total, min(seq) AS first, max(seq) AS last FROM messages WHERE thread_id = @Thread", new { Thread = threadId })!;
            List<Message> messages = List(c, threadId, order, limit + 1, after);
            bool hasMore = Paging.CutToPage(messages, limit);
            return new MessageThread
            {
                ThreadId = threadId,
                Participants = Participants(c, threadId),
                StartedAt = StoredAt(c, span.First),
                LastAt = StoredAt(c, span.Last),
                Messages = messages,
                Total = span.Total,
                HasMore = hasMore,
                Cursor = messages.Count == 0 ? cursor! : new Cursor(list, epoch, messages[^1].Seq).ToString(),
            };
        }, cancellationToken);
    }

    /// <summary>The thread of that id, or of the message of that id.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c></exception>
    internal static string Identify(Connection c, string id) =>
        c.First<string>("SELECT thread_id FROM messages WHERE id = @Id OR thread_id = @Id LIMIT 1", new { Id = id })
        ?? throw new AgentCraftException(ErrorCodes.NotFound, $"No thread or message '{Text.Shown(id)}'.",
            "Use the threadId or id of a message, from search_messages, read_inbox or get_conversation.");

    private static List<Message> List(Connection c, string threadId, ListOrder order, int limit, long? after)
    {
        bool newestFirst = order == ListOrder.Desc;
        return c.Query<Message>($"""
            SELECT {MessageStore.Columns} FROM {MessageStore.Tables}
            WHERE m.thread_id = @Thread AND m.seq {(newestFirst ? "<" : ">")} @After ORDER BY m.seq {(newestFirst ? "DESC" : "ASC")} LIMIT @Limit
            """, new { Thread = threadId, After = after ?? (newestFirst ? long.MaxValue : 0), Limit = limit });
    }

    private static List<ThreadParticipant> Participants(Connection c, string threadId) => c.Query<ThreadParticipant>("""
        SELECT a.name AS agent, p.sent, p.received, p.unread
        FROM (SELECT agent_seq, CAST(sum(sent) AS BIGINT) AS sent, CAST(sum(received) AS BIGINT) AS received, CAST(sum(unread) AS BIGINT) AS unread, min(seq) AS first
              FROM (SELECT from_seq AS agent_seq, 1 AS sent, 0 AS received, 0 AS unread, seq FROM messages WHERE thread_id = @Thread
                    UNION ALL
                    SELECT to_seq, 0, 1, CASE WHEN processed_at IS NULL THEN 1 ELSE 0 END, seq FROM messages WHERE thread_id = @Thread) parts
              GROUP BY agent_seq) p
        JOIN agents a ON a.seq = p.agent_seq ORDER BY p.first, a.seq LIMIT @Limit
        """, new { Thread = threadId, Limit = MostParticipants });

    private static DateTimeOffset StoredAt(Connection c, long seq) =>
        Times.Parse(c.First<string>("SELECT created_at FROM messages WHERE seq = @Seq", new { Seq = seq })!);

    private sealed class Span
    {
        public long Total { get; init; }
        public long First { get; init; }
        public long Last { get; init; }
    }
}
