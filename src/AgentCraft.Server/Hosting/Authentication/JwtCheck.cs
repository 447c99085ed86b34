using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Tokens;
using AgentCraft.Server.Tools;

namespace AgentCraft.Server.Hosting.Authentication;

/// <summary>
/// Looks at JSON Web Tokens of the issuer that the settings name: signed (RS256 or ES256, nothing else), by it, for us, now. What is wrong
/// with one is said without repeating it.
/// </summary>
internal sealed class JwtCheck(AuthSettings settings, TimeProvider time)
{
    private const int Skew = 60;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private readonly IssuerKeys _keys = new(settings.Issuer, time);

    /// <summary>The principal that the token speaks for; or why it is not taken.</summary>
    /// <exception cref="AgentCraftException">The issuer's keys cannot be read.</exception>
    public async Task<(Principal? Principal, string? Fault)> Verify(string text, CancellationToken cancellationToken)
    {
        string[] parts = text.Split('.');
        if (parts.Length != 3 || Read(parts[0]) is not { ValueKind: JsonValueKind.Object } header || Read(parts[1]) is not { ValueKind: JsonValueKind.Object } claims
            || Decode(parts[2]) is not { Length: > 0 } signature)
            return (null, "The token is no signed JSON Web Token.");
        if (header.TryGetProperty("crit", out _) || TextOf(header, "alg") is not ("RS256" or "ES256"))
            return (null, "The token is not signed by RS256 or ES256.");
        // Before a key is looked for: strangers must not make us ask the issuer.
        if (TextOf(claims, "iss") != settings.Issuer)
            return (null, "The token is of another issuer.");
        if (!IsForUs(claims))
            return (null, "The token is for another audience.");
        if (TimeFault(claims) is { } late)
            return (null, late);
        byte[] signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        if (!await _keys.Verify(TextOf(header, "kid"), TextOf(header, "alg")!, signed, signature, cancellationToken))
            return (null, "The token's signature is not the issuer's.");
        return Speaker(claims);
    }

    private (Principal?, string?) Speaker(JsonElement claims)
    {
        string? agent = settings.AgentClaim.Length > 0 ? TextOf(claims, settings.AgentClaim) : TextOf(claims, "agent") ?? TextOf(claims, "sub");
        if (agent is null || NameOf(agent) is not { } name)
            return (null, "The token names no agent.");
        TokenScope? scope = ScopesOf(claims).Max();
        return scope is null ? (null, "The token has none of the scopes read, agent, admin.") : (new(name, scope.Value, TextOf(claims, "sub") ?? name), null);
    }

    private static string? NameOf(string text)
    {
        try
        {
            return AgentName.Parse(text).Value;
        }
        catch (AgentCraftException)
        {
            return null;
        }
    }

    private bool IsForUs(JsonElement claims) => claims.TryGetProperty("aud", out JsonElement audience) && audience.ValueKind switch
    {
        JsonValueKind.String => audience.GetString() == settings.Audience,
        JsonValueKind.Array => audience.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.GetString() == settings.Audience),
        _ => false,
    };

    private string? TimeFault(JsonElement claims)
    {
        double now = time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        if (NumberOf(claims, "exp") is not { } end)
            return "The token has no end.";
        if (end + Skew <= now)
            return "The token has expired.";
        if (claims.TryGetProperty("nbf", out _) && !(NumberOf(claims, "nbf") - Skew <= now))
            return "The token is not good yet.";
        return null;
    }

    /// <summary>Standard is a text with blanks between; some issuers send a list, or call it <c>scp</c>.</summary>
    private static IEnumerable<TokenScope?> ScopesOf(JsonElement claims) =>
        from claim in new[] { "scope", "scp" }
        where claims.TryGetProperty(claim, out _)
        let value = claims.GetProperty(claim)
        from text in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!) : TextOf(claims, claim)?.Split(' ') ?? []
        let word = text.StartsWith("agentcraft:", StringComparison.Ordinal) ? text["agentcraft:".Length..] : text
        where word is "read" or "agent" or "admin"
        select (TokenScope?)Enum.Parse<TokenScope>(word, ignoreCase: true);

    private static string? TextOf(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static double? NumberOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number) ? number : null;

    private static JsonElement? Read(string part)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(Decode(part) ?? [], Strict);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[]? Decode(string part)
    {
        try
        {
            return part.Length > 0 && Base64Url.IsValid(part) ? Base64Url.DecodeFromChars(part) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
