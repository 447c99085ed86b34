namespace AgentCraft.Data.Configuration;

/// <summary>The section <c>auth</c>: whose tokens are taken over HTTP besides our own. From environment or command line only.</summary>
public sealed record AuthSettings
{
    /// <summary>The URL of an OAuth authorization server whose JSON Web Tokens are taken; empty for none.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>What such a token's <c>aud</c> must name: this server, best by the URL of its MCP endpoint.</summary>
    public string Audience { get; init; } = "";

    /// <summary>The claim that names the agent; empty for <c>agent</c>, or <c>sub</c> where there is none.</summary>
    public string AgentClaim { get; init; } = "";
}
