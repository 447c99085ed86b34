using System.Net;
using AgentCraft.Data;
using AgentCraft.Data.Configuration;
using AgentCraft.Server.Hosting.StreamableHttp;
using Microsoft.AspNetCore.Http;

namespace AgentCraft.Server.Hosting;

/// <summary>
/// Lets through only requests that were meant for this machine. A web page anywhere can make a browser here send requests to loopback,
/// and a foreign name can be made to resolve to it (DNS rebinding); both show in <c>Origin</c> or <c>Host</c>.
/// </summary>
internal sealed class RequestChecks(HttpSettings settings)
{
    private const int LongestShown = 80;

    /// <summary>Middleware: answers 403, or goes on.</summary>
    public Task Check(HttpContext context, RequestDelegate next) =>
        Fault(context) is { } fault
            ? new HttpRefusal(StatusCodes.Status403Forbidden, HttpRefusal.Forbidden, fault).Write(context)
            : next(context);

    /// <summary>The page is of this server: its origin is what the browser asked for. Behind a proxy the scheme is the outer one's.</summary>
    public static bool IsOwnOrigin(HttpRequest request, string? origin) => Origin(origin) is { } page
        && Uri.TryCreate($"{page.Scheme}://{request.Host}", UriKind.Absolute, out Uri? own) && own.Authority.Equals(page.Authority, StringComparison.OrdinalIgnoreCase);

    private string? Fault(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (!IsAllowedHost(request.Host.Host) && !IsOwnAddress(request.Host.Host, context.Connection.LocalIpAddress))
            return $"Host '{Shorten(request.Host.Value)}' is not allowed. Use localhost, or list the name in http.allowedHosts.";
        return request.Headers.Origin.All(IsAllowedOrigin) || IsOwnOrigin(request, request.Headers.Origin) ? null
            : $"Origin '{Shorten(request.Headers.Origin.ToString())}' is not allowed. A web page that may call is listed in http.allowedOrigins.";
    }

    private bool IsAllowedHost(string host) =>
        IsLoopback(host) || settings.AllowedHosts.Contains(host, StringComparer.OrdinalIgnoreCase);

    /// <summary>No name can be made to resolve to an address that is not a name.</summary>
    private static bool IsOwnAddress(string host, IPAddress? own) =>
        own is not null && IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && address.Equals(own.IsIPv4MappedToIPv6 ? own.MapToIPv4() : own);

    private bool IsAllowedOrigin(string? origin) =>
        settings.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase) || (Origin(origin) is { } page && IsLoopback(page.Host));

    // Several origins in one header, or "null", are no absolute URL of a web page.
    private static Uri? Origin(string? origin) => Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
        && string.Equals(origin, uri.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase) ? uri : null;

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));

    private static string Shorten(string? text) => Text.Shown(text ?? "", LongestShown);
}
