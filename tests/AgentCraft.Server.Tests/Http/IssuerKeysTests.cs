using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Server.Hosting.Authentication;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Http;

/// <summary>When the keys of an issuer are read, by a clock that stands still.</summary>
public sealed class IssuerKeysTests : IDisposable
{
    private static readonly byte[] Signed = Encoding.ASCII.GetBytes("header.claims");

    private readonly HttpListener _issuer = new();
    private readonly FakeTime _time = new();
    private readonly Dictionary<string, RSA> _published = [];
    private readonly string _url;
    private readonly IssuerKeys _keys;
    private int _reads;
    private bool _isAway;

    public IssuerKeysTests()
    {
        _url = $"http://127.0.0.1:{IssuerTests.FreePort()}";
        _issuer.Prefixes.Add(_url + "/");
        _issuer.Start();
        _ = Serve();
        _keys = new(_url, _time);
    }

    public void Dispose() => _issuer.Close();

    [Fact]
    public async Task A_new_key_is_found_when_the_first_token_names_it_and_an_old_one_ends()
    {
        RSA first = Publish("2026-01"), second = RSA.Create(2048);
        Assert.True(await IsGood("2026-01", first));
        Assert.False(await IsGood("2026-02", second));
        _published["2026-02"] = second;
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(await IsGood("2026-02", second));
        Assert.True(await IsGood("2026-01", first));
        _published.Remove("2026-01");
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.False(await IsGood("2026-01", first));
        Assert.Equal(3, _reads);
    }

    [Fact]
    public async Task A_token_without_the_name_of_its_key_finds_a_new_one_too()
    {
        Publish("old");
        Assert.False(await IsGood(null, RSA.Create(2048)));
        RSA second = Publish("new");
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(await IsGood(null, second));
    }

    [Fact]
    public async Task Strangers_cannot_make_it_ask_more_often_than_every_ten_seconds()
    {
        RSA known = Publish("known"), foreign = RSA.Create(2048);
        for (int i = 0; i < 200; i++)
            Assert.False(await IsGood(i % 3 == 0 ? null : i % 3 == 1 ? "known" : $"invented-{i}", foreign));
        Assert.Equal(1, _reads);
        _time.Advance(TimeSpan.FromSeconds(10));
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => IsGood($"invented-{i}", foreign)));
        Assert.Equal(2, _reads);
        Assert.True(await IsGood("known", known));
    }

    [Fact]
    public async Task An_issuer_that_is_away_is_asked_every_ten_seconds_and_its_keys_stay_good()
    {
        RSA known = Publish("known");
        _isAway = true;
        for (int i = 0; i < 20; i++)
            Assert.True((await Assert.ThrowsAsync<AgentCraftException>(() => IsGood("known", known))).Retryable);
        Assert.Equal(1, _reads);
        _isAway = false;
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(await IsGood("known", known));
        _isAway = true;
        _time.Advance(TimeSpan.FromHours(1));
        Assert.True(await IsGood("known", known));
        Assert.True(await IsGood("known", known));
        Assert.Equal(3, _reads);
    }

    private Task<bool> IsGood(string? id, RSA key) => _keys.Verify(id, "RS256", Signed, key.SignData(Signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), CancellationToken.None);

    private RSA Publish(string id) => _published[id] = RSA.Create(2048);

    private async Task Serve()
    {
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
            bool isMetadata = asked.Request.Url!.AbsolutePath == "/.well-known/openid-configuration";
            _reads += isMetadata ? 1 : 0;
            asked.Response.StatusCode = _isAway ? 503 : 200;
            object answer = isMetadata ? new { issuer = _url, jwks_uri = _url + "/keys" } : new { keys = _published.Select(key => Shown(key.Key, key.Value.ExportParameters(false))) };
            await asked.Response.OutputStream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer));
            asked.Response.Close();
        }
    }

    private static object Shown(string id, RSAParameters key) => new { kty = "RSA", kid = id, n = Base64Url.EncodeToString(key.Modulus), e = Base64Url.EncodeToString(key.Exponent) };
}
