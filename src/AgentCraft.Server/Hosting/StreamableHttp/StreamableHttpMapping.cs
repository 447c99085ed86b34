using AgentCraft.Data.Configuration;
using AgentCraft.Server.Hosting.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Hosting.StreamableHttp;

/// <summary>
/// The MCP endpoint over Streamable HTTP, in every revision that the SDK speaks: what <c>MapMcp</c> of the package
/// ModelContextProtocol.AspNetCore does. See DESIGN.md one folder up.
/// </summary>
internal sealed class StreamableHttpMapping(
    McpServerOptions options, HttpSettings settings, ILoggerFactory logs, CancellationToken stopping, Limits limits, Authenticator? authenticator = null) : IAsyncDisposable
{
    private readonly BodyReader _bodies = new(settings);
    private readonly HttpSessions _sessions = new(options, settings, TimeProvider.System, logs);
    private readonly StatelessRequests _stateless = new(options, TimeSpan.FromSeconds(settings.KeepAliveSeconds), logs);
    private int _streams;

    /// <summary>How many sessions there are.</summary>
    public int SessionCount => _sessions.Count;

    /// <summary>How many GET streams are open.</summary>
    public int StreamCount => Volatile.Read(ref _streams);

    /// <summary>A message from a client.</summary>
    public async Task Post(HttpContext context)
    {
        if (PostedMessage.CheckHeaders(context.Request) is { } refusal)
        {
            await BodyReader.Refuse(context, refusal);
            return;
        }
        (JsonRpcMessage? message, HttpRefusal? unread) = await _bodies.Read(context, body => PostedMessage.Parse(body, settings.MaxJsonDepth));
        if (unread is not null)
        {
            limits.Note(context, unread);
            await BodyReader.Refuse(context, unread);
        }
        else if (message is null)
            return;
        else if (ProtocolHeaders.Check(context.Request, message, options.ToolCollection ?? []) is { } wrong)
            await wrong.Write(context);
        else if (authenticator?.CheckScope(context, message) is { } insufficient)
            await insufficient.Write(context);
        else if (ProtocolHeaders.IsStateless(context.Request))
            await _stateless.Post(context, message);
        else if (message is JsonRpcRequest { Method: RequestMethods.Initialize })
            await Initialize(context, message);
        else if (FindSession(context, PostedMessage.IdOf(message), out HttpRefusal? unknown) is { } session)
            await session.Post(context, message);
        else
            await unknown!.Write(context);
    }

    /// <summary>A stream for what answers no request.</summary>
    public async Task Get(HttpContext context)
    {
        if (ProtocolHeaders.CheckVersion(context.Request) is { } unknownVersion)
            await unknownVersion.Write(context);
        else if (ProtocolHeaders.IsStateless(context.Request))
            await HttpRefusal.MethodNotAllowed(context, "This revision has no GET: post subscriptions/listen instead.");
        else if (PostedMessage.CheckAcceptsEvents(context.Request) is { } refusal)
            await refusal.Write(context);
        else if (FindSession(context, default, out HttpRefusal? unknown) is { } session)
            await Listen(context, session);
        else
            await unknown!.Write(context);
    }

    /// <summary>The end of a session.</summary>
    public async Task Delete(HttpContext context)
    {
        if (ProtocolHeaders.CheckVersion(context.Request) is { } unknownVersion)
            await unknownVersion.Write(context);
        else if (ProtocolHeaders.IsStateless(context.Request))
            await HttpRefusal.MethodNotAllowed(context, "This revision has no sessions that could be ended.");
        else if (FindSession(context, default, out HttpRefusal? unknown) is { } session)
            await _sessions.End(session);
        else
            await unknown!.Write(context);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _sessions.DisposeAsync();

    private async Task Listen(HttpContext context, HttpSession session)
    {
        Interlocked.Increment(ref _streams);
        try
        {
            await session.Get(context, stopping);
        }
        finally
        {
            Interlocked.Decrement(ref _streams);
        }
    }

    // A session begins with a request that succeeds; a stale id in its header is no reason to refuse a client that begins anew.
    private async Task Initialize(HttpContext context, JsonRpcMessage message)
    {
        if (ProtocolVersions.WithoutHandshake(message) is { } version)
        {
            await HttpRefusal.BadRequest($"Revision {version} has no initialize: send requests with _meta, beginning with server/discover.",
                McpErrorCode.UnsupportedProtocolVersion, PostedMessage.IdOf(message)).Write(context);
            return;
        }
        if (_sessions.TryOpen(Authenticator.PrincipalOf(context)?.Key, out IDisposable? opening) is not { } session)
        {
            context.Response.Headers.RetryAfter = "10";
            HttpRefusal full = new(StatusCodes.Status503ServiceUnavailable, HttpRefusal.Forbidden,
                $"There are {settings.MaxSessions} sessions (http.maxSessions), all in use. Try again in a while.", PostedMessage.IdOf(message))
            { Limit = "http.maxSessions" };
            limits.Note(context, full);
            await full.Write(context);
            return;
        }
        using IDisposable? open = opening;
        bool begun = false;
        try
        {
            await session.Post(context, message, first =>
            {
                if (begun = first is not JsonRpcError)
                    context.Response.Headers[ProtocolHeaders.SessionId] = session.Id;
                else
                    context.Response.StatusCode = StatusCodes.Status400BadRequest;
                return default;
            });
        }
        catch (Exception broken) when (!begun && broken is System.Text.Json.JsonException or InvalidOperationException)
        {
            await HttpRefusal.BadRequest("params are not those of initialize.", McpErrorCode.InvalidParams, PostedMessage.IdOf(message)).Write(context);
        }
        finally
        {
            if (!begun || !session.HasBegun)
                await _sessions.End(session);
        }
    }

    /// <summary>Another principal's session is as unknown as one that never was.</summary>
    private HttpSession? FindSession(HttpContext context, RequestId requestId, out HttpRefusal? refusal)
    {
        string id = context.Request.Headers[ProtocolHeaders.SessionId].ToString();
        HttpSession? session = id.Length == 0 ? null : _sessions.Find(id, Authenticator.PrincipalOf(context)?.Key);
        refusal = id.Length == 0 ? HttpRefusal.BadRequest($"{ProtocolHeaders.SessionId} is missing: begin with initialize, which returns one.", id: requestId)
            : session is null ? HttpRefusal.UnknownSession(requestId) : null;
        return session;
    }
}
