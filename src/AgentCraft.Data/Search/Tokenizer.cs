using System.Globalization;
using System.Text;

namespace AgentCraft.Data.Search;

/// <summary>
/// Cuts text into the words that the index holds; the same for what is stored, for queries and for marking what was found, on both
/// engines. A token is a run of letters and digits, folded; each ideograph and kana is one, since nothing parts their words; whatever else
/// there is parts tokens. A change here needs a migration that empties the indexes and <c>search_progress</c>.
/// </summary>
internal static class Tokenizer
{
    /// <summary>Of a longer run, only so many code units tell it from another.</summary>
    public const int LongestToken = 64;

    /// <summary>The tokens in their order, made one by one.</summary>
    public static IEnumerable<Token> Split(string text)
    {
        StringBuilder token = new(LongestToken);
        int start = 0, end = 0;
        for (int i = 0; i < text.Length;)
        {
            Rune.DecodeFromUtf16(text.AsSpan(i), out Rune rune, out int length);
            Part part = PartOf(rune);
            if (token.Length > 0 && part is Part.None or Part.Alone)
            {
                yield return new(token.ToString(), start, end - start);
                token.Clear();
            }
            if (part == Part.Alone)
                yield return new(Folding.Of(rune).ToString(), i, length);
            if (part == Part.Letter && token.Length == 0)
                start = i;
            if (part == Part.Letter || (part == Part.Mark && token.Length > 0))
                Append(token, rune);
            if (token.Length > 0 && part != Part.Ignored)
                end = i + length;
            i += length;
        }
        if (token.Length > 0)
            yield return new(token.ToString(), start, end - start);
    }

    /// <summary>What a run is not made of, and so a token of its own.</summary>
    public static bool StandsAlone(Rune rune) => rune.Value is
        (>= 0x3005 and <= 0x3007) or (>= 0x3041 and <= 0x3096) or (>= 0x309D and <= 0x309F) or (>= 0x30A1 and <= 0x30FA) or (>= 0x30FC and <= 0x30FF)
        or (>= 0x31F0 and <= 0x31FF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF)
        or (>= 0xFF66 and <= 0xFF9D) or (>= 0x20000 and <= 0x3FFFD);

    private static void Append(StringBuilder token, Rune rune)
    {
        Rune folded = Folding.Of(rune);
        if (token.Length + folded.Utf16SequenceLength <= LongestToken)
            token.Append(folded.ToString());
    }

    private static Part PartOf(Rune rune)
    {
        if (rune.IsAscii)
            return char.IsAsciiLetterOrDigit((char)rune.Value) ? Part.Letter : Part.None;
        if (StandsAlone(rune))
            return Part.Alone;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
                or UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Part.Letter,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark =>
                Folding.IsAccent(rune) ? Part.Accent : Part.Mark,
            // Soft hyphens, joiners, directions: nobody sees them within a word.
            UnicodeCategory.Format => Part.Ignored,
            _ => Part.None,
        };
    }

    private enum Part
    {
        /// <summary>Parts tokens.</summary>
        None,
        /// <summary>Begins a token or goes on with one.</summary>
        Letter,
        /// <summary>Goes on with a token.</summary>
        Mark,
        /// <summary>Belongs to the letter before it and says nothing more.</summary>
        Accent,
        /// <summary>Is not there.</summary>
        Ignored,
        /// <summary>Is a token.</summary>
        Alone,
    }
}
