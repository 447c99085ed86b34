namespace AgentCraft.Data.Handovers;

/// <summary>What a stretch of raw HTML is.</summary>
internal enum HtmlPart
{
    Text,
    Tag,
    Comment,
}

/// <summary>Cuts a stretch that Markdig calls HTML into comments, tags and the text between them.</summary>
internal static class HtmlParts
{
    /// <summary>The parts of <paramref name="source"/> from <paramref name="start"/> up to <paramref name="end"/>, in order.</summary>
    public static IEnumerable<(Range Part, HtmlPart Kind)> Of(string source, int start, int end)
    {
        while (start < end)
        {
            HtmlPart kind = KindOf(source.AsSpan(start, end - start));
            int length = Length(source.AsSpan(start, end - start), kind);
            yield return (start..(start + length), kind);
            start += length;
        }
    }

    private static HtmlPart KindOf(ReadOnlySpan<char> html)
    {
        if (html.StartsWith("<!--"))
            return HtmlPart.Comment;
        bool opensTag = html.Length > 1 && html[0] == '<' && (char.IsAsciiLetter(html[1]) || html[1] is '/' or '!' or '?');
        return opensTag ? HtmlPart.Tag : HtmlPart.Text;
    }

    private static int Length(ReadOnlySpan<char> html, HtmlPart kind) => kind switch
    {
        // "<!-->" is a whole comment: its end may overlap its beginning.
        HtmlPart.Comment => UpTo(html, html[2..].IndexOf("-->"), 2 + 3),
        HtmlPart.Tag => UpTo(html, html.IndexOf('>'), 1),
        _ => UpTo(html, html[1..].IndexOf('<'), 1),
    };

    private static int UpTo(ReadOnlySpan<char> html, int found, int further) => found < 0 ? html.Length : found + further;
}
