namespace AgentCraft.Data.Transfer;

/// <summary>A file of lines, read as often as is needed, never whole.</summary>
internal sealed class ImportFile : IDisposable
{
    /// <summary>More than any row of ours takes: contents are at most some MiB.</summary>
    public const int LongestLine = 64 * 1024 * 1024;

    private const int FirstBuffer = 256 * 1024;

    private readonly FileStream _file;

    private ImportFile(string name, FileStream file) => (Name, _file) = (name, file);

    /// <summary>For messages.</summary>
    public string Name { get; }

    /// <summary>In bytes.</summary>
    public long Length => _file.Length;

    /// <exception cref="AgentCraftException"><c>not_found</c></exception>
    public static ImportFile Open(string path, string? shown = null)
    {
        try
        {
            return new(shown ?? Path.GetFileName(path), new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AgentCraftException(ErrorCodes.NotFound, $"{path} cannot be read: {failure.Message}", "Name a file that agentcraft export wrote.", inner: failure);
        }
    }

    /// <summary>Its lines from the first, each without its end, valid until the next. A last line without an end is told apart.</summary>
    /// <exception cref="AgentCraftException"><c>payload_too_large</c> for a line that no export writes</exception>
    public IEnumerable<ImportLine> Lines()
    {
        _file.Position = 0;
        byte[] buffer = new byte[FirstBuffer];
        int begin = 0, end = 0;
        long line = 0, place = 0;
        while (true)
        {
            int length = buffer.AsSpan(begin, end - begin).IndexOf((byte)'\n');
            if (length >= 0)
            {
                place += length + 1;
                yield return new(++line, buffer.AsMemory(begin, length), place, IsWhole: true);
                begin += length + 1;
                continue;
            }
            if (end - begin >= LongestLine)
                throw new AgentCraftException(ErrorCodes.PayloadTooLarge, $"{Name}, line {line + 1}: it is longer than {LongestLine / 1024 / 1024} MiB.", "No export has such a line. Nothing was changed.");
            (buffer, begin, end) = Fill(buffer, begin, end, out int read);
            if (read > 0)
                continue;
            if (end > begin)
                yield return new(++line, buffer.AsMemory(begin, end - begin), place + end - begin, IsWhole: false);
            yield break;
        }
    }

    public void Dispose() => _file.Dispose();

    private (byte[] Buffer, int Begin, int End) Fill(byte[] buffer, int begin, int end, out int read)
    {
        int kept = end - begin;
        byte[] next = kept > buffer.Length / 2 ? new byte[buffer.Length * 2] : buffer;
        buffer.AsSpan(begin, kept).CopyTo(next);
        read = _file.Read(next.AsSpan(kept));
        return (next, 0, kept + read);
    }
}

/// <summary>A line.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Bytes">Without its end.</param>
/// <param name="Place">Where in the file the next one begins.</param>
/// <param name="IsWhole">It has an end.</param>
internal readonly record struct ImportLine(long Number, ReadOnlyMemory<byte> Bytes, long Place, bool IsWhole);
