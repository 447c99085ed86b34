using Markdig.Extensions.Yaml;
using Markdig.Syntax;

namespace AgentCraft.Data.Handovers;

/// <summary>Walks Markdig's tree once, in the order of the text, and gathers what an outline holds.</summary>
internal sealed class OutlineReader
{
    private readonly string _source;
    private readonly List<OutlineSection> _sections = [];
    private readonly List<Slot> _slots = [];
    private readonly List<(string Text, int Line)> _openBoxes = [];
    private OutlineSection? _current;

    private OutlineReader(string source) => (_source, Lines) = (source, new SourceLines(source));

    public SourceLines Lines { get; }

    public IReadOnlyList<OutlineSection> Sections => _sections;

    public IReadOnlyList<Slot> Slots => _slots;

    public IReadOnlyList<(string Text, int Line)> OpenBoxes => _openBoxes;

    public string? FrontMatter { get; private set; }

    public int FrontMatterEnd { get; private set; }

    public Content Content { get; private set; }

    public IReadOnlyList<Citation> Citations { get; private set; } = [];

    /// <summary>Reads the tree of <paramref name="source"/>.</summary>
    public static OutlineReader Read(string source, MarkdownDocument document)
    {
        OutlineReader reader = new(source);
        // Markdig keeps link definitions apart from where they stand, hence the sort.
        foreach (LeafBlock leaf in document.Descendants<LeafBlock>().OrderBy(leaf => leaf.Span.Start))
            reader.Take(leaf);
        reader.Close(0, source.Length);
        reader.Citations = [.. Citation.All(document, reader.Lines)];
        return reader;
    }

    private void Take(LeafBlock leaf)
    {
        BlockGlyphs text = BlockGlyphs.Of(leaf, _source);
        if (leaf is HtmlBlock { Parent: MarkdownDocument, Type: HtmlBlockType.InterruptingBlock } && TakeHtml(leaf, text))
            return;
        IReadOnlyList<Slot> slots = PlaceholderScan.Of(text.Glyphs);
        _slots.AddRange(slots);
        if (leaf is YamlFrontMatterBlock)
            TakeFrontMatter(leaf);
        else if (leaf is HeadingBlock { Parent: MarkdownDocument } heading)
            Open(text.Visible(), heading.Level, heading.Span.Start, Lines.NextLine(heading.IsSetext ? heading.Span.End : heading.Span.Start), heading.IsSetext);
        else if (ContentOf(slots, text.Glyphs) is { IsWritten: true } content)
            TakeText(leaf, content, text);
        _current?.Comments.AddRange(text.Comments);
    }

    /// <summary>A block of HTML with headings: what stands between them is each one's text. False for a block without.</summary>
    private bool TakeHtml(LeafBlock block, BlockGlyphs text)
    {
        int from = block.Span.Start, end = Math.Min(block.Span.End + 1, _source.Length);
        List<HtmlHeading> headings = [.. HtmlHeading.In(_source, from, end)];
        if (headings.Count == 0)
            return false;
        foreach (HtmlHeading heading in headings)
        {
            TakePart(text, from, heading.Start);
            List<Glyph> glyphs = Between(text, heading.Start, heading.End);
            _slots.AddRange(PlaceholderScan.Of(glyphs));
            string title = OneLine.Of(string.Concat(glyphs.Where(glyph => (glyph.Role & GlyphRole.Visible) != 0).Select(glyph => glyph.Char)));
            Open(title, heading.Level, heading.Start, BodyStart(heading.End), isUnderlined: false);
            from = heading.End;
        }
        TakePart(text, from, end);
        _current?.Comments.AddRange(text.Comments);
        return true;
    }

    /// <summary>The next line, unless text goes on in this one.</summary>
    private int BodyStart(int end) => Lines.NextLine(end - 1) is var next && _source.AsSpan(end, next - end).IsWhiteSpace() ? next : end;

    private void TakePart(BlockGlyphs text, int from, int to)
    {
        List<Glyph> glyphs = Between(text, from, to);
        IReadOnlyList<Slot> slots = PlaceholderScan.Of(glyphs);
        _slots.AddRange(slots);
        if (ContentOf(slots, glyphs) is { IsWritten: true } content)
            Add(content);
    }

    /// <summary>Those in a part of a block of HTML, in which they stand in the order of the source.</summary>
    private static List<Glyph> Between(BlockGlyphs text, int from, int to)
    {
        (int low, int high) = (0, text.Glyphs.Count);
        while (low < high)
            if ((low + high) / 2 is var middle && text.Glyphs[middle].Offset < from)
                low = middle + 1;
            else
                high = middle;
        List<Glyph> glyphs = [];
        for (; low < text.Glyphs.Count && text.Glyphs[low].Offset < to; low++)
            glyphs.Add(text.Glyphs[low]);
        return glyphs;
    }

    private void TakeText(LeafBlock leaf, Content content, BlockGlyphs text)
    {
        char? box = ListItem.Is(leaf) ? ListItem.BoxOf(leaf, _source) : null;
        Add(ListItem.Is(leaf) ? content with { ListItems = 1, TaskBoxes = box is null ? 0 : 1 } : content);
        if (box == ' ')
            _openBoxes.Add((text.Visible()[3..].Trim(), Lines.LineOf(leaf.Span.Start)));
    }

    private void TakeFrontMatter(LeafBlock block)
    {
        FrontMatterEnd = Lines.NextLine(block.Span.End);
        FrontMatter = string.Join('\n', Enumerable.Range(0, block.Lines.Count).Select(i => block.Lines.Lines[i].Slice.ToString()));
    }

    private void Open(string text, int level, int start, int bodyStart, bool isUnderlined)
    {
        Close(level, start);
        _current = new(_source, text, level, Lines.LineOf(start))
        {
            IsUnderlined = isUnderlined,
            HeadingStart = start,
            BodyStart = bodyStart,
            Parent = _current,
        };
        _sections.Add(_current);
    }

    /// <summary>Ends the open sections of a level and those within them; 0 ends all.</summary>
    private void Close(int level, int at)
    {
        if (_sections is [.., { } last])
            last.OwnEnd = at;
        for (; _current is not null && _current.Level >= level; _current = _current.Parent)
            _current.End = at;
    }

    private void Add(Content content)
    {
        Content += content;
        for (OutlineSection? section = _current; section is not null; section = section.Parent)
            section.Content += content;
    }

    private static Content ContentOf(IReadOnlyList<Slot> slots, IReadOnlyList<Glyph> glyphs)
    {
        int next = 0, words = 0;
        bool isWritten = false, inWord = false;
        for (int i = 0; i < glyphs.Count; i++)
        {
            while (next < slots.Count && slots[next].Last < i)
                next++;
            bool counts = !(next < slots.Count && slots[next].First <= i) && glyphs[i].IsContent;
            isWritten |= counts;
            bool isWordPart = counts && (char.IsLetterOrDigit(glyphs[i].Char) || char.IsSurrogate(glyphs[i].Char));
            words += isWordPart && !inWord ? 1 : 0;
            inWord = isWordPart || inWord && glyphs[i].Char is '\'' or '’';
        }
        return new(isWritten, words, 0, 0);
    }

    private static class ListItem
    {
        /// <summary>True for the first text of an item.</summary>
        public static bool Is(LeafBlock leaf) => leaf.Parent is ListItemBlock item && item[0] == leaf;

        /// <summary>What is in the task box at the beginning of the text; null when there is no box.</summary>
        public static char? BoxOf(LeafBlock leaf, string source) =>
            leaf.Span.Start is >= 0 and var start && start + 3 <= source.Length && source.AsSpan(start, 3) is ['[', ' ' or 'x' or 'X', ']'] ? source[start + 1] : null;
    }
}
