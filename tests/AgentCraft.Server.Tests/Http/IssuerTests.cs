using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Http;

/// <summary>JSON Web Tokens of an external issuer, and what tells clients of it.</summary>
public sealed class IssuerTests : IAsyncLifetime
{
    private const string Audience = "https://memory.example/mcp";

    private readonly TemporaryProject _project = new();
    private readonly RSA _rsa = RSA.Create(2048), _foreign = RSA.Create(2048);
    private readonly ECDsa _curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly HttpListener _issuer = new();
    private string _url = "";
    private HttpServer _server = null!;

    public async Task InitializeAsync()
    {
        _url = $"http://127.0.0.1:{FreePort()}";
        _issuer.Prefixes.Add(_url + "/");
        _issuer.Start();
        _ = Serve();
        _server = await HttpServer.Start(_project.Root, ["--setting", $"auth.issuer={_url}", "--setting", $"auth.audience={Audience}"]);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _issuer.Close();
        _project.Dispose();
    }

    [Fact]
    public async Task A_token_of_the_issuer_names_agent_and_scope()
    {
        foreach (string algorithm in new[] { "RS256", "ES256" })
        {
            HttpConnection alice = await _server.Connect("2026-07-28", Sign(Claims("agent"), algorithm));
            Assert.Equal("alice", (await alice.Call("start_session")).GetText("agent.name"));
            Assert.Equal("not_allowed", (await alice.Call("read_inbox", new { agent = "bob" })).ErrorCode);
        }
        HttpConnection reader = await _server.Connect("2026-07-28", Sign(Claims("openid agentcraft:read"), "RS256"));
        (await reader.Call("list_agents")).Succeeded();
        using HttpExchange refused = await reader.Post(7, "tools/call", new { name = "start_session", arguments = new { } });
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("error=\"insufficient_scope\", scope=\"agent\"", refused.Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task What_is_not_its_token_for_us_and_now_is_refused()
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        string good = Sign(Claims("agent"), "RS256");
        Assert.Equal(200, await Status(good));
        string[] parts = good.Split('.');
        string[] bad =
        [
            Sign(Claims("agent", aud: "https://other.example"), "RS256"), Sign(Claims("agent", iss: "https://evil.example"), "RS256"), Sign(Claims("agent", exp: now - 120), "RS256"),
            Sign(Claims("agent", nbf: now + 600), "RS256"), Sign(Claims("agent", exp: null), "RS256"), Sign(Claims("agent", sub: "../etc"), "RS256"), Sign(Claims("openid"), "RS256"),
            Sign(Claims("agent"), "RS256", key: _foreign), Sign(Claims("agent"), "none"), Sign(Claims("agent"), "HS256"), Sign(Claims("agent"), "RS384"), Sign(Claims("agent"), "RS256", crit: true),
            Sign(Claims("agent"), "RS256", kid: "no-such-key"), Sign(Claims("agent"), "ES256", kid: "rsa"),
            $"{parts[0]}.{Encode(JsonSerializer.Serialize(Claims("admin")))}.{parts[2]}", $"{parts[0]}.{parts[1]}.", $"{parts[0]}.{parts[1]}", "a.b.c", "..", $"{good}.x",
        ];
        foreach (string token in bad)
            Assert.True(await Status(token) == 401, $"number {Array.IndexOf(bad, token)}");
        Assert.Equal(401, await Status(null));
    }

    [Fact]
    public async Task A_client_is_told_where_tokens_come_from()
    {
        foreach (string path in new[] { "/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp" })
        {
            using HttpExchange told = await _server.Send(HttpMethod.Get, path);
            JsonElement metadata = JsonElement.Parse(await told.Rest());
            Assert.Equal((Audience, _url), (metadata.GetProperty("resource").GetString(), metadata.GetProperty("authorization_servers")[0].GetString()));
        }
        using HttpExchange refused = await new HttpConnection(_server, "2026-07-28").Post(7, "server/discover");
        Assert.Equal("Bearer realm=\"agentcraft\", resource_metadata=\"https://memory.example/.well-known/oauth-protected-resource/mcp\"", refused.Header("WWW-Authenticate"));
    }

    private async Task<int> Status(string? token)
    {
        using HttpExchange exchange = await new HttpConnection(_server, "2026-07-28") { Token = token }.Post(7, "server/discover");
        return (int)exchange.Status;
    }

    private Dictionary<string, object> Claims(string scope, string? aud = null, string? iss = null, long? exp = 0, long? nbf = null, string sub = "alice")
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Dictionary<string, object> claims = new() { ["iss"] = iss ?? _url, ["aud"] = aud ?? Audience, ["sub"] = sub, ["scope"] = scope, ["nbf"] = nbf ?? now - 5 };
        if (exp is { } end)
            claims["exp"] = end == 0 ? now + 300 : end;
        return claims;
    }

    private string Sign(Dictionary<string, object> claims, string algorithm, RSA? key = null, bool crit = false, string? kid = null)
    {
        Dictionary<string, object> header = new() { ["alg"] = algorithm, ["typ"] = "JWT", ["kid"] = kid ?? (algorithm == "ES256" ? "curve" : "rsa") };
        if (crit)
            header["crit"] = new[] { "exp" };
        string text = $"{Encode(JsonSerializer.Serialize(header))}.{Encode(JsonSerializer.Serialize(claims))}";
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        byte[] signature = algorithm switch
        {
            "none" => [],
            "HS256" => HMACSHA256.HashData(_rsa.ExportSubjectPublicKeyInfo(), bytes),
            "ES256" => _curve.SignData(bytes, HashAlgorithmName.SHA256),
            "RS384" => _rsa.SignData(bytes, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
            _ => (key ?? _rsa).SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        };
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private async Task Serve()
    {
        RSAParameters rsa = _rsa.ExportParameters(false);
        ECPoint point = _curve.ExportParameters(false).Q;
        object keys = new
        {
            keys = new object[]
            {
                new { kty = "RSA", kid = "rsa", use = "sig", n = Base64Url.EncodeToString(rsa.Modulus), e = Base64Url.EncodeToString(rsa.Exponent) },
                new { kty = "EC", kid = "curve", crv = "P-256", x = Base64Url.EncodeToString(point.X), y = Base64Url.EncodeToString(point.Y) },
            },
        };
        while (_issuer.IsListening)
        {
            HttpListenerContext asked;
            try
            {
                asked = await _issuer.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            object? answer = asked.Request.Url!.AbsolutePath switch
            {
                "/.well-known/oauth-authorization-server" => new { issuer = _url, jwks_uri = _url + "/keys" },
                "/keys" => keys,
                _ => null,
            };
            asked.Response.StatusCode = answer is null ? 404 : 200;
            await asked.Response.OutputStream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer));
            asked.Response.Close();
        }
    }

    internal static int FreePort()
    {
        using System.Net.Sockets.TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
