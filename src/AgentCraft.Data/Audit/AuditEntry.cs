namespace AgentCraft.Data.Audit;

/// <summary>Something that somebody did, or was kept from doing.</summary>
/// <param name="Action">A tool, or what was done otherwise: <c>token_created</c>, <c>http_request</c>.</param>
public sealed record AuditEntry(string Action)
{
    /// <summary>How it was known who called: a token's id, an issuer's subject. Null when it was not.</summary>
    public string? Principal { get; init; }
    /// <summary>The name of the agent that it stands for.</summary>
    public string? Agent { get; init; }
    /// <summary>What it was done to.</summary>
    public string? Target { get; init; }
    /// <summary>It was not allowed.</summary>
    public bool IsRefused { get; init; }
    /// <summary>The address that it came from.</summary>
    public string? Remote { get; init; }
    /// <summary>More, for a person. Never a secret.</summary>
    public string? Detail { get; init; }
}
