using AgentCraft.Data;
using AgentCraft.Data.Audit;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Tokens;
using AgentCraft.Server.Hosting.StreamableHttp;
using AgentCraft.Server.Tools;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using ModelContextProtocol.Protocol;

namespace AgentCraft.Server.Hosting.Authentication;

/// <summary>
/// Who calls: a bearer token of ours or, with the setting <c>auth.issuer</c>, a JSON Web Token of that issuer. See DESIGN.md one folder up.
/// </summary>
internal sealed class Authenticator(Stores stores, AuthSettings settings, ToolCatalog catalog)
{
    private const string InUrl = "access_token";
    private const string TokenBeginning = "agc_";
    private const int LongestToken = 16 * 1024;
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(500);

    private readonly JwtCheck? _issuer = settings.Issuer.Length == 0 ? null : new(settings, stores.Databases.Time);
    private bool _isReachable;

    /// <summary>Writes down who was refused.</summary>
    public RefusalAudit Refusals { get; } = new(stores);

    /// <summary>What RFC 9728 tells clients of this server; null without an issuer.</summary>
    public ResourceMetadata? Metadata { get; } = settings.Issuer.Length == 0 ? null : new(settings);

    /// <summary>Other machines can reach the server: it must never serve without authentication, whatever becomes of the tokens.</summary>
    /// <exception cref="AgentCraftException"><c>not_allowed</c> when there is no way to show who one is.</exception>
    public async Task ExpectStrangers(string url)
    {
        if (_issuer is null && !await stores.TokenCheck.Any())
            throw new AgentCraftException(ErrorCodes.NotAllowed,
                $"{url} can be reached from other machines, and there is no authentication yet, neither a token nor auth.issuer: anybody there could read and write this project's memory.",
                "Make one first: agentcraft token create --agent NAME --scope agent. Or stay on this machine: --url http://127.0.0.1:7717.");
        _isReachable = true;
    }

    /// <summary>Middleware: answers 400, 401 or 503, or goes on with a principal, or without one where none is needed.</summary>
    public async Task Check(HttpContext context, RequestDelegate next)
    {
        if (HasTokenInUrl(context.Request))
            await Refuse(context, StatusCodes.Status400BadRequest, "invalid_request", "A token does not belong into a URL, where logs and histories keep it: send it in the header Authorization.");
        else if (!context.Request.Path.StartsWithSegments(HttpHost.McpPath) && !context.Request.Path.StartsWithSegments(HttpHost.MetricsPath))
            await next(context);
        else
            await CheckCaller(context, next);
    }

    /// <summary>The tool that a message calls needs a wider scope: the answer, with its header set; else null.</summary>
    public HttpRefusal? CheckScope(HttpContext context, JsonRpcMessage message)
    {
        if (PrincipalOf(context) is not { } principal || message is not JsonRpcRequest { Method: RequestMethods.ToolsCall } request
            || PostedMessage.TextOf(PostedMessage.ParametersOf(message), "name") is not { } name || catalog.Find(name) is not { } tool || principal.May(tool))
            return null;
        AgentCraftException refusal = principal.CannotCall(tool);
        RefusalAudit.Note(stores, context, new(tool.Name) { Detail = refusal.Message });
        context.Response.Headers.WWWAuthenticate = Challenge(context, $"error=\"insufficient_scope\", scope=\"{Principal.Word(tool.Scope)}\"");
        return new(StatusCodes.Status403Forbidden, HttpRefusal.Forbidden, $"{refusal.Message} {refusal.Hint}", request.Id, ErrorCodes.InsufficientScope);
    }

    /// <summary>Whether callers must show who they are now.</summary>
    public async ValueTask<bool> IsNeeded(CancellationToken cancellationToken) => _isReachable || _issuer is not null || await stores.TokenCheck.Any(cancellationToken);

    /// <summary>
    /// Whose token this is, wherever the caller put it (a header, a form that signs in): a principal that may do what its scope says
    /// (<see cref="Principal.Scope"/>), or why the token is not taken. To be asked again for each request: tokens end.
    /// </summary>
    /// <exception cref="AgentCraftException">It cannot be found out now.</exception>
    public async Task<(Principal? Principal, string? Fault)> Identify(string text, string? remote, CancellationToken cancellationToken)
    {
        if (text.Length is 0 or > LongestToken)
            return (null, "There is no such token.");
        if (_issuer is not null && text.Contains('.'))
        {
            (Principal? principal, string? wrong) = await _issuer.Verify(text, cancellationToken);
            return (principal is null ? null : principal with { Remote = remote }, wrong);
        }
        (Token? token, string? fault) = await stores.TokenCheck.Verify(text, cancellationToken);
        return (token is null ? null : new(token.Agent!, token.Scope, token.Id, remote), fault);
    }

    /// <summary>Who sent this request; null where names are taken on trust.</summary>
    public static Principal? PrincipalOf(HttpContext context) => context.Items.TryGetValue(Principal.Item, out object? principal) ? (Principal?)principal : null;

    private async Task CheckCaller(HttpContext context, RequestDelegate next)
    {
        Principal? principal = null;
        try
        {
            // Who shows a good token is its agent, also before we have heard that there are any.
            (principal, string? fault) = await Identify(context);
            if (principal is not null || await IsNeeded(context.RequestAborted))
            {
                if (principal is null)
                {
                    await Refuse(context, StatusCodes.Status401Unauthorized, fault is null ? null : "invalid_token", fault ?? "This server wants to know who calls: send a token in the header Authorization: Bearer.");
                    return;
                }
                context.Items[Principal.Item] = principal;
            }
        }
        catch (AgentCraftException unknown)
        {
            await BodyReader.Refuse(context, new(StatusCodes.Status503ServiceUnavailable, HttpRefusal.Forbidden, $"It cannot be found out who calls. {unknown.Message}"));
            return;
        }
        if (principal is null)
            await next(context);
        else
            await ServeWhileGood(context, next);
    }

    /// <summary>Who the header says; a reason where it says something that is not good; neither where it says nothing.</summary>
    private async Task<(Principal? Principal, string? Fault)> Identify(HttpContext context)
    {
        StringValues headers = context.Request.Headers.Authorization;
        if (headers.Count > 1)
            return (null, "There is more than one header Authorization.");
        string header = headers.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return (null, null);
        return await Identify(header["Bearer ".Length..].Trim(), context.Connection.RemoteIpAddress?.ToString(), context.RequestAborted);
    }

    /// <summary>What is open for long, a wait or a stream, ends soon after its token does.</summary>
    private async Task ServeWhileGood(HttpContext context, RequestDelegate next)
    {
        using CancellationTokenSource served = new();
        Task watch = Watch(context, served.Token);
        try
        {
            await next(context);
        }
        finally
        {
            await served.CancelAsync();
            await watch;
        }
    }

    private async Task Watch(HttpContext context, CancellationToken served)
    {
        try
        {
            while (true)
            {
                await Task.Delay(LookAgain, served);
                if ((await Identify(context)).Principal is not null)
                    continue;
                context.Abort();
                return;
            }
        }
        catch (Exception end) when (end is OperationCanceledException or AgentCraftException)
        {
            // Served; or it cannot be found out, which the next request is told.
        }
    }

    private async Task Refuse(HttpContext context, int status, string? error, string message)
    {
        RefusalAudit.Note(stores, context, new("http_request") { Target = context.Request.Path, Detail = message });
        context.Response.Headers.WWWAuthenticate = Challenge(context, error is null ? null : $"error=\"{error}\", error_description=\"{message}\"");
        await BodyReader.Refuse(context, new(status, HttpRefusal.Forbidden, message));
    }

    private static bool HasTokenInUrl(HttpRequest request) => request.QueryString.HasValue
        && request.Query.Any(pair => pair.Key.Equals(InUrl, StringComparison.OrdinalIgnoreCase) || pair.Value.Any(value => value?.Contains(TokenBeginning, StringComparison.Ordinal) == true));

    private string Challenge(HttpContext context, string? parameters) =>
        "Bearer realm=\"agentcraft\"" + (parameters is null ? "" : ", " + parameters) + (Metadata is null ? "" : $", resource_metadata=\"{Metadata.UrlFor(context.Request)}\"");
}
