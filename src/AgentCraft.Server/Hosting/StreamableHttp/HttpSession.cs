using System.Threading.Channels;
using AgentCraft.Server.Tools;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Hosting.StreamableHttp;

/// <summary>
/// A client of a revision with sessions: one server, which lives from its <c>initialize</c> until it is ended, and the requests and
/// streams that are open on it.
/// </summary>
internal sealed class HttpSession
{
    private readonly StreamableHttpServerTransport _transport;
    private readonly ClientConnection _connection = new();
    private readonly McpServer _server;
    private readonly UnsolicitedStream _unsolicited = new();
    private readonly CancelledRequests _cancelled = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly TimeSpan _keepAlive;
    private readonly TimeProvider _time;
    private readonly Task _running;
    private long _idleSince;
    private int _open;

    /// <summary>Starts the server; it waits for <c>initialize</c>.</summary>
    public HttpSession(string id, McpServerOptions options, TimeSpan keepAlive, TimeProvider time, ILoggerFactory logs)
    {
        (Id, _keepAlive, _time) = (id, keepAlive, time);
        _idleSince = time.GetTimestamp();
        _transport = new(logs) { SessionId = id };
        _server = _connection.Server = McpServer.Create(_transport, options, logs, _connection);
        _running = _server.RunAsync(_ended.Token);
        // The transport takes one GET in its life, so it gets one that lasts as long.
        _ = Unobserved(_transport.HandleGetRequestAsync(_unsolicited, _ended.Token));
    }

    /// <summary>What clients put into <c>Mcp-Session-Id</c>.</summary>
    public string Id { get; }

    /// <summary>Whose it is, by <see cref="Principal.Key"/>; null where names are taken on trust.</summary>
    public string? Owner { get; init; }

    /// <summary>Its client has shaken hands.</summary>
    public bool HasBegun => _server.NegotiatedProtocolVersion is not null;

    /// <summary>How long nothing has been open on it; null while something is. A call that waits counts as open.</summary>
    public TimeSpan? IdleFor => Volatile.Read(ref _open) > 0 ? null : _time.GetElapsedTime(Volatile.Read(ref _idleSince));

    /// <summary>Serves a POST: a request until its response has been sent, anything else at once.</summary>
    public async Task Post(HttpContext context, JsonRpcMessage message, Func<JsonRpcMessage?, ValueTask>? onResponseStarting = null)
    {
        using var open = Open();
        using var post = new Post(context, message);
        if (message is not JsonRpcRequest request)
        {
            await Accept(context, message, post.Ended);
            return;
        }
        _cancelled.Add(request.Id, post.Source);
        await using EventStream events = new(context, _keepAlive);
        try
        {
            await _transport.HandlePostRequestAsync(message, events, onResponseStarting, post.Ended);
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException)
        {
            // The client has cancelled it or is gone, or the session has ended: there is no response to wait for.
        }
        catch (Exception ended) when (ended is ObjectDisposedException or ChannelClosedException)
        {
            // It was found just before it ended.
            if (!context.Response.HasStarted)
                await HttpRefusal.UnknownSession(request.Id).Write(context);
        }
        finally
        {
            _cancelled.Remove(request.Id, post.Source);
        }
    }

    /// <summary>Serves a GET: a stream for what answers no request, until the client leaves, the session ends or the server stops.</summary>
    public async Task Get(HttpContext context, CancellationToken stopping)
    {
        using var open = Open();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _ended.Token, stopping);
        await using EventStream events = new(context, _keepAlive);
        try
        {
            await _unsolicited.Attach(events, end.Token);
            await Task.Delay(Timeout.InfiniteTimeSpan, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The usual end of such a stream.
        }
        finally
        {
            await _unsolicited.Detach(events);
        }
    }

    /// <summary>Ends everything that is open on it. Returns when its handlers have ended.</summary>
    public async Task End()
    {
        _connection.Dispose();
        await _transport.DisposeAsync();
        await _ended.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Unobserved(_running);
        await _server.DisposeAsync();
    }

    private async Task Accept(HttpContext context, JsonRpcMessage message, CancellationToken cancellationToken)
    {
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        try
        {
            await _transport.HandlePostRequestAsync(message, Stream.Null, cancellationToken);
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or ChannelClosedException)
        {
            // The session has just ended, and with it everything that the message could concern.
        }
        _cancelled.Heed(message);
    }

    private static async Task Unobserved(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Something is open on it until the result is disposed.</summary>
    public IDisposable Open()
    {
        Interlocked.Increment(ref _open);
        return new Activity(this);
    }

    private sealed class Activity(HttpSession session) : IDisposable
    {
        // The time first: a session must not look idle since the beginning of what has just ended.
        public void Dispose()
        {
            Volatile.Write(ref session._idleSince, session._time.GetTimestamp());
            Interlocked.Decrement(ref session._open);
        }
    }
}
