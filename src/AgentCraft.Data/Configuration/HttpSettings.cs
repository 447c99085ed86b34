namespace AgentCraft.Data.Configuration;

/// <summary>The section <c>http</c>.</summary>
public sealed record HttpSettings
{
    /// <summary>
    /// Where the server listens: an address that other machines can reach only when callers must show who they are. Nothing is
    /// registered for port 7717, and no system gives it out by itself. Port 0 takes a free one.
    /// </summary>
    public string Url { get; init; } = "http://127.0.0.1:7717";

    /// <summary>The longest body of a request, in bytes; a longer one is refused with 413.</summary>
    public int MaxBodyBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>How many sessions there can be; one more ends the one that has been idle longest.</summary>
    public int MaxSessions { get; init; } = 2000;

    /// <summary>Minutes without a request or an open stream after which a session is ended.</summary>
    public double IdleMinutes { get; init; } = 240;

    /// <summary>Seconds between two comments on an open stream, so that nothing between client and server takes it for dead.</summary>
    public int KeepAliveSeconds { get; init; } = 15;

    /// <summary>Names in the <c>Host</c> header that are taken besides localhost and loopback addresses.</summary>
    public string[] AllowedHosts { get; init; } = [];

    /// <summary>Origins, such as <c>https://ide.example</c>, whose pages may call besides those of this machine.</summary>
    public string[] AllowedOrigins { get; init; } = [];
}
