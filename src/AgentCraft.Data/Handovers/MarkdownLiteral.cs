using System.Text;

namespace AgentCraft.Data.Handovers;

/// <summary>
/// Text of others (a message, a title) as Markdown that shows just that text: on one line, and no heading, link, comment or placeholder
/// can come out of it.
/// </summary>
public static class MarkdownLiteral
{
    private const string Markup = "\\`*[]{}<>|~";
    private const string AtLineStart = "#+-=";

    /// <summary>The text, escaped with backslashes where Markdown would read markup.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="length">Characters of the text to keep; an ellipsis tells that there were more.</param>
    public static string Of(string text, int length = int.MaxValue)
    {
        string line = OneLine.Short(text, length);
        StringBuilder escaped = new(line.Length + 8);
        for (int i = 0; i < line.Length; i++)
            escaped.Append(NeedsEscape(line, i) ? "\\" : "").Append(line[i]);
        return escaped.ToString();
    }

    private static bool NeedsEscape(string line, int at) => line[at] switch
    {
        '_' => !(at > 0 && char.IsLetterOrDigit(line[at - 1]) && at + 1 < line.Length && char.IsLetterOrDigit(line[at + 1])),
        '&' => at + 1 < line.Length && (line[at + 1] == '#' || char.IsAsciiLetter(line[at + 1])),
        '.' or ')' => at is > 0 and < 10 && line.AsSpan(0, at).IndexOfAnyExceptInRange('0', '9') < 0,
        var c => Markup.Contains(c) || at == 0 && AtLineStart.Contains(c),
    };
}
