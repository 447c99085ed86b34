namespace AgentCraft.Data.Handovers;

/// <summary>Which line an offset lies on. A line ends with LF, CR LF or CR, as in Markdown.</summary>
internal sealed class SourceLines
{
    private readonly string _source;
    private readonly List<int> _starts = [0];

    public SourceLines(string source)
    {
        _source = source;
        for (int i = 0; i < source.Length; i++)
            if (source[i] == '\n' || source[i] == '\r' && (i + 1 == source.Length || source[i + 1] != '\n'))
                _starts.Add(i + 1);
    }

    /// <summary>The line of an offset, from 1.</summary>
    public int LineOf(int offset)
    {
        int found = _starts.BinarySearch(offset);
        return found >= 0 ? found + 1 : ~found;
    }

    /// <summary>Where the line after the one of <paramref name="offset"/> begins; the end of the text after the last.</summary>
    public int NextLine(int offset)
    {
        int line = LineOf(offset);
        return line < _starts.Count ? _starts[line] : _source.Length;
    }
}
