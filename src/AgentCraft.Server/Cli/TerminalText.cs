using System.Globalization;
using System.Text;
using AgentCraft.Data;

namespace AgentCraft.Server.Cli;

/// <summary>
/// What agents wrote, made fit for a person's terminal: on one line, and nothing in it is obeyed. Escape sequences, line breaks and marks
/// that turn the direction of writing are shown as what they are.
/// </summary>
internal static class TerminalText
{
    /// <summary>The text on one line, cut with an ellipsis after <paramref name="most"/> characters.</summary>
    public static string Of(string? text, int most = int.MaxValue)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        StringBuilder shown = new(Math.Min(text.Length, 256));
        Rune previous = default;
        for (int at = 0; at < text.Length;)
        {
            Rune.DecodeFromUtf16(text.AsSpan(at), out Rune rune, out int length);
            Rune.DecodeFromUtf16(text.AsSpan(at += length), out Rune next, out _);
            string part = Of(previous, rune, next);
            if (shown.Length + part.Length > most)
                return shown.Append('…').ToString();
            shown.Append(part);
            previous = rune;
        }
        return shown.ToString();
    }

    private static string Of(Rune previous, Rune rune, Rune next) => rune.Value switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ => VisibleText.Keeps(previous, rune, next) && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned)
            ? rune.ToString() : VisibleText.Escape(rune.Value),
    };
}
