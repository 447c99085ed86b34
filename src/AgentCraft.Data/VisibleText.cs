using System.Globalization;
using System.Text;

namespace AgentCraft.Data;

/// <summary>
/// What somebody else wrote, with everything in it to be seen: what a reader's eye would miss and a model or a terminal would obey stands there
/// as <c>\u{200B}</c>. These are control characters but line feed and tab, format characters (zero-width, bidirectional, tags), other
/// default-ignorables and noncharacters. A carriage return before a line feed stays, and so does what only joins or styles emoji.
/// </summary>
public static class VisibleText
{
    private const int Joiner = 0x200D, TextStyle = 0xFE0E, EmojiStyle = 0xFE0F, LightSkin = 0x1F3FB, DarkSkin = 0x1F3FF;

    /// <summary>The text as it can be shown; the same object where there is nothing to show.</summary>
    public static string Of(string text)
    {
        int at = FirstHidden(text);
        if (at < 0)
            return text;
        StringBuilder shown = new(text, 0, at, text.Length + 64);
        Rune previous = RuneBefore(text, at);
        while (at < text.Length)
        {
            bool isWhole = Rune.DecodeFromUtf16(text.AsSpan(at), out Rune rune, out int length) == System.Buffers.OperationStatus.Done;
            if (isWhole && Keeps(previous, rune, RuneAt(text, at + length)))
                shown.Append(text, at, length);
            else
                shown.Append(Escape(isWhole ? rune.Value : text[at]));
            (previous, at) = (rune, at + length);
        }
        return shown.ToString();
    }

    /// <summary>Whether a character between two others can be shown as it is.</summary>
    public static bool Keeps(Rune previous, Rune rune, Rune next) => !IsHidden(rune.Value) || rune.Value switch
    {
        '\r' => next.Value == '\n',
        EmojiStyle or TextStyle => IsSymbol(previous),
        Joiner => (IsSymbol(previous) || previous.Value is EmojiStyle or (>= LightSkin and <= DarkSkin)) && IsSymbol(next),
        _ => false,
    };

    /// <summary><c>\u{200B}</c></summary>
    public static string Escape(int scalar) => string.Create(CultureInfo.InvariantCulture, $"\\u{{{scalar:X4}}}");

    /// <summary>Whether a character is one of those, whatever stands around it.</summary>
    public static bool IsHidden(int scalar) => scalar < 0x7F ? scalar < 0x20 && scalar is not ('\n' or '\t')
        : scalar < 0x10000 ? scalar is <= 0x9F or 0xAD or 0x34F or (>= 0x600 and <= 0x605) or 0x61C or 0x6DD or 0x70F or 0x890 or 0x891 or 0x8E2
            or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or (>= 0x200B and <= 0x200F) or (>= 0x2028 and <= 0x202E)
            or (>= 0x2060 and <= 0x206F) or 0x2800 or 0x3164 or (>= 0xD800 and <= 0xDFFF) or (>= 0xFDD0 and <= 0xFDEF) or (>= 0xFE00 and <= 0xFE0F)
            or 0xFEFF or 0xFFA0 or (>= 0xFFF0 and <= 0xFFFB) or 0xFFFE or 0xFFFF
        : scalar is 0x110BD or 0x110CD or (>= 0x13430 and <= 0x1343F) or (>= 0x1BCA0 and <= 0x1BCA3) or (>= 0x1D173 and <= 0x1D17A)
            or (>= 0xE0000 and <= 0xE0FFF) or >= 0xF0000 || (scalar & 0xFFFE) == 0xFFFE;

    private static int FirstHidden(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c is >= ' ' and < '\x7F')
                continue;
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                if (IsHidden(char.ConvertToUtf32(c, text[i + 1])))
                    return i;
                i++;
            }
            else if (IsHidden(c))
                return i;
        }
        return -1;
    }

    private static Rune RuneAt(string text, int at) => Rune.TryGetRuneAt(at < text.Length ? text : " ", at < text.Length ? at : 0, out Rune rune) ? rune : Rune.ReplacementChar;

    private static Rune RuneBefore(string text, int at) => Rune.DecodeLastFromUtf16(text.AsSpan(0, at), out Rune rune, out _) == System.Buffers.OperationStatus.Done ? rune : default;

    private static bool IsSymbol(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherSymbol or UnicodeCategory.MathSymbol;
}
