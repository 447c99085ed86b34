using Markdig.Extensions.Yaml;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace AgentCraft.Data.Handovers;

/// <summary>
/// The text of one leaf of the syntax tree, flat: markup gone, each character with its place in the source and what it can take part in.
/// So <c>[**Name** of the task]</c> is found although Markdig keeps it in four nodes, and nothing in code or comments is.
/// </summary>
internal sealed class BlockGlyphs(string source, SourceSpan span)
{
    // How far from where Markdig says, text is looked for.
    private const int Nearby = 2_000;

    private readonly List<Glyph> _glyphs = [];
    private readonly List<Range> _comments = [];
    private int _cursor = Math.Max(span.Start, 0);

    /// <summary>The characters, in reading order.</summary>
    public IReadOnlyList<Glyph> Glyphs => _glyphs;

    /// <summary>Where the HTML comments of the block lie in the source.</summary>
    public IReadOnlyList<Range> Comments => _comments;

    /// <summary>Reads one leaf block of the tree that was parsed from <paramref name="source"/>.</summary>
    public static BlockGlyphs Of(LeafBlock block, string source)
    {
        BlockGlyphs text = new(source, block.Span);
        switch (block)
        {
            case YamlFrontMatterBlock: text.AddSource(block.Span, GlyphRole.Brace); break;
            case LinkReferenceDefinition definition: text.AddSource(definition.UrlSpan, GlyphRole.Brace); break;
            case CodeBlock: text.AddLines(block); break;
            case HtmlBlock { Type: HtmlBlockType.ScriptPreOrStyle }: text.AddSource(block.Span, GlyphRole.Code); break;
            case HtmlBlock: text.AddHtml(block.Span); break;
            default: text.AddAll(block.Inline, GlyphRole.Text); break;
        }
        return text;
    }

    /// <summary>What a reader sees, on one line; what images are called only where there is nothing else.</summary>
    public string Visible() => Visible(GlyphRole.Visible) is { Length: > 0 } text ? text : Visible(GlyphRole.Visible | GlyphRole.Image);

    private string Visible(GlyphRole roles) =>
        OneLine.Of(string.Concat(_glyphs.Where(g => (g.Role & GlyphRole.Visible) != 0 && (g.Role & GlyphRole.Image & ~roles) == 0).Select(g => g.Char)));

    // The lines only: the fences around them are no content.
    private void AddLines(LeafBlock block)
    {
        for (int i = 0; i < block.Lines.Count; i++)
            AddAs(block.Lines.Lines[i].Slice.ToString(), block.Lines.Lines[i].Position, GlyphRole.Code);
    }

    private void AddAll(ContainerInline? container, GlyphRole role)
    {
        for (Inline? inline = container?.FirstChild; inline is not null; inline = inline.NextSibling)
            Add(inline, role);
    }

    private void Add(Inline inline, GlyphRole role)
    {
        switch (inline)
        {
            case LiteralInline literal: AddLiteral(literal, role); break;
            case LineBreakInline: _glyphs.Add(new('\n', inline.Span.Start, role)); break;
            case CodeInline code: AddAs(code.Content, code.Span.Start, GlyphRole.Code); break;
            case HtmlEntityInline entity: AddAs(entity.Transcoded.ToString(), entity.Span.Start, GlyphRole.Visible); break;
            case AutolinkInline link: AddAt(Exact(link.Url, link.Span.Start + 1), link.Url, GlyphRole.LinkText); break;
            case HtmlInline html: AddTag(html); break;
            case LinkInline link: AddLink(link); break;
            case DelimiterInline delimiter:
                AddAt(Nearest(delimiter.ToLiteral(), delimiter.Span.Start), delimiter.ToLiteral(), role);
                AddAll(delimiter, role);
                break;
            case ContainerInline container: AddAll(container, role); break;
        }
    }

    private void AddLink(LinkInline link)
    {
        AddAll(link, link.IsImage ? GlyphRole.LinkText | GlyphRole.Image : GlyphRole.LinkText);
        bool hasUrlHere = link.UrlSpan.Start >= link.Span.Start && link.UrlSpan.End <= link.Span.End;
        if (hasUrlHere && link.Url is { } url)
            AddAt(Exact(url, link.UrlSpan.Start), url, link.IsImage ? GlyphRole.Brace | GlyphRole.Solid : GlyphRole.Brace);
    }

    // A literal that begins with an escaped character spans the backslash too, so its place is counted from its end.
    private void AddLiteral(LiteralInline literal, GlyphRole role)
    {
        ReadOnlySpan<char> content = literal.Content.AsSpan();
        int first = _glyphs.Count;
        AddAt(Nearest(content, literal.Span.End + 1 - content.Length), content, role);
        if (literal.IsFirstCharacterEscaped && first < _glyphs.Count)
            _glyphs[first] = _glyphs[first] with { Role = GlyphRole.Visible };
    }

    private void AddTag(HtmlInline html)
    {
        int start = html.Tag.Contains('\n') ? Exact(html.Tag, html.Span.Start) : Nearest(html.Tag, html.Span.Start);
        if (start >= 0)
            AddHtml(new(start, start + html.Tag.Length - 1));
    }

    /// <summary>Adds text that stands at a place of the source; without a place it is text that a reader sees and nothing more.</summary>
    private void AddAt(int start, ReadOnlySpan<char> text, GlyphRole role)
    {
        GlyphRole placed = start >= 0 ? role : role & ~(GlyphRole.Bracket | GlyphRole.Brace);
        for (int i = 0; i < text.Length; i++)
            _glyphs.Add(new(text[i], Math.Max(start, 0) + i, placed));
    }

    // Markdig's places are wrong in some blocks (after a tab behind the hashes of a heading), and a wrong place would be overwritten
    // when a template is filled: so each is compared with the source, and text that stands there unchanged is searched for.
    private int Nearest(ReadOnlySpan<char> text, int claimed)
    {
        int exact = Exact(text, claimed);
        int length = Math.Min(Math.Min(span.End + 1, source.Length) - _cursor, text.Length + Nearby);
        int at = exact >= 0 || length <= 0 ? -1 : source.AsSpan(_cursor, length).IndexOf(text);
        return at < 0 ? exact : Exact(text, _cursor + at);
    }

    private int Exact(ReadOnlySpan<char> text, int claimed)
    {
        bool isInside = claimed >= _cursor && claimed + text.Length <= Math.Min(span.End + 1, source.Length);
        if (!isInside || !source.AsSpan(claimed, text.Length).SequenceEqual(text))
            return -1;
        _cursor = claimed + text.Length;
        return claimed;
    }

    private void AddAs(string text, int offset, GlyphRole role)
    {
        for (int i = 0; i < text.Length; i++)
            _glyphs.Add(new(text[i], offset + i, role));
    }

    private void AddSource(SourceSpan part, GlyphRole role)
    {
        for (int i = Math.Max(part.Start, 0); i <= part.End && i < source.Length; i++)
            _glyphs.Add(new(source[i], i, role));
    }

    private void AddHtml(SourceSpan part)
    {
        foreach ((Range range, HtmlPart kind) in HtmlParts.Of(source, part.Start, Math.Min(part.End + 1, source.Length)))
            if (kind == HtmlPart.Comment)
                _comments.Add(range);
            else
                AddSource(new(range.Start.Value, range.End.Value - 1), kind == HtmlPart.Tag ? GlyphRole.Brace : GlyphRole.Text);
    }
}
