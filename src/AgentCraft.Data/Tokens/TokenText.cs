using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AgentCraft.Data.Tokens;

/// <summary>The text of a token: <c>agc_</c> and 256 random bits in Base64url.</summary>
internal static class TokenText
{
    /// <summary>How every token begins.</summary>
    public const string Prefix = "agc_";

    private const int Shown = 8;
    private static readonly int Length = Prefix.Length + Base64Url.GetEncodedLength(32);

    public static string New() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>It may be one of ours.</summary>
    public static bool IsLikeOne(string text) => text.Length == Length && text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>SHA-256, hexadecimal. The token is random, so it needs no salt and no slow hash.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>In a time that does not depend on where they differ.</summary>
    public static bool AreEqual(string hash, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hash), Encoding.ASCII.GetBytes(other));

    public static string Beginning(string token) => token[..Shown];

    public static string End(string token) => token[^4..];
}
