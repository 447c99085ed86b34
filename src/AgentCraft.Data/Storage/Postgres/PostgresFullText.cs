using AgentCraft.Data.Search;

namespace AgentCraft.Data.Storage.Postgres;

/// <summary>
/// TSVECTOR columns with GIN indexes. A vector keeps at most 256 places of a word and one megabyte, so a long text is kept in parts of
/// 256 tokens; they overlap by the longest phrase, so that each phrase lies in one of them.
/// </summary>
internal sealed class PostgresFullText : FullText
{
    private const int Part = 256;
    private const int Step = Part - SearchQuery.MostTokens + 1;

    public override void Add(Connection c, string index, long seq, IReadOnlyList<string> tokens)
    {
        for (int first = 0, part = 0; first == 0 || first + SearchQuery.MostTokens - 1 < tokens.Count; first += Step, part++)
            c.Execute($"INSERT INTO {index} (row_seq, part, tokens) VALUES (@Seq, @Part, CAST(@Tokens AS TSVECTOR))",
                new { Seq = seq, Part = part, Tokens = string.Join(' ', tokens.Skip(first).Take(Part).Select((token, place) => $"'{token}':{place + 1}")) });
    }

    public override void Remove(Connection c, string index, long seq, IReadOnlyList<string> tokens) =>
        c.Execute($"DELETE FROM {index} WHERE row_seq = @Seq", new { Seq = seq });

    public override IReadOnlyList<string> Terms(SearchQuery query) =>
        [.. query.Terms.Select(term => $"{string.Join(" <-> ", term.Tokens.Select(token => $"'{token}'"))}{(term.IsPrefix ? ":*" : "")}")];

    /// <summary>The terms may lie in different parts.</summary>
    public override string Hits(string index, int terms) =>
        $"SELECT DISTINCT i.row_seq AS seq FROM {index} i WHERE i.tokens @@ CAST(@T0 AS TSQUERY)" + string.Concat(Enumerable.Range(1, terms - 1).Select(
            n => $" AND EXISTS (SELECT 1 FROM {index} o WHERE o.row_seq = i.row_seq AND o.tokens @@ CAST(@T{n} AS TSQUERY))"));
}
