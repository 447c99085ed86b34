using System.Net;
using AgentCraft.Data;

namespace AgentCraft.Server.Hosting;

/// <summary>Where the HTTP server listens, and whether other machines can reach it there.</summary>
internal sealed record ListenAddress
{
    private const string Example = "http://127.0.0.1:7717";

    private ListenAddress(IPAddress? address, int port, string? name = null) => (Address, Port, Name) = (address, port, name);

    /// <summary>The loopback address; null for <c>localhost</c>, which is both of IPv4 and of IPv6.</summary>
    public IPAddress? Address { get; }

    /// <summary>Only this machine can reach it.</summary>
    public bool IsLoopback => Name is null && (Address is null || IPAddress.IsLoopback(Address));

    /// <summary>What was given instead of an address; it leads elsewhere, or anywhere.</summary>
    private string? Name { get; }

    /// <summary>0 for any that is free.</summary>
    public int Port { get; }

    /// <summary>Reads a URL such as <c>http://127.0.0.1:7717</c>; the path of the MCP endpoint may follow.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c></exception>
    public static ListenAddress Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0)
            throw Invalid($"'{url}' is no URL to listen on.");
        if (uri.Scheme == Uri.UriSchemeHttps)
            throw Invalid("The server speaks plain http. For https put a proxy before it that ends TLS.");
        if (uri.Scheme != Uri.UriSchemeHttp || uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.AbsolutePath is not ("/" or HttpHost.McpPath))
            throw Invalid($"'{url}' must be just http://, an address and a port.");
        if (uri.HostNameType == UriHostNameType.Dns)
            return uri.Host == "localhost" ? new(uri.Port == 0 ? IPAddress.Loopback : null, uri.Port) : new(null, uri.Port, uri.Host);
        return new(IPAddress.Parse(uri.DnsSafeHost), uri.Port);
    }

    /// <summary>Refuses a name: which of its addresses would be meant?</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c></exception>
    public void RequireAddress()
    {
        if (Name is not null)
            throw Invalid($"'{Name}' is a name, and the server listens on addresses: http://0.0.0.0:7717 is all of this machine's.");
    }

    private static AgentCraftException Invalid(string message) =>
        new(ErrorCodes.InvalidArgument, message, $"Use --url {Example}, or the setting http.url.");
}
