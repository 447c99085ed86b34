namespace AgentCraft.Server.Hosting.StreamableHttp;

/// <summary>
/// What a session sends that answers no request. The SDK writes to it for as long as the session lives; the streams that clients open
/// with GET, lose and open again are attached to it. Each event goes to one of them, the newest.
/// </summary>
internal sealed class UnsolicitedStream : Stream
{
    private const int MostMissed = 100;

    private readonly List<EventStream> _attached = [];
    private readonly Queue<byte[]> _missed = [];
    private readonly SemaphoreSlim _gate = new(1);
    private bool _everAttached;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Sends what was missed since the last stream was lost, and from now on everything new.</summary>
    public async Task Attach(EventStream stream, CancellationToken cancellationToken)
    {
        await stream.FlushAsync(cancellationToken);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            for (; _missed.TryPeek(out byte[]? missed); _missed.Dequeue())
                await stream.WriteAsync(missed, cancellationToken);
            _attached.Add(stream);
            _everAttached = true;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The stream is gone, or going.</summary>
    public async Task Detach(EventStream stream)
    {
        await _gate.WaitAsync();
        _attached.Remove(stream);
        _gate.Release();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!await TrySend(buffer, cancellationToken))
                Keep(buffer);
        }
        finally
        {
            _gate.Release();
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush() => throw new NotSupportedException();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    private async Task<bool> TrySend(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        while (_attached.Count > 0)
        {
            try
            {
                await _attached[^1].WriteAsync(buffer, cancellationToken);
                return true;
            }
            catch (Exception broken) when (broken is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                _attached.RemoveAt(_attached.Count - 1);
            }
        }
        return false;
    }

    // Nobody is owed what was sent before the first GET. What a client missed while it was reconnecting is kept, the newest of it.
    private void Keep(ReadOnlyMemory<byte> buffer)
    {
        if (!_everAttached)
            return;
        if (_missed.Count == MostMissed)
            _missed.Dequeue();
        _missed.Enqueue(buffer.ToArray());
    }
}
