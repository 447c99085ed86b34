using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Search;

/// <summary>Which page of what was found.</summary>
public sealed record SearchPaging
{
    /// <summary>The order.</summary>
    public SearchOrder Order { get; init; }
    /// <summary>At most so many.</summary>
    public int Limit { get; init; } = Paging.DefaultLimit;
    /// <summary>Where the last page ended.</summary>
    public string? Cursor { get; init; }
}

/// <summary>The numbers of the rows of one page, in their order.</summary>
internal sealed record FoundPage(IReadOnlyList<long> Seqs, long? Total, bool HasMore, string? Cursor);

/// <summary>Parameters of a search with its range of numbers and its limit; a store adds its filters.</summary>
internal abstract class RangedTerms(SearchQuery query, FullText engine) : SearchTerms(query, engine)
{
    public long Low { get; set; }
    public long High { get; set; } = long.MaxValue;
    public int Limit { get; set; }
}

/// <summary>Finds the rows of a page, newest first, oldest first or the best first.</summary>
/// <param name="c">The running transaction.</param>
/// <param name="noun">What is searched.</param>
/// <param name="tables">From the hits <c>h</c> on: what else the conditions name, for FROM.</param>
/// <param name="where">Conditions on them, without those of words and range.</param>
/// <param name="terms">All parameters.</param>
internal sealed class FoundRows(Connection c, SearchedNoun noun, string tables, string where, RangedTerms terms)
{
    private const int MostCounted = 1000;

    // CROSS JOIN makes SQLite begin with the index, whose rows come in their order: a page of a million hits costs what a page of twenty does.
    private readonly string _from = $"FROM ({c.Dialect.FullText.Hits(noun.Index, terms.Count)}) h CROSS JOIN {tables} WHERE {noun.Seq} = h.seq AND {where}";

    /// <summary>One page.</summary>
    /// <param name="page">Which.</param>
    /// <param name="list">The list's name with its filter, for cursors.</param>
    /// <param name="epoch">The store's life.</param>
    public FoundPage Page(SearchPaging page, string list, string epoch)
    {
        long? after = page.Cursor is { } text ? Cursor.Parse(text, list, epoch).Seq : null;
        return page.Order == SearchOrder.Rank ? Ranked(page, list, epoch, (int)(after ?? 0)) : InOrder(page, list, epoch, after);
    }

    private FoundPage InOrder(SearchPaging page, string list, string epoch, long? after)
    {
        bool newestFirst = page.Order == SearchOrder.Desc;
        long? total = Count();
        (terms.Low, terms.High) = newestFirst ? (0, after is { } from ? from - 1 : long.MaxValue) : ((after ?? 0) + 1, long.MaxValue);
        List<long> seqs = Newest(newestFirst ? "DESC" : "ASC", page.Limit + 1);
        bool hasMore = Paging.CutToPage(seqs, page.Limit);
        return new(seqs, total, hasMore, seqs.Count == 0 ? page.Cursor : new Cursor(list, epoch, seqs[^1]).ToString());
    }

    /// <summary>The cursor is a place in the ranking, which changes with what is added: the next page may then repeat a hit.</summary>
    private FoundPage Ranked(SearchPaging page, string list, string epoch, int place)
    {
        List<long> candidates = Newest("DESC", Ranking.MostCandidates);
        List<SearchedRow> texts = [.. candidates.Select(seq => c.First<SearchedRow>(
            $"SELECT {noun.Seq} AS seq, substr({noun.Text}, 1, {Ranking.MostCharacters}) AS text FROM {noun.Rows} WHERE {noun.Seq} = @Seq", new { Seq = seq })!)];
        List<long> ranked = Ranking.Order(texts, terms.Query);
        List<long> seqs = [.. ranked.Skip(place).Take(page.Limit)];
        return new(seqs, ranked.Count, place + seqs.Count < ranked.Count, seqs.Count == 0 ? page.Cursor : new Cursor(list, epoch, place + seqs.Count).ToString());
    }

    private List<long> Newest(string direction, int limit)
    {
        terms.Limit = limit;
        return c.Query<long>(InOrderOfSeq(direction), terms);
    }

    /// <summary>The statement that reads a page: ASC or DESC.</summary>
    internal string InOrderOfSeq(string direction) => $"SELECT h.seq {_from} AND h.seq >= @Low AND h.seq <= @High ORDER BY h.seq {direction} LIMIT @Limit";

    private long? Count()
    {
        terms.Limit = MostCounted + 1;
        long counted = c.First<long>($"SELECT count(*) FROM (SELECT 1 {_from} LIMIT @Limit) counted", terms);
        return counted > MostCounted ? null : counted;
    }
}
