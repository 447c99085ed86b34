using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using AgentCraft.Data;

namespace AgentCraft.Server.Hosting.Authentication;

/// <summary>
/// The keys of an issuer, by its metadata (OpenID Connect Discovery, else RFC 8414). Read by the first token, again every ten minutes,
/// and for a key that is not known, which is how an issuer changes keys; but not more often than every ten seconds, whatever strangers send
/// and however the issuer fares.
/// </summary>
internal sealed class IssuerKeys(string issuer, TimeProvider time)
{
    private const int SmallestModulus = 2048 / 8;
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(10), Pause = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
    {
        Timeout = TimeSpan.FromSeconds(5), MaxResponseContentBufferSize = 1024 * 1024,
    };

    private readonly SemaphoreSlim _gate = new(1, 1);
    private IReadOnlyList<JsonElement>? _keys;
    private long _readAt;
    private long? _triedAt;

    /// <summary>Whether a key of the issuer made this signature.</summary>
    /// <param name="id">Which key, by the token's header; null tries all of the kind.</param>
    /// <param name="algorithm"><c>RS256</c> or <c>ES256</c>: a key serves only the one that it is of.</param>
    /// <param name="signed">What was signed.</param>
    /// <param name="signature">The signature.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="AgentCraftException">There are no keys.</exception>
    public async Task<bool> Verify(string? id, string algorithm, byte[] signed, byte[] signature, CancellationToken cancellationToken)
    {
        IReadOnlyList<JsonElement> keys = await Get(GoodFor, cancellationToken);
        JsonElement[] matching = Matching(keys, id, algorithm);
        if (matching.Any(key => IsSignature(key, algorithm, signed, signature)))
            return true;
        // A new key, unless the one that the token names is there: then its signature is wrong.
        return (matching.Length == 0 || id is null) && await Get(Pause, cancellationToken) is var newer && newer != keys
            && Matching(newer, id, algorithm).Any(key => IsSignature(key, algorithm, signed, signature));
    }

    private static JsonElement[] Matching(IReadOnlyList<JsonElement> keys, string? id, string algorithm) =>
        [.. keys.Where(key => (id is null || TextOf(key, "kid") == id) && TextOf(key, "kty") == (algorithm == "RS256" ? "RSA" : "EC")
            && TextOf(key, "use") is null or "sig" && (TextOf(key, "alg") ?? algorithm) == algorithm)];

    private async Task<IReadOnlyList<JsonElement>> Get(TimeSpan age, CancellationToken cancellationToken)
    {
        if (_keys is { } known && time.GetElapsedTime(Volatile.Read(ref _readAt)) < age)
            return known;
        await _gate.WaitAsync(cancellationToken);
        try
        {
            bool isTooSoon = _triedAt is { } tried && time.GetElapsedTime(tried) < Pause;
            if (_keys is { } read && (time.GetElapsedTime(_readAt) < age || isTooSoon))
                return read;
            if (isTooSoon)
                throw Unreadable();
            _triedAt = time.GetTimestamp();
            // Not the caller's token: one who hangs up must not cost the others ten seconds.
            IReadOnlyList<JsonElement> keys = await Read(CancellationToken.None);
            Volatile.Write(ref _readAt, time.GetTimestamp());
            return _keys = keys;
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or TaskCanceledException)
        {
            // An issuer that is away for a while has not changed its mind.
            return _keys ?? throw Unreadable(failure);
        }
        finally
        {
            _gate.Release();
        }
    }

    private static AgentCraftException Unreadable(Exception? failure = null) =>
        new(ErrorCodes.AddressUnavailable, "The keys of auth.issuer cannot be read.", "Look at the issuer's address.", retryable: true, inner: failure);

    private async Task<IReadOnlyList<JsonElement>> Read(CancellationToken cancellationToken)
    {
        JsonElement? metadata = null;
        string root = issuer.TrimEnd('/');
        Uri address = new(issuer);
        foreach (string where in new[] { $"{root}/.well-known/openid-configuration", $"{address.GetLeftPart(UriPartial.Authority)}/.well-known/oauth-authorization-server{address.AbsolutePath.TrimEnd('/')}" })
            metadata ??= await TryGet(where, cancellationToken);
        // Metadata of somebody else is how keys get swapped.
        if (metadata is not { } found || TextOf(found, "issuer") != issuer || TextOf(found, "jwks_uri") is not { } keys
            || !Uri.TryCreate(keys, UriKind.Absolute, out Uri? uri) || !(uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)))
            throw new HttpRequestException("The issuer's metadata is not its own, or names no keys.");
        return await TryGet(keys, cancellationToken) is { } set && set.TryGetProperty("keys", out JsonElement list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(key => key.ValueKind == JsonValueKind.Object)] : throw new HttpRequestException("The issuer has no keys.");
    }

    private async Task<JsonElement?> TryGet(string url, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _http.GetAsync(url, cancellationToken);
        if (!response.IsSuccessStatusCode)
            return null;
        JsonElement json = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        return json.ValueKind == JsonValueKind.Object ? json : null;
    }

    private static bool IsSignature(JsonElement key, string algorithm, byte[] signed, byte[] signature)
    {
        try
        {
            if (algorithm == "ES256")
                return IsEllipticSignature(key, signed, signature);
            byte[] modulus = Bytes(key, "n");
            if (modulus.Length < SmallestModulus)
                return false;
            using RSA rsa = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = Bytes(key, "e") });
            return rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (Exception broken) when (broken is CryptographicException or FormatException or ArgumentException)
        {
            return false;
        }
    }

    private static bool IsEllipticSignature(JsonElement key, byte[] signed, byte[] signature)
    {
        if (TextOf(key, "crv") != "P-256")
            return false;
        using ECDsa curve = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new() { X = Bytes(key, "x"), Y = Bytes(key, "y") } });
        return curve.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static byte[] Bytes(JsonElement key, string name) => Base64Url.DecodeFromChars(TextOf(key, name) ?? "");

    private static string? TextOf(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
