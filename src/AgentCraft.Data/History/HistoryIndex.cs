using AgentCraft.Data.Search;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.History;

/// <summary>
/// Keeps the full-text index of an agent's own history, by short transactions before a search. How far it is is told for each agent: where
/// agents share the tables, their rows are committed side by side, and a number alone would pass over one that is still to come.
/// </summary>
internal static class HistoryIndex
{
    private const string Noun = "history";
    private const int RowsAtOnce = 200;
    private const int CharactersAtOnce = 400_000;
    private const int MostBatches = 50;
    private const int MostCounted = 10_000;

    /// <summary>What is searched. Ranking reads the text as it is stored, which suffices for an order.</summary>
    public static readonly SearchedNoun Searched = new(
        Noun, "search_history", "agent_history e", "e.seq", "(e.content || ' ' || COALESCE(e.tool_calls, '') || ' ' || COALESCE(e.tool_results, ''))");

    /// <summary>Indexes at most some ten thousand entries.</summary>
    /// <returns>How many are still to be indexed, and so cannot be found; counted up to 10,000.</returns>
    public static async Task<long> CatchUp(Database file, string agentId, CancellationToken cancellationToken)
    {
        try
        {
            for (int i = 0; i < MostBatches; i++)
            {
                (long indexed, List<HistoryRow> rows) = await file.Read(c => Next(c, agentId), cancellationToken);
                if (rows.Count == 0)
                    return 0;
                List<(long Seq, List<string> Tokens)> tokens = [.. rows.Select(row => (row.Seq, Tokenizer.Split(HistoryText.Of(row)).Select(token => token.Text).ToList()))];
                await file.Write(c => Apply(c, agentId, indexed, tokens), cancellationToken);
            }
        }
        catch (AgentCraftException busy) when (busy.Retryable || busy.Code == ErrorCodes.DiskFull)
        {
            // What is indexed can be found; the rest is counted.
        }
        return await file.Read(c => c.First<long>($"""
            SELECT count(*) FROM (SELECT 1 FROM agent_history WHERE agent_id = @Agent AND seq > @Indexed LIMIT {MostCounted}) missing
            """, new { Agent = agentId, Indexed = Indexed(c, agentId) }), cancellationToken);
    }

    private static long Indexed(Connection c, string agentId) =>
        c.First<long>("SELECT indexed_seq FROM search_progress WHERE agent_id = @Agent AND noun = @Noun", new { Agent = agentId, Noun });

    private static (long, List<HistoryRow>) Next(Connection c, string agentId)
    {
        long indexed = Indexed(c, agentId), characters = 0, last = indexed;
        foreach (RowSize row in c.Query<RowSize>($"""
            SELECT seq, length(content) + COALESCE(length(tool_calls), 0) + COALESCE(length(tool_results), 0) AS size
            FROM agent_history WHERE agent_id = @Agent AND seq > @Indexed ORDER BY seq LIMIT {RowsAtOnce}
            """, new { Agent = agentId, Indexed = indexed }).TakeWhile(row => characters == 0 || characters + row.Size <= CharactersAtOnce))
            (characters, last) = (characters + row.Size + 1, row.Seq);
        return (indexed, last == indexed ? [] : c.Query<HistoryRow>("""
            SELECT seq, content, tool_calls, tool_results FROM agent_history WHERE agent_id = @Agent AND seq > @Indexed AND seq <= @Last ORDER BY seq
            """, new { Agent = agentId, Indexed = indexed, Last = last }));
    }

    /// <summary>Another process may have done the same in the meantime, and rows may have gone.</summary>
    private static bool Apply(Connection c, string agentId, long indexed, List<(long Seq, List<string> Tokens)> tokens)
    {
        long last = tokens[^1].Seq;
        if (Indexed(c, agentId) != indexed)
            return false;
        c.Execute("""
            INSERT INTO search_progress (agent_id, noun, indexed_seq) VALUES (@Agent, @Noun, @Last)
            ON CONFLICT (agent_id, noun) DO UPDATE SET indexed_seq = excluded.indexed_seq
            """, new { Agent = agentId, Noun, Last = last });
        HashSet<long> there = [.. c.Query<long>("SELECT seq FROM agent_history WHERE agent_id = @Agent AND seq > @Indexed AND seq <= @Last", new { Agent = agentId, Indexed = indexed, Last = last })];
        foreach ((long seq, List<string> words) in tokens.Where(row => there.Contains(row.Seq)))
            c.Dialect.FullText.Add(c, Searched.Index, seq, words);
        return true;
    }

    private sealed class RowSize
    {
        public long Seq { get; init; }
        public long Size { get; init; }
    }
}
