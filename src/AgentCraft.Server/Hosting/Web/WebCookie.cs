using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace AgentCraft.Server.Hosting.Web;

/// <summary>The cookie of a browser: 256 random bits that mean something to this server only. It ends with the browser.</summary>
internal static class WebCookie
{
    private const string Name = "agentcraft";
    private const string Secured = "__Host-"; // A browser takes such a name only with Secure, for this very host.

    private static readonly int Length = Base64Url.GetEncodedLength(32);

    /// <summary>What the browser sends; null when that is nothing of ours.</summary>
    public static string? Of(HttpContext context) =>
        (context.Request.Cookies[Secured + NameOf(context)] ?? context.Request.Cookies[NameOf(context)]) is { } value && value.Length == Length && Base64Url.IsValid(value) ? value : null;

    /// <summary>A new one, which the answer sets.</summary>
    public static string Renew(HttpContext context)
    {
        string value = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        context.Response.Cookies.Append(IsSecure(context.Request) ? Secured + NameOf(context) : NameOf(context), value, Options(context.Request));
        return value;
    }

    /// <summary>Takes it from the browser.</summary>
    public static void Delete(HttpContext context)
    {
        context.Response.Cookies.Delete(NameOf(context), Options(context.Request));
        if (IsSecure(context.Request))
            context.Response.Cookies.Delete(Secured + NameOf(context), Options(context.Request));
    }

    // Cookies do not tell ports apart, and two projects may be served on one machine.
    private static string NameOf(HttpContext context) => $"{Name}-{context.Connection.LocalPort}";

    private static CookieOptions Options(HttpRequest request) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = IsSecure(request), Path = "/", IsEssential = true };

    // Whoever lies here harms himself only: his browser will not send the cookie back.
    private static bool IsSecure(HttpRequest request) => request.IsHttps
        || request.Headers["X-Forwarded-Proto"].ToString().Split(',')[0].Trim().Equals("https", StringComparison.OrdinalIgnoreCase)
        || request.Headers.Origin.ToString().StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}
