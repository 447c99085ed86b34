using System.Net;
using AgentCraft.Data;

namespace AgentCraft.Server.Hosting;

/// <summary>Where the HTTP server listens. It can only be made of an address that other machines cannot reach.</summary>
internal sealed record ListenAddress
{
    private const string Example = "http://127.0.0.1:7717";

    private ListenAddress(IPAddress? address, int port) => (Address, Port) = (address, port);

    /// <summary>The loopback address; null for <c>localhost</c>, which is both of IPv4 and of IPv6.</summary>
    public IPAddress? Address { get; }

    /// <summary>0 for any that is free.</summary>
    public int Port { get; }

    /// <summary>Reads a URL such as <c>http://127.0.0.1:7717</c>; the path of the MCP endpoint may follow.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c>, or <c>not_allowed</c> for an address that is not loopback.</exception>
    public static ListenAddress Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0)
            throw Invalid($"'{url}' is no URL to listen on.");
        if (uri.Scheme == Uri.UriSchemeHttps)
            throw Invalid("The server speaks plain http: it listens on this machine only, where nothing passes through a network.");
        if (uri.Scheme != Uri.UriSchemeHttp || uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.AbsolutePath is not ("/" or HttpHost.McpPath))
            throw Invalid($"'{url}' must be just http://, an address and a port.");
        if (uri.HostNameType == UriHostNameType.Dns)
            return uri.Host == "localhost" ? new(uri.Port == 0 ? IPAddress.Loopback : null, uri.Port) : throw NotLoopback(url);
        IPAddress address = IPAddress.Parse(uri.DnsSafeHost);
        return IPAddress.IsLoopback(address) ? new(address, uri.Port) : throw NotLoopback(url);
    }

    private static AgentCraftException Invalid(string message) =>
        new(ErrorCodes.InvalidArgument, message, $"Use --url {Example}, or the setting http.url.");

    private static AgentCraftException NotLoopback(string url) => new(ErrorCodes.NotAllowed,
        $"{url} can be reached from other machines. There is no authentication yet, so anybody there could read and write this project's memory.",
        $"Use --url {Example}. From another machine, forward the port: ssh -L 7717:127.0.0.1:7717 HOST.");
}
