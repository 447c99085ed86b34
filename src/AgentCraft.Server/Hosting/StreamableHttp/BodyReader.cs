using System.Buffers;
using System.IO.Pipelines;
using AgentCraft.Data.Configuration;
using Microsoft.AspNetCore.Http;

namespace AgentCraft.Server.Hosting.StreamableHttp;

/// <summary>Reads the bodies of requests, none of them longer, slower or for longer than the settings say.</summary>
internal sealed class BodyReader(HttpSettings settings)
{
    private const int FirstBuffer = 16 << 10;

    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2);

    // The shared pool keeps arrays of every size for every thread: a flood of large bodies would leave hundreds of megabytes behind.
    private static readonly ArrayPool<byte> Buffers = ArrayPool<byte>.Create(maxArrayLength: 8 << 20, maxArraysPerBucket: 4);

    /// <summary>
    /// The body, in memory of a pool that <paramref name="use"/> may read until it returns; or why there is none; or neither, when nobody
    /// is there any more to be told.
    /// </summary>
    public async Task<(T? Read, HttpRefusal? Refusal)> Read<T>(HttpContext context, Func<ReadOnlyMemory<byte>, (T?, HttpRefusal?)> use)
    {
        int maxBytes = settings.MaxBodyBytes;
        if (context.Request.ContentLength > maxBytes)
            return (default, TooLarge());
        byte[] buffer = Buffers.Rent(FirstBuffer);
        int length = 0;
        try
        {
            bool ended = await TryReadAll(context, TimeSpan.FromSeconds(settings.BodySeconds), part =>
            {
                if (length + part.Length > maxBytes)
                    return false;
                buffer = Grown(buffer, length, (int)part.Length);
                part.CopyTo(buffer.AsSpan(length));
                length += (int)part.Length;
                return true;
            });
            return ended ? use(buffer.AsMemory(0, length)) : (default, TooLarge());
        }
        catch (BadHttpRequestException broken)
        {
            return (default, broken.StatusCode == StatusCodes.Status408RequestTimeout
                ? TooSlow($"came slower than {settings.MinBodyRate} bytes a second (http.minBodyRate)", "http.minBodyRate") : new(broken.StatusCode, HttpRefusal.Forbidden, broken.Message));
        }
        catch (TimeoutException)
        {
            return (default, TooSlow($"took longer than {settings.BodySeconds} s (http.bodySeconds)", "http.bodySeconds"));
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            context.Abort();
            return default;
        }
        finally
        {
            Buffers.Return(buffer);
        }
    }

    /// <summary>
    /// Refuses a request whose body may not have been read. A connection that is closed while the client still sends is reset, and the
    /// client never sees the answer: so what it sends is thrown away for a while.
    /// </summary>
    public static async Task Refuse(HttpContext context, HttpRefusal refusal)
    {
        context.Response.Headers.Connection = "close";
        await refusal.Write(context);
        await context.Response.CompleteAsync();
        try
        {
            await TryReadAll(context, DrainLimit, _ => true);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or TimeoutException)
        {
            // Sent as much as it is going to.
        }
    }

    // Not a token but the pipe's own way to end a read in time: a read that a token has ended leaves Kestrel unable to finish the request.
    private static async Task<bool> TryReadAll(HttpContext context, TimeSpan limit, Func<ReadOnlySequence<byte>, bool> take)
    {
        PipeReader body = context.Request.BodyReader;
        await using Timer late = new(_ => body.CancelPendingRead(), null, limit, Timeout.InfiniteTimeSpan);
        while (true)
        {
            ReadResult read = await body.ReadAsync(context.RequestAborted);
            bool taken = take(read.Buffer);
            body.AdvanceTo(read.Buffer.End);
            if (read.IsCanceled)
                throw new TimeoutException();
            if (!taken || read.IsCompleted)
                return taken;
        }
    }

    private byte[] Grown(byte[] buffer, int length, int more)
    {
        if (length + more <= buffer.Length)
            return buffer;
        byte[] larger = Buffers.Rent((int)Math.Min(Math.Max(length * 4L, length + more), settings.MaxBodyBytes));
        buffer.AsSpan(0, length).CopyTo(larger);
        Buffers.Return(buffer);
        return larger;
    }

    private HttpRefusal TooLarge() => new(StatusCodes.Status413PayloadTooLarge, HttpRefusal.Forbidden,
        $"The body is larger than {settings.MaxBodyBytes} bytes (http.maxBodyBytes). A message has at most 1 MiB; keep what is larger in a file and send its path.")
    { Limit = "http.maxBodyBytes" };

    private static HttpRefusal TooSlow(string what, string limit) =>
        new(StatusCodes.Status408RequestTimeout, HttpRefusal.Forbidden, $"The body {what}. Send it again, over a better connection or in smaller parts.") { Limit = limit };
}
