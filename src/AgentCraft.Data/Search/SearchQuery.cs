using System.Text;

namespace AgentCraft.Data.Search;

/// <summary>A word, or words that must follow each other.</summary>
/// <param name="Tokens">At least one.</param>
/// <param name="IsPrefix">The last one may go on.</param>
internal sealed record SearchTerm(IReadOnlyList<string> Tokens, bool IsPrefix)
{
    /// <summary>The token may stand at this place of the term.</summary>
    public bool Fits(int place, string token) =>
        IsPrefix && place == Tokens.Count - 1 ? token.StartsWith(Tokens[place], StringComparison.Ordinal) : token == Tokens[place];

    /// <summary>Its words as one text, for telling one term from another.</summary>
    public override string ToString() => $"{string.Join(' ', Tokens)}{(IsPrefix ? "*" : "")}";
}

/// <summary>
/// What a client looks for: words, all of which must occur; "words in quotes" that must follow each other, as must the parts of
/// a word such as <c>src/a_b.ts</c>; a <c>*</c> behind a word for whatever begins so. Any other character is text.
/// </summary>
internal sealed record SearchQuery(IReadOnlyList<SearchTerm> Terms)
{
    /// <summary>How many words or quoted phrases a query may have.</summary>
    public const int MostTerms = 16;

    /// <summary>How many tokens all of them together.</summary>
    public const int MostTokens = 64;

    private const int LargestBytes = 4096;
    private const int ShortestPrefix = 2;

    /// <summary>Reads any text.</summary>
    /// <exception cref="AgentCraftException"><c>payload_too_large</c>, <c>invalid_text</c>, <c>invalid_argument</c></exception>
    public static SearchQuery Parse(string text)
    {
        Text.Within(text, "query", LargestBytes, "Search for a few words that matter.");
        List<SearchTerm> terms = [.. Read(text).DistinctBy(term => term.ToString())];
        if (terms.Count == 0)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "query has no letters or digits to search for.",
                "Give words, a \"quoted phrase\", or the beginning of a word with * behind it; symbols and emoji are not searched.");
        if (terms.Count > MostTerms || terms.Sum(term => term.Tokens.Count) > MostTokens)
            throw new AgentCraftException(ErrorCodes.InvalidArgument,
                $"query has {terms.Count} words or phrases of {terms.Sum(term => term.Tokens.Count)} parts; the limits are {MostTerms} and {MostTokens}.",
                "All of them would have to occur: keep the few that matter.");
        return new(terms);
    }

    private static IEnumerable<SearchTerm> Read(string text)
    {
        for (int i = 0; i < text.Length;)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                i++;
                continue;
            }
            bool quoted = text[i] == '"';
            int begin = quoted ? i + 1 : i, end = begin;
            while (end < text.Length && text[end] != '"' && (quoted || !char.IsWhiteSpace(text[end])))
                end++;
            i = quoted ? Math.Min(end + 1, text.Length) : end;
            if (Term(text[begin..end], quoted && i < text.Length && text[i] == '*') is { } term)
                yield return term;
        }
    }

    private static SearchTerm? Term(string words, bool starred)
    {
        List<Token> tokens = [.. Tokenizer.Split(words)];
        if (tokens.Count == 0)
            return null;
        bool prefix = (starred || (words[^1] == '*' && tokens[^1].End == words.Length - 1)) && !Tokenizer.StandsAlone(Rune.GetRuneAt(tokens[^1].Text, 0));
        if (prefix && tokens[^1].Text.Length < ShortestPrefix)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"'{tokens[^1].Text}*' would be almost every word.",
                $"Put at least {ShortestPrefix} letters before *.");
        return new([.. tokens.Select(token => token.Text)], prefix);
    }
}
