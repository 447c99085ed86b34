using Markdig.Extensions.Yaml;
using Markdig.Syntax;

namespace AgentCraft.Data.Handovers;

/// <summary>Walks Markdig's tree once, in the order of the text, and gathers what an outline holds.</summary>
internal sealed class OutlineReader
{
    private readonly string _source;
    private readonly List<OutlineSection> _sections = [];
    private readonly List<Slot> _slots = [];
    private OutlineSection? _current;

    private OutlineReader(string source) => (_source, Lines) = (source, new SourceLines(source));

    public SourceLines Lines { get; }

    public IReadOnlyList<OutlineSection> Sections => _sections;

    public IReadOnlyList<Slot> Slots => _slots;

    public string? FrontMatter { get; private set; }

    public int FrontMatterEnd { get; private set; }

    public bool HasContent { get; private set; }

    /// <summary>Reads the tree of <paramref name="source"/>.</summary>
    public static OutlineReader Read(string source, MarkdownDocument document)
    {
        OutlineReader reader = new(source);
        // Markdig keeps link definitions apart from where they stand, hence the sort.
        foreach (LeafBlock leaf in document.Descendants<LeafBlock>().OrderBy(leaf => leaf.Span.Start))
            reader.Take(leaf);
        reader.Close(0, source.Length);
        return reader;
    }

    private void Take(LeafBlock leaf)
    {
        BlockGlyphs text = BlockGlyphs.Of(leaf, _source);
        IReadOnlyList<Slot> slots = PlaceholderScan.Of(text.Glyphs);
        _slots.AddRange(slots);
        if (leaf is YamlFrontMatterBlock)
            TakeFrontMatter(leaf);
        else if (leaf is HeadingBlock { Parent: MarkdownDocument } heading)
            Open(heading, text.Visible());
        else if (HasContentOutside(slots, text.Glyphs))
            MarkWritten();
        _current?.Comments.AddRange(text.Comments);
    }

    private void TakeFrontMatter(LeafBlock block)
    {
        FrontMatterEnd = Lines.NextLine(block.Span.End);
        FrontMatter = string.Join('\n', Enumerable.Range(0, block.Lines.Count).Select(i => block.Lines.Lines[i].Slice.ToString()));
    }

    private void Open(HeadingBlock heading, string text)
    {
        int start = heading.Span.Start;
        Close(heading.Level, start);
        _current = new(_source, text, heading.Level, Lines.LineOf(start))
        {
            IsUnderlined = heading.IsSetext,
            BodyStart = Lines.NextLine(heading.IsSetext ? heading.Span.End : start),
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

    private void MarkWritten()
    {
        HasContent = true;
        for (OutlineSection? section = _current; section is { HasContent: false }; section = section.Parent)
            section.HasContent = true;
    }

    private static bool HasContentOutside(IReadOnlyList<Slot> slots, IReadOnlyList<Glyph> glyphs)
    {
        int next = 0;
        for (int i = 0; i < glyphs.Count; i++)
        {
            while (next < slots.Count && slots[next].Last < i)
                next++;
            bool inSlot = next < slots.Count && slots[next].First <= i;
            if (!inSlot && glyphs[i].IsContent)
                return true;
        }
        return false;
    }
}
