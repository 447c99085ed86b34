using AgentCraft.Data.Agents;
using AgentCraft.Data.Search;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Messages;

/// <summary>Full-text search of the table <c>messages</c>.</summary>
public sealed class MessageSearch(Databases databases, AgentStore agents, SessionStore sessions, SearchIndex index)
{
    private const string Where = """
        (@Agent IS NULL OR m.from_seq = @Agent OR m.to_seq = @Agent) AND (@From IS NULL OR m.from_seq = @From) AND (@To IS NULL OR m.to_seq = @To)
        AND (@Session IS NULL OR m.session_seq = @Session) AND (@Thread IS NULL OR m.thread_id = @Thread)
        AND (@Type IS NULL OR m.message_type = @Type) AND (@Importance IS NULL OR m.importance = @Importance)
        """;

    /// <summary>One page of the messages that have all the words.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c>, <c>payload_too_large</c>, <c>not_found</c></exception>
    public async Task<MessageHitPage> Find(MessageSearchFilter filter, SearchPaging page, CancellationToken cancellationToken = default)
    {
        SearchQuery query = SearchQuery.Parse(filter.Query);
        string epoch = await databases.Central.Epoch(cancellationToken);
        long missing = await index.CatchUp(SearchedNoun.Messages, cancellationToken);
        return await databases.Central.Read(c => Find(c, query, filter, page, epoch) with { NotIndexed = missing == 0 ? null : missing }, cancellationToken);
    }

    private MessageHitPage Find(Connection c, SearchQuery query, MessageSearchFilter filter, SearchPaging page, string epoch)
    {
        Terms terms = new(query, c.Dialect.FullText)
        {
            Agent = Seq(c, filter.Agent),
            From = Seq(c, filter.From),
            To = Seq(c, filter.To),
            Session = filter.Session is null ? null : sessions.Get(c, filter.Session).Seq,
            Thread = filter.ThreadId is null ? null : ThreadStore.Identify(c, filter.ThreadId),
            Type = filter.Type,
            Importance = filter.Importance,
            Since = filter.Range.Since,
            Until = filter.Range.Until,
        };
        FoundRows rows = new(c, SearchedNoun.Messages, SearchedNoun.Messages.Rows, Where + filter.Range.Where("m.created_at"), terms);
        FoundPage found = rows.Page(page, Paging.ListName("search_messages", filter, page.Order), epoch);
        return new()
        {
            Messages = [.. found.Seqs.Select(seq => Hit(c, seq, query))],
            Total = found.Total,
            HasMore = found.HasMore,
            Cursor = found.Cursor,
        };
    }

    private long? Seq(Connection c, string? agent) => agent is null ? null : agents.Identify(c, agent).Seq;

    /// <summary>One by one: contents may be large, and only a piece of each is kept.</summary>
    private static MessageHit Hit(Connection c, long seq, SearchQuery query)
    {
        Message message = c.First<Message>($"SELECT {MessageStore.Columns} FROM {MessageStore.Tables} WHERE m.seq = @Seq", new { Seq = seq })!;
        Excerpt excerpt = Excerpt.Of(message.Content, query);
        return new()
        {
            Id = message.Id,
            Seq = seq,
            From = message.From,
            To = message.To,
            Type = message.Type,
            Importance = message.Importance,
            ThreadId = message.ThreadId,
            Session = message.Session,
            CreatedAt = message.CreatedAt,
            Excerpt = excerpt.Text,
            Matches = excerpt.Matches,
        };
    }

    private sealed class Terms(SearchQuery query, FullText engine) : RangedTerms(query, engine)
    {
        public long? Agent { get; init; }
        public long? From { get; init; }
        public long? To { get; init; }
        public long? Session { get; init; }
        public string? Thread { get; init; }
        public MessageType? Type { get; init; }
        public Importance? Importance { get; init; }
        public DateTimeOffset? Since { get; init; }
        public DateTimeOffset? Until { get; init; }
    }
}
