using System.Text;

namespace AgentCraft.Data.Handovers;

/// <summary>Text brought onto one line.</summary>
internal static class OneLine
{
    /// <summary>Without blanks at the ends, and with one where there were several or a line break.</summary>
    public static string Of(ReadOnlySpan<char> text)
    {
        StringBuilder line = new(Math.Min(text.Length, 256));
        foreach (char c in text.Trim())
            if (!char.IsWhiteSpace(c))
                line.Append(c);
            else if (line[^1] != ' ')
                line.Append(' ');
        return line.ToString();
    }

    /// <summary>The same, with an ellipsis after <paramref name="length"/> characters.</summary>
    public static string Short(string text, int length)
    {
        string line = Of(text);
        if (line.Length <= length)
            return line;
        int cut = char.IsHighSurrogate(line[length - 1]) ? length - 1 : length;
        return line[..cut] + "…";
    }
}
