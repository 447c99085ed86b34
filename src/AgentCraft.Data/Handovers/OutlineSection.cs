namespace AgentCraft.Data.Handovers;

/// <summary>A heading of a document and the text under it.</summary>
public sealed class OutlineSection
{
    private readonly string _source;

    internal OutlineSection(string source, string heading, int level, int line)
    {
        (_source, Heading, Level, Line) = (source, heading, level, line);
        Key = HeadingKey.Of(heading);
    }

    /// <summary>The heading's text without markup: <c>🎯 This Session Goal</c>.</summary>
    public string Heading { get; }

    /// <summary>1 to 6.</summary>
    public int Level { get; }

    /// <summary>Line of the heading, from 1.</summary>
    public int Line { get; }

    /// <summary>The Markdown under the heading up to the next heading of its level or above: subsections are part of it.</summary>
    public string Body => _source[BodyStart..End].Trim('\r', '\n');

    /// <summary>The Markdown under the heading up to the next heading of any level.</summary>
    public string OwnText => _source[BodyStart..OwnEnd].Trim('\r', '\n');

    /// <summary>
    /// True when something is written there, subsections included: words, code or an image. Headings, HTML comments, placeholders,
    /// rules and bare punctuation are not content.
    /// </summary>
    public bool HasContent => Content.IsWritten;

    /// <summary>How much is written there, subsections included.</summary>
    internal Content Content { get; set; }

    internal HeadingKey Key { get; }

    /// <summary>True when a line of dashes or equals signs under the text makes it a heading, perhaps unintended.</summary>
    internal bool IsUnderlined { get; init; }

    internal int HeadingStart { get; init; }

    internal int BodyStart { get; init; }

    internal int OwnEnd { get; set; }

    internal int End { get; set; }

    /// <summary>The section around this one; null at the top.</summary>
    internal OutlineSection? Parent { get; init; }

    /// <summary>HTML comments in the heading and its own text, as places in the source.</summary>
    internal List<Range> Comments { get; } = [];

    internal bool Contains(int offset) => offset >= BodyStart && offset < End;
}
