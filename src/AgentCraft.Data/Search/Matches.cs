namespace AgentCraft.Data.Search;

/// <summary>Where text is that was searched for, in UTF-16 code units as JavaScript, Java and C# count them.</summary>
/// <param name="Start">The first.</param>
/// <param name="Length">How many.</param>
public sealed record TextMatch(int Start, int Length);

/// <summary>A piece of plain text, and apart from it what in it was searched for, so that no text can pass for a mark.</summary>
/// <param name="Text">As it was written.</param>
/// <param name="Matches">Places in it, in order.</param>
internal sealed record Excerpt(string Text, IReadOnlyList<TextMatch> Matches)
{
    private const int Before = 80;
    private const int Longest = 320;

    /// <summary>The piece around the first match; the beginning when there is none.</summary>
    public static Excerpt Of(string text, SearchQuery query)
    {
        TextMatch? first = Matching.Find(text, query).Select(found => found.Match).FirstOrDefault();
        int start = Boundary(text, first is null ? 0 : Math.Max(0, first.Start - Before));
        int end = Boundary(text, Math.Min(text.Length, start + Longest));
        return new(text[start..end], first is null ? [] :
        [
            .. Matching.Find(text, query, until: end).Where(found => found.Match.Start >= start)
                .Select(found => new TextMatch(found.Match.Start - start, Math.Min(found.Match.Length, end - found.Match.Start)))
                .Distinct().OrderBy(match => match.Start).ThenBy(match => match.Length),
        ]);
    }

    /// <summary>Never in the middle of a surrogate pair.</summary>
    private static int Boundary(string text, int place) =>
        place > 0 && place < text.Length && char.IsLowSurrogate(text[place]) && char.IsHighSurrogate(text[place - 1]) ? place - 1 : place;
}

/// <summary>Finds terms in text as the index does.</summary>
internal static class Matching
{
    /// <summary>Each place where a term stands, in the order of their ends.</summary>
    /// <param name="text">Where to look.</param>
    /// <param name="query">What for.</param>
    /// <param name="until">The code unit where to stop.</param>
    public static IEnumerable<(int Term, TextMatch Match)> Find(string text, SearchQuery query, int until = int.MaxValue)
    {
        List<(int Term, int Next, int Start)> begun = [], going = [];
        foreach (Token token in Tokenizer.Split(text).TakeWhile(token => token.Start < until))
        {
            for (int term = 0; term < query.Terms.Count; term++)
                begun.Add((term, 0, token.Start));
            foreach ((int term, int next, int start) in begun)
                if (!query.Terms[term].Fits(next, token.Text))
                    continue;
                else if (next + 1 == query.Terms[term].Tokens.Count)
                    yield return (term, new(start, token.End - start));
                else
                    going.Add((term, next + 1, start));
            (begun, going) = (going, begun);
            going.Clear();
        }
    }
}
