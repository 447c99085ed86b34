using System.Net;
using System.Security.Cryptography;
using System.Text;
using AgentCraft.Data;
using AgentCraft.Data.Tokens;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Http;

/// <summary>Who may call at all.</summary>
[OnEveryEngine]
public sealed class TokenTests : IAsyncLifetime
{
    private const string Sessions = "2025-11-25", Stateless = "2026-07-28";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5), Limit = TimeSpan.FromSeconds(10);

    private TokenServer _one = null!;

    public async Task InitializeAsync() => _one = await TokenServer.Start();

    public async Task DisposeAsync() => await _one.DisposeAsync();

    [Fact]
    public async Task Without_a_token_names_are_taken_on_trust_and_once_there_is_one_every_call_needs_it()
    {
        HttpConnection before = await _one.Server.Connect(), stateless = await _one.Server.Connect(Stateless);
        (await before.Call("start_session", new { agent = "alice" })).Succeeded();
        CreatedToken token = await _one.Create("bob");
        await Eventually.Become(async () => await Status(null) == 401, Soon, "the server to ask who calls");
        foreach (HttpConnection open in new[] { before, stateless })
        {
            using HttpExchange refused = await open.Post(7, "tools/list");
            Assert.Equal((HttpStatusCode.Unauthorized, "Bearer realm=\"agentcraft\""), (refused.Status, refused.Header("WWW-Authenticate")));
            Assert.Contains("Authorization: Bearer", (await refused.Error()).GetProperty("message").GetString());
        }
        foreach (string version in new[] { Sessions, Stateless })
            Assert.Equal("bob", (await (await _one.Server.Connect(version, token.Secret)).Call("read_inbox")).GetText("agent"));
        using HttpExchange health = await _one.Server.Send(HttpMethod.Get, "/health/live");
        Assert.Equal(HttpStatusCode.OK, health.Status);
        foreach (HttpMethod method in new[] { HttpMethod.Get, HttpMethod.Delete })
            using (HttpExchange refused = await _one.Server.Send(method, "/mcp"))
                Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
    }

    [Fact]
    public async Task A_token_is_random_kept_as_its_hash_and_shown_as_prefix_and_last_four()
    {
        CreatedToken token = await _one.Create("bob"), other = await _one.Create("bob");
        Assert.Matches("^agc_[A-Za-z0-9_-]{43}$", token.Secret);
        Assert.NotEqual(token.Secret, other.Secret);
        Assert.Equal((token.Secret[..8], token.Secret[^4..]), (token.Token.Prefix, token.Token.LastFour));
        List<string> hashes = await _one.Stores.Databases.Central.Read(c => c.Query<string>("SELECT hash FROM tokens ORDER BY seq"));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token.Secret))), hashes[0]);
        Assert.DoesNotContain(token.Secret, token.ToString());
        Assert.Equal("inactive", (await (await _one.Server.Connect(Stateless, token.Secret)).Call("get_agent", new { name = "bob" })).GetText("status"));
    }

    [Fact]
    public async Task What_is_not_a_good_token_is_refused_with_the_standard_header_and_audited_without_it()
    {
        CreatedToken token = await _one.Create("bob");
        string wrong = token.Secret[..^1] + (token.Secret[^1] == 'A' ? 'B' : 'A');
        foreach (string header in new[] { $"Bearer {wrong}", "Bearer agc_short", $"Bearer {token.Secret}x", "Bearer a.b.c", $"Bearer {new string('x', 20_000)}" })
        {
            using HttpExchange refused = await Discover(header);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
            Assert.StartsWith("Bearer realm=\"agentcraft\", error=\"invalid_token\"", refused.Header("WWW-Authenticate"));
        }
        foreach (string? header in new[] { null, "Bearer ", $"Basic {token.Secret}", token.Secret })
            Assert.Equal(401, await Status(header));
        foreach (string header in new[] { $"Bearer {token.Secret}", $"bearer {token.Secret}", $"BEARER   {token.Secret}" })
            Assert.Equal(200, await Status(header));
        IReadOnlyList<TokenServer.AuditRow> audit = await _one.Audit(row => row.Action == "http_request" && row.Detail!.StartsWith("This server wants", StringComparison.Ordinal));
        Assert.Contains(audit, row => row is { Outcome: "refused", Remote: "127.0.0.1", Target: "/mcp", Detail: "There is no such token." });
        Assert.All(audit, row => Assert.DoesNotContain(token.Secret[8..^4], $"{row.Detail}{row.Target}{row.Principal}"));
        Assert.DoesNotContain(token.Secret[8..^4], _one.Server.StandardError);
    }

    [Fact]
    public async Task Revoked_rotated_expired_and_orphaned_tokens_are_refused_soon()
    {
        CreatedToken revoked = await _one.Create("bob"), rotated = await _one.Create("bob"), expiring = await _one.Create("bob", lifetime: TimeSpan.FromSeconds(2)), orphan = await _one.Create("carol"), kept = await _one.Create("bob");
        foreach (CreatedToken good in new[] { revoked, rotated, orphan, kept })
            Assert.Equal(200, await Status($"Bearer {good.Secret}"));
        await _one.Stores.Tokens.Revoke(revoked.Token.Id);
        CreatedToken renewed = await _one.Stores.Tokens.Rotate(rotated.Token.Id);
        await _one.Stores.AgentLife.Remove("carol", by: null, purge: false);
        foreach (CreatedToken bad in new[] { revoked, rotated, orphan })
            await Eventually.Become(async () => await Status($"Bearer {bad.Secret}") == 401, Soon, "the token to be refused");
        await Eventually.Become(async () => await Status($"Bearer {expiring.Secret}") == 401, Limit, "the token to expire");
        using HttpExchange said = await Discover($"Bearer {revoked.Secret}");
        Assert.Contains("error_description=\"The token was revoked.\"", said.Header("WWW-Authenticate"));
        Assert.Equal((200, 200), (await Status($"Bearer {renewed.Secret}"), await Status($"Bearer {kept.Secret}")));
        Assert.Equal(rotated.Token.Id, renewed.Token.Id);
        AgentCraftException useless = await Assert.ThrowsAsync<AgentCraftException>(() => _one.Stores.Tokens.Rotate(revoked.Token.Id));
        Assert.Equal(ErrorCodes.NotAllowed, useless.Code);
        Assert.Equal(ErrorCodes.NotFound, (await Assert.ThrowsAsync<AgentCraftException>(() => _one.Stores.Tokens.Revoke("token_0"))).Code);
    }

    [Fact]
    public async Task The_end_of_the_last_token_does_not_open_the_door_and_clearing_does()
    {
        CreatedToken token = await _one.Create("bob");
        await _one.Stores.Tokens.Revoke(token.Token.Id);
        await Eventually.Become(async () => await Status(null) == 401, Soon, "the server to ask who calls");
        Assert.Equal(1, await _one.Stores.Tokens.Clear());
        await Eventually.Become(async () => await Status(null) == 200, Soon, "the door to open");
    }

    [Theory]
    [InlineData(Sessions)]
    [InlineData(Stateless)]
    public async Task A_wait_ends_when_its_token_does(string version)
    {
        CreatedToken token = await _one.Create("bob");
        HttpConnection bob = await _one.Server.Connect(version, token.Secret);
        StartedRequest waiting = await bob.StartCall("wait_for_messages", new { timeoutSeconds = 60 });
        await _one.Stores.Tokens.Revoke(token.Token.Id);
        await Assert.ThrowsAnyAsync<Exception>(() => waiting.Result().WaitAsync(Limit));
        Assert.True(waiting.IsCompleted);
    }

    [Theory]
    [InlineData("/mcp?access_token=")]
    [InlineData("/mcp?x=1&ACCESS_TOKEN=")]
    [InlineData("/health/live?access_token=")]
    [InlineData("/mcp?token=")]
    [InlineData("/?q=Bearer%20")]
    public async Task A_token_in_a_URL_is_refused_even_a_good_one(string path)
    {
        CreatedToken token = await _one.Create("bob");
        using HttpExchange refused = await _one.Server.Send(HttpMethod.Get, path + token.Secret, null, new Dictionary<string, string?> { ["Authorization"] = $"Bearer {token.Secret}" });
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.DoesNotContain(token.Secret, await refused.Rest());
    }

    [Fact]
    public async Task Audit_rows_are_chained()
    {
        foreach (int _ in Enumerable.Range(0, 3))
            await _one.Stores.Tokens.Revoke((await _one.Create("bob")).Token.Id);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Status("Bearer agc_x")));
        IReadOnlyList<TokenServer.AuditRow> rows = await _one.Audit(row => row.Action == "http_request");
        Assert.Equal(6, rows.Count(row => row.Action is "token_created" or "token_revoked" && row is { Agent: "bob", Outcome: "done" }));
        Assert.Equal(new string('0', 64), rows[0].PreviousHash);
        Assert.All(rows.Zip(rows.Skip(1)), pair => Assert.Equal(pair.First.Hash, pair.Second.PreviousHash));
    }

    private async Task<int> Status(string? authorization)
    {
        using HttpExchange exchange = await Discover(authorization);
        return (int)exchange.Status;
    }

    private Task<HttpExchange> Discover(string? authorization) =>
        new HttpConnection(_one.Server, Stateless).Post(7, "server/discover", null, new Dictionary<string, string?> { ["Authorization"] = authorization });
}
