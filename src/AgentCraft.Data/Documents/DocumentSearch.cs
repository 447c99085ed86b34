using AgentCraft.Data.Agents;
using AgentCraft.Data.Search;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Documents;

/// <summary>Full-text search of the newest versions of documents: name, title and text.</summary>
public sealed class DocumentSearch(Databases databases, AgentStore agents, SearchIndex index)
{
    private const string Where = """
        (@Category IS NULL OR d.category = @Category) AND (@Format IS NULL OR v.format = @Format) AND (@Agent IS NULL OR v.agent_seq = @Agent)
        """;

    /// <summary>One page of the documents that have all the words.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c>, <c>payload_too_large</c></exception>
    public async Task<DocumentHitPage> Find(string text, DocumentFilter filter, SearchPaging page, CancellationToken cancellationToken = default)
    {
        SearchQuery query = SearchQuery.Parse(text);
        string epoch = await databases.Central.Epoch(cancellationToken);
        long missing = await index.CatchUp(SearchedNoun.Documents, cancellationToken);
        return await databases.Central.Read(c =>
        {
            Terms terms = new(query, c.Dialect.FullText)
            {
                Category = filter.Category?.Trim().ToLowerInvariant(),
                Format = filter.Format,
                Agent = filter.Agent is null ? null : agents.Identify(c, filter.Agent).Seq,
                Since = filter.Range.Since,
                Until = filter.Range.Until,
            };
            FoundRows rows = new(c, SearchedNoun.Documents, SearchedNoun.Documents.Rows, Where + filter.Range.Where("v.created_at"), terms);
            FoundPage found = rows.Page(page, Paging.ListName("search_documents", text, filter, page.Order), epoch);
            return new DocumentHitPage
            {
                Documents = [.. found.Seqs.Select(seq => Hit(c, seq, query))],
                Total = found.Total,
                HasMore = found.HasMore,
                Cursor = found.Cursor,
                NotIndexed = missing == 0 ? null : missing,
            };
        }, cancellationToken);
    }

    private static DocumentHit Hit(Connection c, long seq, SearchQuery query)
    {
        DocumentHit hit = c.First<DocumentHit>($"""
            SELECT {DocumentStore.Columns}, v.content AS excerpt
            FROM {SearchedNoun.Documents.Rows} LEFT JOIN agents a ON a.seq = v.agent_seq WHERE v.seq = @Seq
            """, new { Seq = seq })!;
        Excerpt excerpt = Excerpt.Of($"{hit.Name}\n{hit.Title}\n{hit.Excerpt}", query);
        return hit with { Excerpt = excerpt.Text, Matches = excerpt.Matches };
    }

    private sealed class Terms(SearchQuery query, FullText engine) : RangedTerms(query, engine)
    {
        public string? Category { get; init; }
        public DocumentFormat? Format { get; init; }
        public long? Agent { get; init; }
        public DateTimeOffset? Since { get; init; }
        public DateTimeOffset? Until { get; init; }
    }
}
