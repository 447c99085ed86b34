using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using AgentCraft.Data;
using AgentCraft.Data.Audit;
using AgentCraft.Server.Hosting.Authentication;
using AgentCraft.Server.Tools;
using Microsoft.AspNetCore.Http;

namespace AgentCraft.Server.Hosting.Web;

/// <summary>
/// Browsers that have signed in with a token. A session is kept in this process only, for <see cref="Life"/>, and is as good as its token:
/// revoked, rotated or expired it ends with the next request. Where names are taken on trust nobody signs in, and forms are checked all the same.
/// </summary>
internal sealed class WebSessions(Stores stores, Authenticator authenticator)
{
    /// <summary>The hidden field of every form.</summary>
    public const string FormField = "csrf";

    /// <summary>The same for what a script sends.</summary>
    public const string FormHeader = "X-CSRF-Token";

    /// <summary>How long one stays signed in.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(12);

    private const int Most = 1000;

    private readonly ConcurrentDictionary<string, SignedIn> _signedIn = new(StringComparer.Ordinal);
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>Who asks for a page. Sets the cookie where there is none, so it comes before anything is written.</summary>
    /// <exception cref="AgentCraftException">It cannot be found out: the store cannot be read.</exception>
    public async Task<WebVisitor> Of(HttpContext context)
    {
        string cookie = WebCookie.Of(context) ?? WebCookie.Renew(context);
        Principal? principal = await FindPrincipal(context, cookie);
        return new(principal, principal is null && await authenticator.IsNeeded(context.RequestAborted), FormToken(cookie));
    }

    /// <summary>Whether who asked for a page would still get it: what stays open, a stream, looks again now and then.</summary>
    public async Task<bool> IsStillGood(HttpContext context) =>
        (WebCookie.Of(context) is { } cookie && await FindPrincipal(context, cookie) is not null) || !await authenticator.IsNeeded(context.RequestAborted);

    /// <summary>Signs in with a token, under a new cookie; returns why not, or null.</summary>
    public async Task<string?> SignIn(HttpContext context, string token)
    {
        (Principal? principal, string? fault) = await authenticator.Identify(token.Trim(), RemoteOf(context), context.RequestAborted);
        RefusalAudit.Know(context);
        stores.Audit.Note(new("web_sign_in") { Principal = principal?.Source, Agent = principal?.Agent, IsRefused = principal is null, Remote = RemoteOf(context), Detail = fault });
        if (principal is null)
            return fault;
        Forget(context);
        MakeRoom();
        _signedIn[KeyOf(WebCookie.Renew(context))] = new(token.Trim(), stores.Databases.Time.GetTimestamp());
        return null;
    }

    /// <summary>Ends the session; the cookie is worth nothing any more.</summary>
    public void SignOut(HttpContext context)
    {
        Forget(context);
        WebCookie.Delete(context);
    }

    /// <summary>What a form of this browser must carry; of another, or of another run of the server, it differs.</summary>
    public bool IsFormToken(HttpContext context, string? token) => WebCookie.Of(context) is { } cookie && !string.IsNullOrEmpty(token)
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(FormToken(cookie)), Encoding.UTF8.GetBytes(token));

    /// <summary>Writes down that something was refused.</summary>
    public void Refused(HttpContext context, string why) =>
        RefusalAudit.Note(stores, context, new("web_request") { Target = context.Request.Path, Detail = why });

    private async Task<Principal?> FindPrincipal(HttpContext context, string cookie)
    {
        if (!_signedIn.TryGetValue(KeyOf(cookie), out SignedIn? session))
            return null;
        Principal? principal = stores.Databases.Time.GetElapsedTime(session.At) >= Life ? null
            : (await authenticator.Identify(session.Token, RemoteOf(context), context.RequestAborted)).Principal;
        if (principal is null)
            _signedIn.TryRemove(KeyOf(cookie), out _);
        return principal;
    }

    private void Forget(HttpContext context)
    {
        if (WebCookie.Of(context) is { } cookie)
            _signedIn.TryRemove(KeyOf(cookie), out _);
    }

    private void MakeRoom()
    {
        while (_signedIn.Count >= Most)
            _signedIn.TryRemove(_signedIn.MinBy(session => session.Value.At).Key, out _);
    }

    private string FormToken(string cookie) => Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes(cookie)));

    private static string KeyOf(string cookie) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(cookie)));

    private static string? RemoteOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString();

    /// <param name="Token">What was signed in with; it was sent to this process anyway, and must be looked at again.</param>
    /// <param name="At">When.</param>
    private sealed record SignedIn(string Token, long At)
    {
        public override string ToString() => "a session";
    }
}
