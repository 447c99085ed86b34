using Microsoft.AspNetCore.Http;

namespace AgentCraft.Server.Hosting.Web;

/// <summary>What every answer tells a browser: run nothing but our own files, show it in no frame, keep nothing.</summary>
internal static class SecurityHeaders
{
    /// <summary>No inline script or style, nothing of another origin.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Middleware, the first of all. An answer that may be kept, such as a script of ours, sets its own <c>Cache-Control</c>.</summary>
    public static Task Add(HttpContext context, RequestDelegate next)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin"; // With no-referrer browsers send Origin: null even from our own forms.
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        return next(context);
    }
}
