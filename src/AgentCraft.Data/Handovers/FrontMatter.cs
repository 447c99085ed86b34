using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AgentCraft.Data.Handovers;

/// <summary>What the YAML between the dashes says. It is read event by event: nothing is expanded, however it is nested or repeated.</summary>
internal sealed class FrontMatter
{
    private const int LargestLength = 64 * 1024;
    // The dashes are the first line of the document.
    private const int LinesBefore = 1;

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.OrdinalIgnoreCase);

    private FrontMatter() { }

    /// <summary>What is wrong with it; null when it is valid.</summary>
    public string? Fault { get; private set; }

    /// <summary>Where that is in the document.</summary>
    public int? FaultLine { get; private set; }

    /// <summary>Reads the front matter of a document; what comes before a mistake counts.</summary>
    public static FrontMatter Of(MarkdownOutline document)
    {
        FrontMatter read = new();
        string text = document.FrontMatter ?? "";
        if (text.Length > LargestLength)
            (read.Fault, read.FaultLine) = ($"it has {text.Length:N0} characters, more than {LargestLength:N0}", 1);
        else
            read.Read(text);
        return read;
    }

    /// <summary>The text of a key at the top; empty for a list or an object, null when there is no such key.</summary>
    public string? Find(string key) => _entries.GetValueOrDefault(key)?.Text;

    /// <summary>True when the value of a key is a list or an object that is not empty.</summary>
    public bool HoldsMore(string key) => _entries.GetValueOrDefault(key) is { HoldsMore: true };

    /// <summary>Where a key stands in the document.</summary>
    public int? LineOf(string key) => _entries.GetValueOrDefault(key)?.Line;

    private void Read(string text)
    {
        try
        {
            Parser parser = new(new StringReader(text));
            int depth = 0;
            Entry? open = null;
            while (parser.MoveNext())
                Take(parser.Current!, ref depth, ref open);
        }
        catch (YamlException broken)
        {
            Fault = OneLine.Short(broken.Message, 160).TrimEnd('.');
            FaultLine = (int)broken.Start.Line + LinesBefore;
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException or FormatException)
        {
            // The parser loses its way in some texts instead of refusing them.
            (Fault, FaultLine) = (OneLine.Short(failure.Message, 160).TrimEnd('.'), 1);
        }
    }

    // Depth 1 is inside the object at the top: there keys and values take turns.
    private void Take(ParsingEvent parsed, ref int depth, ref Entry? open)
    {
        int line = (int)parsed.Start.Line + LinesBefore;
        if (depth == 0 && parsed is (Scalar or SequenceStart))
            (Fault, FaultLine) = ("it must be keys with values, as in 'title: …'", line);
        else if (depth > 1 && open is not null)
            open.HoldsMore |= parsed is Scalar or MappingStart or SequenceStart or AnchorAlias;
        else if (depth == 1 && parsed is not MappingEnd)
            TakeTop(parsed, line, ref open);
        depth += parsed switch { MappingStart or SequenceStart => 1, MappingEnd or SequenceEnd => -1, _ => 0 };
        if (depth == 1 && parsed is (MappingEnd or SequenceEnd))
            open = null;
    }

    private void TakeTop(ParsingEvent parsed, int line, ref Entry? open)
    {
        if (open is null)
        {
            open = new Entry(line);
            if (parsed is Scalar key)
                _entries[key.Value] = open;
            return;
        }
        open.Text = parsed is Scalar value ? value.Value : "";
        if (parsed is not (MappingStart or SequenceStart))
            open = null;
    }

    private sealed record Entry(int Line)
    {
        public string Text { get; set; } = "";
        public bool HoldsMore { get; set; }
    }
}
