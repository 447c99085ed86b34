namespace AgentCraft.Server.Hosting;

/// <summary>
/// One line of input without its line ending, in the reader's own memory: gone with the next read. Of a line over the limit only the
/// first and the last bytes are there.
/// </summary>
internal readonly ref struct Line
{
    private const byte CarriageReturn = (byte)'\r';

    /// <summary>A line that is there in full.</summary>
    public Line(ReadOnlySpan<byte> bytes)
    {
        Bytes = WithoutCarriageReturn(bytes);
        Length = Bytes.Length;
    }

    /// <summary>A line of <paramref name="length"/> bytes that was too long to keep.</summary>
    public Line(ReadOnlySpan<byte> beginning, ReadOnlySpan<byte> ending, long length, int limit)
    {
        Bytes = beginning;
        Ending = WithoutCarriageReturn(ending);
        Length = length - (ending.Length - Ending.Length);
        Limit = limit;
    }

    /// <summary>The line, or no more than its beginning if it is too long.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>The last bytes of a line that is too long; else empty.</summary>
    public ReadOnlySpan<byte> Ending { get; }

    /// <summary>How many bytes the whole line had.</summary>
    public long Length { get; }

    /// <summary>How many it may have; known only of a line that is too long, else 0.</summary>
    public int Limit { get; }

    public bool IsTooLong => Limit > 0;

    public bool IsBlank => !IsTooLong && Bytes.Trim(" \t\r"u8).IsEmpty;

    private static ReadOnlySpan<byte> WithoutCarriageReturn(ReadOnlySpan<byte> bytes) =>
        bytes is [.., CarriageReturn] ? bytes[..^1] : bytes;
}
