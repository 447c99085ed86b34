using System.Text.Json.Serialization;

namespace AgentCraft.Data.Tokens;

/// <summary>What somebody with a token may do; each scope includes those before it.</summary>
[JsonConverter(typeof(SnakeCaseEnum<TokenScope>))]
public enum TokenScope
{
    /// <summary>Call tools that only read.</summary>
    Read,
    /// <summary>Work as the agent: all tools but those of administration and those that destroy.</summary>
    Agent,
    /// <summary>Everything, what destroys with an explicit <c>confirm</c>.</summary>
    Admin,
}

/// <summary>A token as it is kept: never the text itself.</summary>
public sealed record Token
{
    internal long Seq { get; init; }
    [JsonIgnore]
    internal string Hash { get; init; } = "";
    /// <summary>Its id, for <c>revoke</c> and <c>rotate</c>.</summary>
    public string Id { get; init; } = "";
    /// <summary>The agent that it stands for; null when that is gone.</summary>
    public string? Agent { get; init; }
    /// <summary>That agent's id.</summary>
    public string? AgentId { get; init; }
    /// <summary>What it allows.</summary>
    public TokenScope Scope { get; init; }
    /// <summary>How the token begins.</summary>
    public string Prefix { get; init; } = "";
    /// <summary>How it ends.</summary>
    public string LastFour { get; init; } = "";
    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }
    /// <summary>When it ends; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
    /// <summary>When it was last used, to the minute; null for never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
    /// <summary>When it was revoked; null when it was not.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Why it is refused now; null when it is good.</summary>
    public string? Fault(DateTimeOffset now) => RevokedAt is not null ? "The token was revoked."
        : ExpiresAt <= now ? "The token has expired."
        : Agent is null ? "The token's agent is gone." : null;
}

/// <summary>A token that was just made.</summary>
/// <param name="Secret">The token itself: shown now and never again.</param>
/// <param name="Token">What is kept of it.</param>
public sealed record CreatedToken([property: JsonPropertyName("token")] string Secret, [property: JsonPropertyName("details")] Token Token)
{
    /// <summary>Shows no secret, wherever it is printed.</summary>
    public override string ToString() => $"{Token.Prefix}…{Token.LastFour}";
}

/// <summary>A wish for a token.</summary>
/// <param name="Agent">The name of the agent that it stands for; registered if need be.</param>
/// <param name="Scope">What it allows.</param>
/// <param name="Lifetime">How long it lives; null for ever.</param>
public sealed record NewToken(string Agent, TokenScope Scope, TimeSpan? Lifetime = null);
