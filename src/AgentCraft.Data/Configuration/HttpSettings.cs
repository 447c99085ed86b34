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

    /// <summary>How deep a request's JSON may nest, 8 to 64.</summary>
    public int MaxJsonDepth { get; init; } = 64;

    /// <summary>How many connections there can be; one more is answered with 503. A session in use has two, a call and a stream.</summary>
    public int MaxConnections { get; init; } = 5000;

    /// <summary>Seconds within which a request's headers must have come.</summary>
    public int HeaderSeconds { get; init; } = 10;

    /// <summary>Seconds within which a request's body must have come.</summary>
    public int BodySeconds { get; init; } = 30;

    /// <summary>Bytes a second that a body must come with, after its first five seconds; 0 for any.</summary>
    public int MinBodyRate { get; init; } = 240;

    /// <summary>
    /// Requests a second that one caller may send in the long run, else 429: the agent of a token, without tokens a connection. 0 for any number.
    /// </summary>
    public int RequestsPerSecond { get; init; } = 1000;

    /// <summary>How many requests one caller may send at once, before <see cref="RequestsPerSecond"/> counts.</summary>
    public int RequestBurst { get; init; } = 5000;

    /// <summary>How many waits for messages one agent may have open at once.</summary>
    public int MaxWaits { get; init; } = 1000;

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
