namespace AgentCraft.Server.Hosting;

/// <summary>
/// Splits a stream of bytes into lines. It holds one line at most, and never more of it than the limit: what is longer is thrown away
/// as it streams past. For one thread.
/// </summary>
/// <param name="input">Is read synchronously and not disposed.</param>
/// <param name="maxLineBytes">The limit for a line without its ending. Asked only when a line reaches <see cref="AlwaysAllowed"/>, and
/// again as it grows, so that a start needs no configuration; a smaller limit counts as that one.</param>
internal sealed class LineReader(Stream input, Func<int> maxLineBytes)
{
    /// <summary>Every line may have this many bytes, whatever the limit.</summary>
    internal const int AlwaysAllowed = 1 << 20;

    private const byte Newline = (byte)'\n';
    private const int SmallBuffer = 16 << 10;
    private const int LargestKeptBuffer = 256 << 10;
    private const int KeptBeginning = 4 << 10;
    private const int KeptEnding = 1 << 10;
    private const int LargestLimit = 1 << 30;

    private byte[] _buffer = new byte[SmallBuffer];
    private int _start;
    private int _end;
    private int _limit;
    private bool _begun;

    /// <summary>Waits for the next line. False at the end of the stream; what comes before it without a newline is a line too.</summary>
    public bool TryRead(out Line line)
    {
        ReleaseGiant();
        int searched = _start, newline;
        while ((newline = _buffer.AsSpan(searched, _end - searched).IndexOf(Newline)) < 0)
        {
            bool overflows = _end == _buffer.Length && !MakeRoom();
            searched = _end;
            if (overflows || !Fill())
            {
                line = overflows ? Discard() : Take(_end);
                return overflows || line.Length > 0;
            }
        }
        line = Take(searched + newline);
        return true;
    }

    private bool Fill()
    {
        int read = input.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }

    private Line Take(int end)
    {
        SkipByteOrderMark();
        ReadOnlySpan<byte> bytes = _buffer.AsSpan(_start, end - _start);
        _start = Math.Min(end + 1, _end);
        var line = new Line(bytes);
        return line.Length <= AlwaysAllowed || line.Length <= _limit
            ? line
            : new Line(bytes[..KeptBeginning], bytes[^KeptEnding..], bytes.Length, _limit);
    }

    // The buffer is full of this one line. From here on it only carries the stream past, behind the last bytes seen.
    private Line Discard()
    {
        SkipByteOrderMark();
        byte[] beginning = _buffer.AsSpan(_start, KeptBeginning).ToArray();
        long length = _end - _start;
        int newline = -1, from;
        do
        {
            from = KeepEnding();
            if (!Fill())
                break;
            newline = _buffer.AsSpan(from, _end - from).IndexOf(Newline);
            length += newline < 0 ? _end - from : newline;
        }
        while (newline < 0);
        int end = newline < 0 ? _end : from + newline;
        _start = Math.Min(end + 1, _end);
        return new Line(beginning, _buffer.AsSpan(end - KeptEnding, KeptEnding), length, _limit);
    }

    private int KeepEnding()
    {
        _buffer.AsSpan(_end - KeptEnding, KeptEnding).CopyTo(_buffer);
        _start = 0;
        return _end = KeptEnding;
    }

    private bool MakeRoom()
    {
        if (_start > 0)
        {
            MoveTo(_buffer);
            return true;
        }
        // Two more than the limit hold the longest line with its \r\n: a buffer full without a newline is one too long.
        int largest = _buffer.Length < AlwaysAllowed ? AlwaysAllowed : AskLimit() + 2;
        int size = (int)Math.Min(_buffer.Length * 2L, largest);
        if (size <= _buffer.Length)
            return false;
        Array.Resize(ref _buffer, size);
        return true;
    }

    private void ReleaseGiant()
    {
        if (_start == _end)
            _start = _end = 0;
        if (_buffer.Length > LargestKeptBuffer && _end - _start <= SmallBuffer)
            MoveTo(new byte[SmallBuffer]);
    }

    private void MoveTo(byte[] buffer)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(buffer);
        (_buffer, _start, _end) = (buffer, 0, _end - _start);
    }

    // Broken settings must not end the session: whoever needs them next says what is wrong with them.
    private int AskLimit()
    {
        try
        {
            return _limit = Math.Clamp(maxLineBytes(), AlwaysAllowed, LargestLimit);
        }
        catch (Exception)
        {
            return _limit = AlwaysAllowed;
        }
    }

    private void SkipByteOrderMark()
    {
        if (!_begun && _buffer.AsSpan(_start, _end - _start).StartsWith("\uFEFF"u8))
            _start += 3;
        _begun = true;
    }
}
