using AgentCraft.Data.Audit;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Storage.Backups;
using AgentCraft.Data.Tokens;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Audit;

/// <summary>A restore brings back what agents stored, not who may call, and it forgets nothing that was done.</summary>
public sealed class RestoredTrustTests : IAsyncLifetime
{
    private readonly TemporaryProject _project = new();
    private Stores _stores = null!;

    public Task InitializeAsync()
    {
        _stores = new Stores(_project.Root, new Settings(), TimeProvider.System);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task A_token_that_was_revoked_since_stays_revoked_and_the_log_goes_on_where_it_was()
    {
        CreatedToken revoked = await _stores.Tokens.Create(new("bob", TokenScope.Admin)), rotated = await _stores.Tokens.Create(new("bob", TokenScope.Agent)), cleared = await _stores.Tokens.Create(new("bob", TokenScope.Agent));
        string backup = (await _stores.Backups.Create()).Backup.Name;
        await _stores.Tokens.Revoke(revoked.Token.Id);
        CreatedToken renewed = await _stores.Tokens.Rotate(rotated.Token.Id), later = await _stores.Tokens.Create(new("carol", TokenScope.Read));
        AuditVerification before = await _stores.AuditCheck.Verify();

        await _stores.Restores.Restore(backup);
        await using Stores after = new(_project.Root, new Settings(), TimeProvider.System);
        Assert.Equal("The token was revoked.", (await after.TokenCheck.Verify(revoked.Secret)).Fault);
        Assert.Equal("There is no such token.", (await after.TokenCheck.Verify(rotated.Secret)).Fault);
        Assert.Equal("bob", (await after.TokenCheck.Verify(renewed.Secret)).Token!.Agent);
        Assert.Equal("bob", (await after.TokenCheck.Verify(cleared.Secret)).Token!.Agent);
        // Its agent came after the backup.
        Assert.Equal("The token's agent is gone.", (await after.TokenCheck.Verify(later.Secret)).Fault);
        AuditVerification now = await after.AuditCheck.Verify(AuditAnchor.Parse(before.Anchor));
        Assert.Equal((true, before.Checked + 1), (now.Sound, now.Checked));
        AuditRow told = (await after.Audit.List(new(), 1, null)).Entries[0];
        Assert.Equal(("store_restored", backup, "cli"), (told.Action, told.Target, told.Remote));
        Assert.Contains("3 rows of the audit log", told.Detail);
    }

    [Fact]
    public async Task A_backup_of_before_the_first_token_does_not_open_the_door()
    {
        await _stores.Audit.Append(new("early"));
        string backup = (await _stores.Backups.Create()).Backup.Name;
        CreatedToken token = await _stores.Tokens.Create(new("bob", TokenScope.Agent));
        await _stores.AuditArchive.Archive(DateTimeOffset.UtcNow.AddDays(1));
        await _stores.Restores.Restore(backup);
        await using Stores after = new(_project.Root, new Settings(), TimeProvider.System);
        Assert.True(await after.TokenCheck.Any());
        Assert.NotNull((await after.TokenCheck.Verify(token.Secret)).Fault);
        Assert.Equal((true, 4L), ((await after.AuditCheck.Verify()).Sound, (await after.AuditCheck.Verify()).Checked));
        Assert.Equal(4, (await after.AuditArchive.Archive(DateTimeOffset.UtcNow.AddDays(1))).Archived);
        Assert.True((await after.AuditCheck.Verify()).Sound);
    }
}
