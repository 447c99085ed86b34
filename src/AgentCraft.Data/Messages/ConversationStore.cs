using AgentCraft.Data.Agents;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Messages;

/// <summary>
/// Which conversations and threads there are, the last heard of first: the messages that are the last of theirs. A page looks at so many
/// messages at most, whatever lies in them, so it may be short and still have more behind it.
/// </summary>
public sealed class ConversationStore(Databases databases, AgentStore agents)
{
    private const int MostLooked = 20_000;
    private const int MostCounted = 1000;
    private const int Longest = 400;

    /// <summary>One page of the conversations of two agents each.</summary>
    /// <param name="agent">Only those that it takes part in; null for all.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cursor">Where the last page ended.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="AgentCraftException"><c>not_found</c>, <c>invalid_cursor</c>, <c>cursor_expired</c></exception>
    public Task<ConversationPage> ListConversations(string? agent, int limit, string? cursor, CancellationToken cancellationToken = default) => agent is null
        ? List("conversations", "conversation", limit, cursor, cancellationToken)
        : ListOf(agent, limit, cursor, cancellationToken);

    /// <summary>One page of threads.</summary>
    /// <param name="limit">At most so many.</param>
    /// <param name="cursor">Where the last page ended.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<ConversationPage> ListThreads(int limit, string? cursor, CancellationToken cancellationToken = default) =>
        List("threads", "thread_id", limit, cursor, cancellationToken);

    private async Task<ConversationPage> List(string list, string by, int limit, string? cursor, CancellationToken cancellationToken)
    {
        string epoch = await databases.Central.Epoch(cancellationToken);
        long before = cursor is null ? long.MaxValue : Cursor.Parse(cursor, list, epoch).Seq;
        return await databases.Central.Read(c =>
        {
            List<long> last = c.Query<long>($"""
                SELECT w.seq FROM (SELECT seq, {by} FROM messages WHERE seq < @Before ORDER BY seq DESC LIMIT @Most) w
                WHERE NOT EXISTS (SELECT 1 FROM messages n WHERE n.{by} = w.{by} AND n.seq > w.seq) ORDER BY w.seq DESC LIMIT @Limit
                """, new { Before = before, Most = MostLooked, Limit = limit + 1 });
            bool hasMore = Paging.CutToPage(last, limit);
            long end = hasMore ? last[^1] : c.First<long?>(
                "SELECT min(seq) FROM (SELECT seq FROM messages WHERE seq < @Before ORDER BY seq DESC LIMIT @Most) w", new { Before = before, Most = MostLooked }) ?? 0;
            hasMore = hasMore || (end > 0 && c.First<long>("SELECT count(*) FROM (SELECT 1 FROM messages WHERE seq < @End LIMIT 1) older", new { End = end }) > 0);
            return Page(c, last, hasMore, new Cursor(list, epoch, end));
        }, cancellationToken);
    }

    /// <summary>An agent talks with few enough others to ask for the last message with each.</summary>
    private async Task<ConversationPage> ListOf(string agent, int limit, string? cursor, CancellationToken cancellationToken)
    {
        string epoch = await databases.Central.Epoch(cancellationToken);
        return await databases.Central.Read(c =>
        {
            AgentRef one = agents.Identify(c, agent);
            string list = Paging.ListName("conversations", one.Seq);
            long before = cursor is null ? long.MaxValue : Cursor.Parse(cursor, list, epoch).Seq;
            List<long> last = c.Query<long>("""
                SELECT l.seq FROM (
                    SELECT (SELECT max(m.seq) FROM messages m WHERE m.conversation
                            = CASE WHEN o.other < @Agent THEN o.other * 4294967296 + @Agent ELSE @Agent * 4294967296 + o.other END) AS seq
                    FROM (SELECT from_seq AS other FROM inbox_counts WHERE to_seq = @Agent
                          UNION
                          SELECT to_seq FROM inbox_counts WHERE from_seq = @Agent) o) l
                WHERE l.seq < @Before ORDER BY l.seq DESC LIMIT @Limit
                """, new { Agent = one.Seq, Before = before, Limit = limit + 1 });
            bool hasMore = Paging.CutToPage(last, limit);
            return Page(c, last, hasMore, new Cursor(list, epoch, last.Count == 0 ? 0 : last[^1]));
        }, cancellationToken);
    }

    private static ConversationPage Page(Connection c, List<long> last, bool hasMore, Cursor end) => new()
    {
        Conversations = [.. last.Select(seq => c.First<Conversation>($"""
            SELECT m.id AS last_id, m.thread_id, m.created_at AS last_at, f.name AS "from", t.name AS "to", substr(m.content, 1, {Longest}) AS excerpt, m.importance,
                   m.message_type AS type,
                   (SELECT CAST(COALESCE(sum(i.total), 0) AS BIGINT) FROM inbox_counts i
                    WHERE (i.to_seq = m.to_seq AND i.from_seq = m.from_seq) OR (i.to_seq = m.from_seq AND i.from_seq = m.to_seq)) AS messages,
                   (SELECT CAST(COALESCE(sum(i.unread), 0) AS BIGINT) FROM inbox_counts i
                    WHERE (i.to_seq = m.to_seq AND i.from_seq = m.from_seq) OR (i.to_seq = m.from_seq AND i.from_seq = m.to_seq)) AS unread,
                   (SELECT count(*) FROM (SELECT 1 FROM messages k WHERE k.thread_id = m.thread_id LIMIT {MostCounted + 1}) counted) AS in_thread
            FROM messages m JOIN agents f ON f.seq = m.from_seq JOIN agents t ON t.seq = m.to_seq WHERE m.seq = @Seq
            """, new { Seq = seq })!)],
        HasMore = hasMore,
        Cursor = end.ToString(),
    };
}
