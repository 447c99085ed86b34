namespace AgentCraft.Data.Handovers;

/// <summary>A heading that is written as HTML: <c>&lt;h2 align="center"&gt;Goal&lt;/h2&gt;</c>.</summary>
/// <param name="Level">1 to 6.</param>
/// <param name="Start">Where its first tag begins.</param>
/// <param name="End">Behind its last tag.</param>
internal readonly record struct HtmlHeading(int Level, int Start, int End)
{
    /// <summary>Those of a block of HTML, in order; one that is never closed is none.</summary>
    public static IEnumerable<HtmlHeading> In(string source, int start, int end)
    {
        (int level, int from) = (0, 0);
        foreach ((Range part, HtmlPart kind) in HtmlParts.Of(source, start, end))
        {
            if (kind != HtmlPart.Tag)
                continue;
            ReadOnlySpan<char> tag = source.AsSpan(part);
            if (level == 0 && LevelOf(tag[1..]) is var opened and > 0)
                (level, from) = (opened, part.Start.Value);
            else if (level > 0 && tag.StartsWith("</") && LevelOf(tag[2..]) == level)
            {
                yield return new(level, from, part.End.Value);
                level = 0;
            }
        }
    }

    private static int LevelOf(ReadOnlySpan<char> tag) =>
        tag.Length > 2 && tag[0] is 'h' or 'H' && tag[1] is >= '1' and <= '6' && (tag[2] == '>' || char.IsWhiteSpace(tag[2])) ? tag[1] - '0' : 0;
}
