using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace AgentCraft.Server.Hosting.StreamableHttp;

/// <summary>Reads the bodies of requests, none of them longer than the limit nor for longer than <see cref="Patience"/>.</summary>
internal sealed class BodyReader(int maxBytes)
{
    private const int FirstBuffer = 16 << 10;

    /// <summary>How long a client may take to send a body. Whoever is slower holds memory for nothing.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2);

    // The shared pool keeps arrays of every size for every thread: a flood of large bodies would leave hundreds of megabytes behind.
    private static readonly ArrayPool<byte> Buffers = ArrayPool<byte>.Create(maxArrayLength: 8 << 20, maxArraysPerBucket: 4);

    /// <summary>The body, in memory of a pool that <paramref name="use"/> may read until it returns; or why there is none.</summary>
    public async Task<(T? Read, HttpRefusal? Refusal)> Read<T>(HttpContext context, Func<ReadOnlyMemory<byte>, (T?, HttpRefusal?)> use)
    {
        if (context.Request.ContentLength > maxBytes)
            return (default, TooLarge());
        using var slow = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        slow.CancelAfter(Patience);
        byte[] buffer = Buffers.Rent((int)Math.Min(context.Request.ContentLength + 1 ?? FirstBuffer, FirstBuffer));
        try
        {
            int length = 0, read;
            while ((read = await context.Request.Body.ReadAsync(buffer.AsMemory(length), slow.Token)) > 0)
            {
                length += read;
                if (length > maxBytes)
                    return (default, TooLarge());
                if (length == buffer.Length)
                    buffer = Grow(buffer, length);
            }
            return use(buffer.AsMemory(0, length));
        }
        catch (BadHttpRequestException broken)
        {
            return (default, new(broken.StatusCode, HttpRefusal.Forbidden, broken.Message));
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return (default, new(StatusCodes.Status408RequestTimeout, HttpRefusal.Forbidden, $"The body took longer than {Patience.TotalSeconds} s."));
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
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        end.CancelAfter(DrainLimit);
        try
        {
            await context.Request.Body.CopyToAsync(Stream.Null, end.Token);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // Sent as much as it is going to.
        }
    }

    private HttpRefusal TooLarge() => new(StatusCodes.Status413PayloadTooLarge, HttpRefusal.Forbidden,
        $"The body is larger than {maxBytes} bytes (http.maxBodyBytes). A message has at most 1 MiB; keep what is larger in a file and send its path.");

    private byte[] Grow(byte[] buffer, int length)
    {
        byte[] larger = Buffers.Rent((int)Math.Min(length * 4L, maxBytes + 1L));
        buffer.AsSpan(0, length).CopyTo(larger);
        Buffers.Return(buffer);
        return larger;
    }
}
