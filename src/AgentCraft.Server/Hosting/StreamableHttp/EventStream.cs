using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AgentCraft.Server.Hosting.StreamableHttp;

/// <summary>
/// The body of a response as a stream of events. While it is open, a comment goes out at intervals, between the events: the SDK writes
/// each of them with one call.
/// </summary>
internal sealed class EventStream : Stream
{
    private static readonly byte[] Comment = ": keep-alive\n\n"u8.ToArray();

    private readonly HttpResponse _response;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly CancellationTokenSource _closed = new();
    private readonly Task _keepingAlive;

    /// <summary>Sets the headers of the response; they are sent with the first event or flush.</summary>
    /// <param name="context">Whose response it is.</param>
    /// <param name="keepAlive">The interval of the comments.</param>
    /// <param name="headersAfter">When the headers are sent at the latest; null if somebody else sees to it.</param>
    public EventStream(HttpContext context, TimeSpan keepAlive, TimeSpan? headersAfter = null)
    {
        _response = context.Response;
        _response.ContentType = "text/event-stream";
        _response.Headers.CacheControl = "no-cache, no-store";
        _response.Headers["X-Accel-Buffering"] = "no";
        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        _keepingAlive = KeepAlive(keepAlive, headersAfter);
    }

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await _response.Body.WriteAsync(buffer, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Sends the headers, if they have not been; everything else is sent as it is written.</summary>
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (!_response.HasStarted)
                await _response.Body.FlushAsync(cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Chooses the status, if the headers have not been sent.</summary>
    public async ValueTask TrySetStatus(int status)
    {
        await _writing.WaitAsync();
        if (!_response.HasStarted)
            _response.StatusCode = status;
        _writing.Release();
    }

    /// <summary>Ends the comments. The response itself is the server's to end.</summary>
    public override async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await _keepingAlive;
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush() => throw new NotSupportedException();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    private async Task KeepAlive(TimeSpan interval, TimeSpan? headersAfter)
    {
        try
        {
            if (headersAfter is { } delay)
            {
                await Task.Delay(delay, _closed.Token);
                await FlushAsync(_closed.Token);
            }
            using PeriodicTimer timer = new(interval);
            while (await timer.WaitForNextTickAsync(_closed.Token))
                if (_response.HasStarted)
                    await WriteAsync(Comment, _closed.Token);
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException)
        {
            // Closed, or the client is gone, which the request itself notices.
        }
    }
}
