using System.Globalization;
using System.Text;

namespace AgentCraft.Server.Cli;

/// <summary>
/// What agents wrote, made fit for a person's terminal: on one line, and nothing in it is obeyed. Escape sequences, line breaks and marks
/// that turn the direction of writing are shown as what they are.
/// </summary>
internal static class TerminalText
{
    // They join letters and emoji, and move nothing.
    private const int NonJoiner = 0x200C, Joiner = 0x200D;

    /// <summary>The text on one line, cut with an ellipsis after <paramref name="most"/> characters.</summary>
    public static string Of(string? text, int most = int.MaxValue)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        StringBuilder shown = new(Math.Min(text.Length, 256));
        foreach (Rune rune in text.EnumerateRunes())
        {
            string next = Of(rune);
            if (shown.Length + next.Length > most)
                return shown.Append('…').ToString();
            shown.Append(next);
        }
        return shown.ToString();
    }

    private static string Of(Rune rune) => rune.Value switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        NonJoiner or Joiner => rune.ToString(),
        _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            ? string.Create(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X4}}}")
            : rune.ToString(),
    };
}
