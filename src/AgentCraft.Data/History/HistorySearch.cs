using AgentCraft.Data.Agents;
using AgentCraft.Data.Moves;
using AgentCraft.Data.Search;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.History;

/// <summary>Full-text search of an agent's own history.</summary>
public sealed class HistorySearch(OwnFiles files)
{
    /// <summary>One page of the entries that have all the words.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c>, <c>payload_too_large</c>, <c>not_found</c></exception>
    public async Task<HistoryHitPage> Find(HistorySearchFilter filter, SearchPaging page, CancellationToken cancellationToken = default)
    {
        SearchQuery query = SearchQuery.Parse(filter.Query);
        AgentRef owner = await files.FindReader(filter.Agent, filter.Session, cancellationToken);
        if (files.Existing(owner) is not { } file)
            return new() { Agent = owner.Name, Entries = [], Total = 0 };
        string epoch = await file.Epoch(cancellationToken);
        page = page with { Cursor = await FormerLives.Renew(file, page.Cursor, page.Order != SearchOrder.Rank, cancellationToken) };
        long missing = await HistoryIndex.CatchUp(file, owner.Id, cancellationToken);
        return await file.Read(c => Find(c, query, owner, filter, page, epoch) with { NotIndexed = missing == 0 ? null : missing }, cancellationToken);
    }

    private static HistoryHitPage Find(Connection c, SearchQuery query, AgentRef owner, HistorySearchFilter filter, SearchPaging page, string epoch)
    {
        Terms terms = new(query, c.Dialect.FullText) { Agent = owner.Id, Session = filter.Session, Role = filter.Role, Since = filter.Range.Since, Until = filter.Range.Until };
        FoundRows rows = new(c, HistoryIndex.Searched, HistoryIndex.Searched.Rows,
            "e.agent_id = @Agent AND (@Session IS NULL OR e.session_id = @Session) AND (@Role IS NULL OR e.role = @Role)" + filter.Range.Where("e.created_at"), terms);
        FoundPage found = rows.Page(page, Paging.ListName("search_history", owner.Id, filter, page.Order), epoch);
        return new()
        {
            Agent = owner.Name,
            Entries = [.. found.Seqs.Select(seq => Hit(c, seq, query))],
            Total = found.Total,
            HasMore = found.HasMore,
            Cursor = found.Cursor,
        };
    }

    /// <summary>One by one: contents may be large, and only a piece of each is kept.</summary>
    private static HistoryHit Hit(Connection c, long seq, SearchQuery query)
    {
        HistoryRow row = c.First<HistoryRow>($"SELECT {HistoryStore.Columns} FROM agent_history h WHERE h.seq = @Seq", new { Seq = seq })!;
        Excerpt excerpt = Excerpt.Of(HistoryText.Of(row), query);
        return new()
        {
            Id = row.Id,
            Seq = seq,
            Role = SnakeCase.Parse<HistoryRole>(row.Role),
            Session = row.Session,
            CreatedAt = row.CreatedAt,
            Excerpt = excerpt.Text,
            Matches = excerpt.Matches,
        };
    }

    private sealed class Terms(SearchQuery query, FullText engine) : RangedTerms(query, engine)
    {
        public required string Agent { get; init; }
        public string? Session { get; init; }
        public HistoryRole? Role { get; init; }
        public DateTimeOffset? Since { get; init; }
        public DateTimeOffset? Until { get; init; }
    }
}
