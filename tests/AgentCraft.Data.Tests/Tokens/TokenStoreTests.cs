using System.Security.Cryptography;
using System.Text;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Audit;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Tokens;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Tokens;

/// <summary>Tokens as they are kept and looked at, by a clock that stands still.</summary>
[OnEveryEngine]
public sealed class TokenStoreTests : IAsyncLifetime
{
    private readonly TemporaryProject _project = new();
    private readonly FakeTime _time = new();
    private Stores _stores = null!;

    private Database Central => _stores.Databases.Central;

    public Task InitializeAsync()
    {
        _stores = Open();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task A_token_is_256_random_bits_of_which_only_the_hash_and_both_ends_are_kept()
    {
        CreatedToken token = await _stores.Tokens.Create(new("bob", TokenScope.Agent)), other = await _stores.Tokens.Create(new("bob", TokenScope.Agent));
        Assert.Matches("^agc_[A-Za-z0-9_-]{43}$", token.Secret);
        Assert.NotEqual(token.Secret, other.Secret);
        Assert.Equal((token.Secret[..8], token.Secret[^4..]), (token.Token.Prefix, token.Token.LastFour));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token.Secret))), await Central.Read(c => c.First<string>("SELECT hash FROM tokens ORDER BY seq")));
        foreach (string table in new[] { "tokens", "audit_log", "session_events" })
            Assert.DoesNotContain(token.Secret[8..^4], await Everything(table));
        Assert.DoesNotContain(token.Secret, $"{token} {token.Token}");
    }

    [Fact]
    public async Task An_agent_that_is_not_there_is_registered_and_one_that_works_is_left_alone()
    {
        await _stores.Agents.Register(new() { Name = AgentName.Parse("alice"), Type = "code-reviewer", Capabilities = ["x"] });
        string[] before = await Columns("alice");
        await _stores.Tokens.Create(new("ALICE", TokenScope.Agent));
        Assert.Equal(before, await Columns("alice"));
        await _stores.Tokens.Create(new("new-one", TokenScope.Read));
        Agent made = await _stores.Agents.Get("new-one");
        Assert.Equal((AgentStatus.Inactive, false), (made.Status, made.Live));
        foreach (string wrong in new[] { "", "a b", "../x", "agent_nobody_1" })
            await Assert.ThrowsAsync<AgentCraftException>(() => _stores.Tokens.Create(new(wrong, TokenScope.Agent)));
    }

    [Fact]
    public async Task It_is_good_until_the_very_moment_of_its_end()
    {
        CreatedToken token = await _stores.Tokens.Create(new("bob", TokenScope.Agent, TimeSpan.FromMinutes(10)));
        DateTimeOffset end = token.Token.ExpiresAt!.Value;
        Assert.Null(token.Token.Fault(end - TimeSpan.FromMilliseconds(1)));
        Assert.Equal("The token has expired.", token.Token.Fault(end));
        Assert.Equal("bob", (await _stores.TokenCheck.Verify(token.Secret)).Token!.Agent);
        foreach (TimeSpan life in new[] { TimeSpan.Zero, TimeSpan.FromSeconds(-1), TimeSpan.FromDays(40_000) })
            Assert.Equal(ErrorCodes.InvalidArgument, (await Assert.ThrowsAsync<AgentCraftException>(() => _stores.Tokens.Create(new("bob", TokenScope.Agent, life)))).Code);
    }

    [Fact]
    public async Task What_another_process_revoked_or_rotated_is_refused_a_tenth_of_a_second_later()
    {
        await using Stores other = Open();
        CreatedToken revoked = await _stores.Tokens.Create(new("bob", TokenScope.Agent)), rotated = await _stores.Tokens.Create(new("bob", TokenScope.Admin, TimeSpan.FromDays(1)));
        foreach (CreatedToken token in new[] { revoked, rotated })
            Assert.NotNull((await _stores.TokenCheck.Verify(token.Secret)).Token);
        await other.Tokens.Revoke(revoked.Token.Id);
        CreatedToken renewed = await other.Tokens.Rotate(rotated.Token.Id);
        _time.Advance(TimeSpan.FromMilliseconds(101));
        Assert.Equal("The token was revoked.", (await _stores.TokenCheck.Verify(revoked.Secret)).Fault);
        Assert.Equal("There is no such token.", (await _stores.TokenCheck.Verify(rotated.Secret)).Fault);
        Token now = (await _stores.TokenCheck.Verify(renewed.Secret)).Token!;
        Assert.Equal((rotated.Token.Id, TokenScope.Admin, rotated.Token.ExpiresAt), (now.Id, now.Scope, now.ExpiresAt));
        Assert.Equal(ErrorCodes.NotAllowed, (await Assert.ThrowsAsync<AgentCraftException>(() => _stores.Tokens.Rotate(revoked.Token.Id))).Code);
    }

    [Fact]
    public async Task What_is_no_token_is_refused_before_the_store_is_asked()
    {
        CreatedToken token = await _stores.Tokens.Create(new("bob", TokenScope.Agent));
        foreach (string text in new[] { "", "agc_", token.Secret[..^1], token.Secret + "x", token.Secret.ToUpperInvariant(), " " + token.Secret, $"agc_{new string('\0', 43)}", new string('a', 100_000) })
            Assert.Equal("There is no such token.", (await _stores.TokenCheck.Verify(text)).Fault);
    }

    [Fact]
    public async Task The_tokens_of_a_removed_agent_end_with_it_and_come_back_with_it()
    {
        CreatedToken token = await _stores.Tokens.Create(new("carol", TokenScope.Agent));
        await _stores.AgentLife.Remove("carol", by: null, purge: true);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("The token's agent is gone.", (await _stores.TokenCheck.Verify(token.Secret)).Fault);
        Assert.True(await _stores.TokenCheck.Any());
        Assert.Null(Assert.Single(await _stores.Tokens.List()).Agent);
    }

    [Fact]
    public async Task Every_change_of_a_token_is_in_the_audit_log_in_the_same_transaction_with_who_did_it()
    {
        CreatedToken token = await _stores.Tokens.Create(new("bob", TokenScope.Agent));
        await _stores.Tokens.Rotate(token.Token.Id);
        await _stores.Tokens.Revoke(token.Token.Id);
        await _stores.Tokens.Revoke(token.Token.Id);
        await _stores.Tokens.Clear();
        await _stores.Tokens.Clear();
        IReadOnlyList<AuditRow> rows = (await _stores.Audit.List(new(), 20, null)).Entries;
        Assert.Equal(["tokens_cleared", "token_revoked", "token_rotated", "token_created"], rows.Select(row => row.Action));
        Assert.All(rows, row => Assert.Equal(("cli", $"os:{Environment.UserName}", "done"), (row.Remote, row.Principal, row.Outcome)));
        Assert.Equal(token.Token.Id, rows[^1].Target);
        Assert.Equal(ErrorCodes.NotFound, (await Assert.ThrowsAsync<AgentCraftException>(() => _stores.Tokens.Revoke(token.Token.Id))).Code);
        Assert.Equal(4, (await _stores.AuditCheck.Verify()).Checked);
    }

    private Stores Open() => new(_project.Root, new Settings { Store = _project.Store ?? "" }, _time);

    private async Task<string[]> Columns(string name)
    {
        Agent agent = await _stores.Agents.Get(name);
        return [agent.Id, agent.Type, $"{agent.Status}", string.Join(",", agent.Capabilities), $"{agent.LastHeartbeatAt}"];
    }

    private async Task<string> Everything(string table) => string.Join('\n', await Central.Read(c => c.Query<string>(table switch
    {
        "tokens" => "SELECT id || hash || prefix || last_four FROM tokens",
        "audit_log" => "SELECT COALESCE(target, '') || COALESCE(detail, '') || COALESCE(principal, '') FROM audit_log",
        _ => "SELECT event_data || COALESCE(entity_id, '') FROM session_events",
    })));
}
