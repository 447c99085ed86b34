using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AgentCraft.Data.Search;

namespace AgentCraft.Data.Handovers;

/// <summary>
/// What of a heading counts when two are compared: its words in lower case. Emoji (<c>:dart:</c>, too), level, case, accents, punctuation, numbering
/// (<c>1.</c>, <c>2.3</c>, <c>a)</c>, <c>II.</c>, <c>Step 3:</c>), a task box and an anchor (<c>{#goal}</c>) do not, <c>&amp;</c> is
/// <c>and</c>, and a remark in parentheses at the end may be left out by one of the two.
/// </summary>
public readonly partial record struct HeadingKey
{
    private HeadingKey(string full, string brief) => (Full, Brief) = (full, brief);

    /// <summary>All its words.</summary>
    public string Full { get; }

    /// <summary>Its words without a remark in parentheses at the end; the same as <see cref="Full"/> when it has none.</summary>
    public string Brief { get; }

    /// <summary>The key of a heading's text; a leading <c>##</c> does no harm. Empty only for blank text.</summary>
    public static HeadingKey Of(string heading)
    {
        string text = Bare(heading.Trim());
        string full = Words(text);
        if (full.Length == 0)
            return new(text, text);
        string brief = Words(text[..RemarkStart(text)]);
        return new(full, brief.Length > 0 ? brief : full);
    }

    /// <summary>True when both name the same section: <c>"## 🎯 This Session Goal"</c> and <c>"this session goal:"</c> do.</summary>
    public static bool Same(string one, string other) => Of(one).Matches(Of(other));

    /// <summary>True when both name the same section.</summary>
    public bool Matches(HeadingKey other) => Full == other.Full || Full == other.Brief || Brief == other.Full;

    /// <summary>Without what stands around the words for programs: unless nothing else is there.</summary>
    private static string Bare(string text)
    {
        string bare = EmojiName().Replace(Box().Replace(Anchor().Replace(text, ""), "$1"), " ").Trim();
        return bare.Any(char.IsLetterOrDigit) ? bare : text;
    }

    private static string Words(string text)
    {
        string words = Join(text[NumberingLength(text)..]);
        return words.Length > 0 ? words : Join(text);
    }

    private static string Join(string text)
    {
        StringBuilder words = new(text.Length);
        bool gap = false;
        foreach (Rune rune in text.Replace("&", " and ").EnumerateRunes())
            if (IsWordPart(rune))
            {
                words.Append(gap && words.Length > 0 ? " " : "").Append(Folding.Of(rune).ToString());
                gap = false;
            }
            else if (!IsInvisible(rune))
                gap = true;
        return words.ToString();
    }

    // Accents come as letters of their own or apart from them; variation selectors and the keycap belong to emoji.
    private static bool IsWordPart(Rune rune) =>
        Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark && !IsInvisible(rune);

    private static bool IsInvisible(Rune rune) =>
        rune.Value is '\'' or '’' || Folding.IsAccent(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format;

    private static int RemarkStart(string text)
    {
        int close = text.LastIndexOf(')');
        int open = close < 0 ? -1 : text.LastIndexOf('(', close);
        return open > 0 && !text.Skip(close + 1).Any(char.IsLetterOrDigit) ? open : text.Length;
    }

    // How much of the beginning is a number: "1. ", "2.3 ", "(4) ", "b) ", "1 - ", a keycap emoji; 0 when it belongs to the name.
    private static int NumberingLength(string text)
    {
        if (Part().Match(text) is { Success: true } part)
            return part.Length;
        int start = 0;
        while (start < text.Length && !char.IsLetterOrDigit(text[start]))
            start++;
        int end = start;
        while (end < text.Length && end - start < 8 && (char.IsAsciiDigit(text[end]) || text[end] == '.' && end > start))
            end++;
        ReadOnlySpan<char> number = text.AsSpan(start, end - start);
        if (number.IsEmpty && start + 1 < text.Length && char.IsAsciiLetter(text[start]) && text[start + 1] is '.' or ')')
            return Follows(text, start + 2, char.IsWhiteSpace) ? start + 2 : 0;
        return !number.IsEmpty && EndsNumber(text, end, number.Contains('.')) ? end : 0;
    }

    private static bool EndsNumber(string text, int end, bool dotted)
    {
        if (Follows(text, end, static c => c is '\uFE0F' or '\u20E3'))
            return true;
        if (Follows(text, end, static c => c is ')' or ':'))
            return !Follows(text, end + 1, char.IsDigit);
        if (Follows(text, end - 1, static c => c == '.') || dotted && Follows(text, end, char.IsWhiteSpace))
            return true;
        return Follows(text, end, static c => c == ' ') && Follows(text, end + 1, static c => c is '-' or '–' or '—');
    }

    [GeneratedRegex(@"\{[#.:][^{}]{0,200}\}\s*$")]
    private static partial Regex Anchor();

    [GeneratedRegex(@"^([\s#]*)\[[ xX]\](?=\s)")]
    private static partial Regex Box();

    [GeneratedRegex(@":(?:[+-]1|(?=[0-9_+-]{0,40}[a-z])[a-z0-9_+-]{1,40}):")]
    private static partial Regex EmojiName();

    [GeneratedRegex(@"^[^\p{L}\p{Nd}]*(?:(?:[Ss]tep|[Pp]art|[Ss]ection)\s+[0-9]{1,3}\s*[:.)–—-]|§\s*[0-9]{1,3}[:.)]?|[IVXLC]{1,7}[.)])\s+(?=\S)")]
    private static partial Regex Part();

    private static bool Follows(string text, int at, Func<char, bool> wanted) => at < text.Length && wanted(text[at]);
}
