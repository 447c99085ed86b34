using System.Text;

namespace AgentCraft.Data;

/// <summary>Checks of text that clients send, and the search for the name they may have meant.</summary>
public static class Text
{
    private const int LongestSecret = 2048;

    /// <summary>Text that both engines can keep: no NUL character, no lone surrogate.</summary>
    /// <param name="text">The client's text; null passes.</param>
    /// <param name="what">What it is, for the message: <c>content</c>.</param>
    /// <exception cref="AgentCraftException"><c>invalid_text</c></exception>
    public static string? Storable(string? text, string what)
    {
        if (text is null)
            return null;
        if (text.Contains('\0'))
            throw new AgentCraftException(ErrorCodes.InvalidText, $"{what} contains a NUL character, which text cannot hold.",
                "Remove the character, or encode binary data, for example as base64.");
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                throw new AgentCraftException(ErrorCodes.InvalidText, $"{what} contains half of a surrogate pair at position {i}.",
                    "Send the text as valid UTF-8.");
            i++;
        }
        return text;
    }

    /// <summary>Storable text of at most <paramref name="maxBytes"/> in UTF-8.</summary>
    /// <exception cref="AgentCraftException"><c>payload_too_large</c>, <c>invalid_text</c></exception>
    public static string? Within(string? text, string what, int maxBytes, string next)
    {
        int bytes = text is null ? 0 : Encoding.UTF8.GetByteCount(text);
        if (bytes > maxBytes)
            throw new AgentCraftException(ErrorCodes.PayloadTooLarge, $"{what} has {bytes:N0} bytes; the limit is {maxBytes:N0}.", next);
        return Storable(text, what);
    }

    /// <summary>A client's text for a message: no more than its beginning, never half of a surrogate pair, no secret, and all of it to be seen.</summary>
    public static string Shown(string text, int most = 80)
    {
        // A secret is known by more of it than is shown.
        string shown = SecretText.Hide(text.Length <= most + LongestSecret ? text : text[..(most + LongestSecret)]);
        return VisibleText.Of(shown.Length <= most ? shown : $"{shown.AsSpan(0, char.IsHighSurrogate(shown[most - 1]) ? most - 1 : most)}…");
    }

    /// <summary>The candidates nearest to a mistyped name, best first: at most three, none that differs by more than about a third.</summary>
    public static IReadOnlyList<string> Nearest(string name, IEnumerable<string> candidates) =>
        [.. candidates
            // A difference in length is a distance already; leaving those out also keeps a name of a megabyte from costing one squared.
            .Where(candidate => Math.Abs(candidate.Length - name.Length) <= Tolerance(candidate))
            .Select(candidate => (candidate, distance: Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .Where(pair => pair.distance <= Tolerance(pair.candidate))
            .OrderBy(pair => pair.distance).ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .Take(3)
            .Select(pair => pair.candidate)];

    /// <summary>"Did you mean 'reviewer'?" with a blank behind it, or nothing.</summary>
    public static string DidYouMean(string name, IEnumerable<string> candidates) =>
        Nearest(name, candidates) is { Count: > 0 } near ? $"Did you mean {string.Join(" or ", near.Select(n => $"'{n}'"))}? " : "";

    private static int Tolerance(string candidate) => Math.Max(2, candidate.Length / 3);

    /// <summary>Edits (insert, delete, replace, swap of neighbours) from one text to the other: optimal string alignment.</summary>
    private static int Distance(string a, string b)
    {
        int[,] d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
            d[i, 0] = i;
        for (int j = 0; j <= b.Length; j++)
            d[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
            for (int j = 1; j <= b.Length; j++)
            {
                int cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        return d[a.Length, b.Length];
    }
}
