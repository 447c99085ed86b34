namespace AgentCraft.Data.Search;

/// <summary>
/// Orders what was found by how much of it is about the query: many matches in little text (BM25 without the rarity of words, since each
/// candidate has all of them). Computed here, over a bounded number of candidates, so that both engines give the same order.
/// </summary>
internal static class Ranking
{
    /// <summary>The newest so many are ranked.</summary>
    public const int MostCandidates = 200;

    /// <summary>By so much of their text.</summary>
    public const int MostCharacters = 20_000;

    private const double Saturation = 1.2, LengthWeight = 0.75;

    /// <summary>The best first; the newer one first of two that are as good.</summary>
    /// <param name="candidates">Numbers and texts.</param>
    /// <param name="query">What was looked for.</param>
    public static List<long> Order(IReadOnlyList<SearchedRow> candidates, SearchQuery query)
    {
        double mean = candidates.Count == 0 ? 1 : Math.Max(1, candidates.Average(row => row.Text.Length));
        return [.. candidates.Select(row => (row.Seq, Score: Score(row.Text, query, mean)))
            .OrderByDescending(row => row.Score).ThenByDescending(row => row.Seq).Select(row => row.Seq)];
    }

    private static double Score(string text, SearchQuery query, double mean)
    {
        int[] counts = new int[query.Terms.Count];
        foreach ((int term, _) in Matching.Find(text, query))
            counts[term]++;
        double length = 1 - LengthWeight + (LengthWeight * text.Length / mean);
        return counts.Sum(count => count / (count + (Saturation * length)));
    }
}
