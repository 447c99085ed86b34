namespace AgentCraft.Data.Handovers;

/// <summary>What a Markdown document is made of: front matter, sections, and the placeholders that are still open.</summary>
public sealed class MarkdownOutline
{
    private readonly Lazy<ILookup<string, OutlineSection>> _byFull;
    private readonly Lazy<ILookup<string, OutlineSection>> _byBrief;

    internal MarkdownOutline(string text, OutlineReader read)
    {
        Text = text;
        FrontMatter = read.FrontMatter;
        Sections = read.Sections;
        Slots = read.Slots;
        FrontMatterEnd = read.FrontMatterEnd;
        Content = read.Content;
        Citations = read.Citations;
        OpenBoxes = read.OpenBoxes;
        Placeholders = [.. Slots.Select(slot => new Placeholder(OneLine.Of(text.AsSpan()[slot.Start..slot.End]), read.Lines.LineOf(slot.Start)))];
        _byFull = new(() => Sections.ToLookup(section => section.Key.Full));
        _byBrief = new(() => Sections.ToLookup(section => section.Key.Brief));
    }

    /// <summary>The document as it was read: without a byte order mark, and as Markdown wants it, U+FFFD for NUL.</summary>
    public string Text { get; }

    /// <summary>The YAML between the dashes at the beginning, without them; null when there is none.</summary>
    public string? FrontMatter { get; }

    /// <summary>The document without its front matter.</summary>
    public string Body => Text[FrontMatterEnd..].TrimStart('\r', '\n');

    /// <summary>The sections in order. Headings inside quotes, lists, code and comments begin none.</summary>
    public IReadOnlyList<OutlineSection> Sections { get; }

    /// <summary>Every open <c>{{name}}</c> and <c>[Text like this]</c>, in order. Links, images, task boxes, footnotes, citation
    /// numbers, code, comments and YAML lists are none.</summary>
    public IReadOnlyList<Placeholder> Placeholders { get; }

    /// <summary>True when something is written, headings apart; false for a document of headings, comments and placeholders only.</summary>
    public bool HasContent => Content.IsWritten;

    /// <summary>How much is written in all.</summary>
    internal Content Content { get; }

    /// <summary>What it names in <c>code</c> and in links, in order.</summary>
    internal IReadOnlyList<Citation> Citations { get; }

    /// <summary>The text of each task box that is not ticked, with its line.</summary>
    internal IReadOnlyList<(string Text, int Line)> OpenBoxes { get; }

    internal IReadOnlyList<Slot> Slots { get; }

    internal int FrontMatterEnd { get; }

    /// <summary>Reads a document; any text is one, an empty one has no sections.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_text</c> when it is nested or marked up beyond what can be read in about a
    /// second.</exception>
    public static MarkdownOutline Parse(string markdown)
    {
        string text = markdown.TrimStart('\uFEFF').Replace('\0', '\uFFFD');
        return new(text, OutlineReader.Read(text, MarkdownSyntax.Document(text)));
    }

    /// <summary>The first section with this heading, compared as <see cref="HeadingKey"/> does; null when absent.</summary>
    public OutlineSection? Find(string heading) => FindAll(heading).FirstOrDefault();

    /// <summary>The sections with this heading: those with just these words, else those that differ by a remark in parentheses.</summary>
    public IReadOnlyList<OutlineSection> FindAll(string heading)
    {
        HeadingKey key = HeadingKey.Of(heading);
        if (_byFull.Value.Contains(key.Full))
            return [.. _byFull.Value[key.Full]];
        return [.. _byFull.Value[key.Brief].Concat(_byBrief.Value[key.Full]).Distinct().OrderBy(section => section.BodyStart)];
    }

    /// <summary>The placeholders in a part of the source.</summary>
    internal IEnumerable<Placeholder> PlaceholdersIn(OutlineSection section) =>
        Slots.Zip(Placeholders).Where(pair => section.Contains(pair.First.Start)).Select(pair => pair.Second);
}
