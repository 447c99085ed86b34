using System.Text;
using Markdig.Syntax;

namespace AgentCraft.Data.Handovers;

/// <summary>Fits an agent's Markdown into the section of a document, so that it can end neither that section nor the document.</summary>
internal static class SectionText
{
    private const int DeepestHeading = 6;

    /// <summary>
    /// The Markdown without a first heading that repeats the section's, its headings below the section's level, an open fence or
    /// comment closed, and with the document's line ends.
    /// </summary>
    /// <exception cref="AgentCraftException"><c>invalid_text</c></exception>
    public static string Fit(string markdown, string heading, int level, string newLine)
    {
        string text = Trim(markdown.TrimStart('\uFEFF').ReplaceLineEndings("\n"));
        text = WithoutHeading(text, heading);
        text = Lowered(text, level);
        return Closed(text).Replace("\n", newLine);
    }

    // Blank lines only: blanks before the first word may make it code.
    private static string Trim(string text)
    {
        text = text.TrimEnd();
        int start = 0;
        for (int end; (end = text.IndexOf('\n', start)) >= 0 && string.IsNullOrWhiteSpace(text[start..end]); start = end + 1)
        {
        }
        return text[start..];
    }

    private static string WithoutHeading(string text, string heading) =>
        MarkdownSyntax.Piece(text).FirstOrDefault() is HeadingBlock first
        && HeadingKey.Same(BlockGlyphs.Of(first, text).Visible(), heading)
            ? Trim(text[Math.Min(EndOf(first, text) + 1, text.Length)..])
            : text;

    private static string Lowered(string text, int level)
    {
        List<HeadingBlock> headings = [.. MarkdownSyntax.Piece(text).OfType<HeadingBlock>()];
        int by = headings.Count == 0 ? 0 : level + 1 - headings.Min(heading => heading.Level);
        if (by <= 0)
            return text;
        StringBuilder lowered = new(text.Length + by * headings.Count);
        int at = 0;
        foreach (HeadingBlock heading in headings)
        {
            lowered.Append(text, at, heading.Span.Start - at).Append('#', Math.Min(heading.Level + by, DeepestHeading));
            at = heading.IsSetext ? AppendTitle(lowered, heading, text) : heading.Span.Start + heading.Level;
        }
        return lowered.Append(text, at, text.Length - at).ToString();
    }

    // An underlined heading can have level 1 or 2 only, so it becomes one with hashes.
    private static int AppendTitle(StringBuilder lowered, HeadingBlock heading, string text)
    {
        string span = text[heading.Span.Start..EndOf(heading, text)];
        lowered.Append(' ').Append(OneLine.Of(span.AsSpan(0, span.LastIndexOf('\n'))));
        return EndOf(heading, text);
    }

    private static int EndOf(HeadingBlock heading, string text) =>
        text.IndexOf('\n', heading.IsSetext ? heading.Span.End : heading.Span.Start) is var end and >= 0 ? end : text.Length;

    /// <summary>The Markdown with the fence or HTML closed that its last block leaves open.</summary>
    public static string Closed(string text) => MarkdownSyntax.Piece(text).LastOrDefault() switch
    {
        FencedCodeBlock { ClosingFencedCharCount: 0 } fence => text + "\n" + new string(fence.FencedChar, fence.OpeningFencedCharCount),
        HtmlBlock html when OpenMark(html, text) is { } mark => text + "\n" + mark,
        _ => text,
    };

    private static string? OpenMark(HtmlBlock html, string text)
    {
        string[] marks = html.Type switch
        {
            HtmlBlockType.Comment => ["-->"],
            HtmlBlockType.ProcessingInstruction => ["?>"],
            HtmlBlockType.DocumentType => [">"],
            HtmlBlockType.CData => ["]]>"],
            HtmlBlockType.ScriptPreOrStyle => ["</pre>", "</script>", "</style>", "</textarea>"],
            _ => [],
        };
        string block = text[html.Span.Start..];
        return marks.Any(mark => block.Contains(mark, StringComparison.OrdinalIgnoreCase)) ? null : marks.FirstOrDefault();
    }
}
