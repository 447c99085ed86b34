namespace AgentCraft.Testing;

/// <summary>Cuts a stream of bytes into lines, in one growing buffer and with blocking reads: the caller gives it a thread.</summary>
internal static class Lines
{
    private const int InitialSize = 64 * 1024;

    /// <summary>What to do with a line, without its end; the bytes are valid during the call only.</summary>
    public delegate void Handler(ReadOnlySpan<byte> line);

    /// <summary>Reads to the end; returns the bytes after the last line end, which a killed process leaves behind.</summary>
    public static byte[] Read(Stream stream, Handler handle)
    {
        byte[] buffer = new byte[InitialSize];
        int filled = 0;
        while (true)
        {
            if (filled == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
            int count = stream.Read(buffer, filled, buffer.Length - filled);
            if (count == 0)
                return buffer[..filled];
            filled = Deliver(buffer, filled, filled + count, handle);
        }
    }

    // Only the new part is searched, or a line of many megabytes would cost its square.
    private static int Deliver(byte[] buffer, int searched, int filled, Handler handle)
    {
        int start = 0;
        while (buffer.AsSpan(searched, filled - searched).IndexOf((byte)'\n') is var length and >= 0)
        {
            int end = searched + length;
            handle(buffer.AsSpan(start, end - start).TrimEnd((byte)'\r'));
            start = searched = end + 1;
        }
        if (start > 0)
            buffer.AsSpan(start, filled - start).CopyTo(buffer);
        return filled - start;
    }
}
