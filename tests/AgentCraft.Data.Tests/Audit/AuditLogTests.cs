using AgentCraft.Data.Audit;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Storage;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Audit;

/// <summary>What is written down stays as it was written, or it shows.</summary>
[OnEveryEngine]
public sealed class AuditLogTests : IAsyncLifetime
{
    private readonly TemporaryProject _project = new();
    private readonly FakeTime _time = new();
    private Stores _stores = null!;

    private Database Central => _stores.Databases.Central;

    public async Task InitializeAsync()
    {
        _stores = Open();
        // At times of their own, whatever clock the store has.
        foreach (int i in Enumerable.Range(1, 6))
            await Central.Write(c =>
            {
                AuditRow row = new()
                {
                    Id = $"audit_{i}", At = $"2026-02-0{i}T12:00:00.000Z", Principal = "token_1", Agent = i % 2 == 0 ? "alice" : "bob", Action = $"deed_{i}", Target = $"name=x{i}",
                    Outcome = i == 4 ? "refused" : "done", Remote = "127.0.0.1", Detail = "why", PreviousHash = AuditLog.Head(c).Hash,
                };
                AuditLog.Insert(c, row with { Hash = row.ExpectedHash() });
                return true;
            });
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task An_untouched_log_is_sound_and_its_anchor_holds_as_it_grows()
    {
        AuditVerification now = await _stores.AuditCheck.Verify();
        Assert.Equal((true, 6L), (now.Sound, now.Checked));
        await _stores.Audit.Append(new("later"));
        Assert.True((await _stores.AuditCheck.Verify(AuditAnchor.Parse(now.Anchor))).Sound);
        AuditVerification other = await _stores.AuditCheck.Verify(new(6, new string('a', 64)));
        Assert.Equal(AuditFault.AnchorMissing, Assert.Single(other.Faults).Fault);
        Assert.Equal(AuditFault.AnchorMissing, Assert.Single((await _stores.AuditCheck.Verify(new(70, now.Anchor[2..]))).Faults).Fault);
        foreach (string wrong in new[] { "", "6", "6:", $"-1:{new string('a', 64)}", $"6:{new string('A', 64)}", $"6:{new string('a', 63)}", "x:y:z" })
            Assert.Throws<AgentCraftException>(() => AuditAnchor.Parse(wrong));
    }

    [Theory]
    [InlineData("UPDATE audit_log SET detail = 'nothing' WHERE action = 'deed_3'", AuditFault.Changed, 3)]
    [InlineData("UPDATE audit_log SET outcome = 'done' WHERE action = 'deed_4'", AuditFault.Changed, 4)]
    [InlineData("UPDATE audit_log SET agent = NULL WHERE action = 'deed_1'", AuditFault.Changed, 1)]
    [InlineData("UPDATE audit_log SET at = '2020-01-01T00:00:00.000Z' WHERE action = 'deed_6'", AuditFault.Changed, 6)]
    [InlineData("UPDATE audit_log SET hash = previous_hash WHERE action = 'deed_3'", AuditFault.Changed, 3)]
    [InlineData("DELETE FROM audit_log WHERE action = 'deed_3'", AuditFault.Broken, 3)]
    [InlineData("DELETE FROM audit_log WHERE action = 'deed_1'", AuditFault.Broken, 1)]
    [InlineData("DELETE FROM audit_log WHERE action = 'deed_6'", AuditFault.EndMissing, 5)]
    [InlineData("DELETE FROM audit_log WHERE action IN ('deed_4', 'deed_5', 'deed_6')", AuditFault.EndMissing, 3)]
    [InlineData("DELETE FROM audit_log", AuditFault.EndMissing, 0)]
    [InlineData("UPDATE audit_log SET seq = 100 - seq WHERE action IN ('deed_1', 'deed_2', 'deed_3', 'deed_4', 'deed_5', 'deed_6')", AuditFault.Reordered, 6)]
    [InlineData("UPDATE audit_log SET seq = 100 WHERE action = 'deed_2'", AuditFault.Reordered, 6)]
    [InlineData("INSERT INTO audit_log (id, at, action, outcome, previous_hash, hash) SELECT 'x', at, 'forged', 'done', hash, 'x' FROM audit_log WHERE action = 'deed_6'", AuditFault.Changed, 7)]
    [InlineData("DELETE FROM audit_head", AuditFault.EndMissing, 6)]
    public async Task A_change_a_deletion_a_reorder_and_an_insertion_are_found_and_said_where(string forgery, AuditFault fault, int number)
    {
        await Disarm();
        await Central.Write(c => c.Execute(forgery));
        AuditVerification found = await _stores.AuditCheck.Verify();
        Assert.False(found.Sound);
        Assert.Contains(found.Faults, damage => damage.Fault == fault && damage.Number == number);
    }

    [Fact]
    public async Task A_row_that_is_hashed_anew_breaks_the_next_one_and_a_chain_that_is_made_anew_the_anchor()
    {
        string anchor = (await _stores.AuditCheck.Verify()).Anchor;
        await Disarm();
        await Forge("deed_3", "agent", "mallory");
        Assert.Contains((await _stores.AuditCheck.Verify()).Faults, damage => damage is { Fault: AuditFault.Broken, Number: 4 });
        // With everything writable all can be made anew: only what was kept elsewhere shows it.
        foreach (string next in new[] { "deed_4", "deed_5", "deed_6" })
            await Forge(next, "previous_hash", await Central.Read(c => c.First<string>("SELECT hash FROM audit_log WHERE action < @Next ORDER BY seq DESC LIMIT 1", new { Next = next })) ?? "");
        await Central.Write(c => c.Execute("UPDATE audit_head SET hash = (SELECT hash FROM audit_log ORDER BY seq DESC LIMIT 1)"));
        Assert.True((await _stores.AuditCheck.Verify()).Sound);
        Assert.Equal(AuditFault.AnchorMissing, Assert.Single((await _stores.AuditCheck.Verify(AuditAnchor.Parse(anchor))).Faults).Fault);
    }

    [Theory]
    [InlineData("UPDATE audit_log SET detail = 'x'")]
    [InlineData("DELETE FROM audit_log WHERE action = 'deed_6'")]
    [InlineData("DELETE FROM audit_head")]
    [InlineData("UPDATE audit_head SET entries = entries - 1")]
    public async Task The_tables_themselves_refuse_to_forget(string forgery)
    {
        await Assert.ThrowsAnyAsync<Exception>(() => Central.Write(c => c.Execute(forgery)));
        Assert.True((await _stores.AuditCheck.Verify()).Sound);
    }

    [Fact]
    public async Task Nothing_can_follow_the_same_row_twice() => await Assert.ThrowsAnyAsync<Exception>(() => Central.Write(c => c.Execute("""
        INSERT INTO audit_log (id, at, action, outcome, previous_hash, hash) SELECT 'x', at, action, outcome, previous_hash, hash FROM audit_log WHERE action = 'deed_2'
        """)));

    [Fact]
    public async Task Pages_go_back_from_the_newest_and_filters_hold_on_all_of_them()
    {
        AuditPage first = await _stores.Audit.List(new(), 4, null), second = await _stores.Audit.List(new(), 4, first.Cursor);
        Assert.Equal(["deed_6", "deed_5", "deed_4", "deed_3", "deed_2", "deed_1"], first.Entries.Concat(second.Entries).Select(row => row.Action));
        Assert.Equal((6L, true, false), (first.Total, first.HasMore, second.HasMore));
        Assert.Equal(["deed_4"], (await _stores.Audit.List(new(Outcome: "refused"), 20, null)).Entries.Select(row => row.Action));
        Assert.Equal(["deed_6", "deed_4"], (await _stores.Audit.List(new(Agent: "ALICE", Since: Times.Parse(first.Entries[2].At)), 20, null)).Entries.Select(row => row.Action));
        Assert.Equal(ErrorCodes.InvalidCursor, (await Assert.ThrowsAsync<AgentCraftException>(() => _stores.Audit.List(new(Agent: "bob"), 4, first.Cursor))).Code);
    }

    [Fact]
    public async Task Old_rows_go_to_files_and_the_chain_goes_through_them()
    {
        DateTimeOffset third = Times.Parse("2026-02-03T12:00:00.000Z"), march = Times.Parse("2026-03-01T00:00:00.000Z");
        string anchor = (await _stores.AuditCheck.Verify()).Anchor;
        ArchivedAudit first = await _stores.AuditArchive.Archive(third);
        ArchivedAudit second = await _stores.AuditArchive.Archive(march);
        Assert.Equal((2L, 4L, 0L), (first.Archived, second.Archived, (await _stores.AuditArchive.Archive(third)).Archived));
        Assert.Equal(["0000000001.jsonl", "0000000003.jsonl"], first.Files.Concat(second.Files).Select(Path.GetFileName));
        AuditVerification whole = await _stores.AuditCheck.Verify(AuditAnchor.Parse(anchor));
        Assert.Equal((true, 8L, 6L), (whole.Sound, whole.Checked, whole.Archived));
        Assert.Equal(["audit_archived", "audit_archived"], (await _stores.Audit.List(new(), 20, null)).Entries.Select(row => row.Action));

        string file = first.Files[0], kept = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, kept.Replace("deed_2", "deed_9"));
        Assert.Contains((await _stores.AuditCheck.Verify()).Faults, damage => damage is { Fault: AuditFault.Changed, Number: 2 });
        await File.WriteAllLinesAsync(file, kept.Split('\n').Take(1));
        Assert.Contains((await _stores.AuditCheck.Verify()).Faults, damage => damage.Fault == AuditFault.ArchiveMissing);
        await File.WriteAllTextAsync(file, "not JSON\n\n" + kept);
        Assert.False((await _stores.AuditCheck.Verify()).Sound);
        File.Delete(file);
        Assert.Equal(AuditFault.ArchiveMissing, Assert.Single((await _stores.AuditCheck.Verify()).Faults).Fault);
        await File.WriteAllTextAsync(file, kept);
        Assert.True((await _stores.AuditCheck.Verify()).Sound);
    }

    [Fact]
    public async Task An_archive_never_replaces_a_file_of_other_rows()
    {
        Directory.CreateDirectory(_stores.AuditArchive.Folder);
        await File.WriteAllTextAsync(Path.Combine(_stores.AuditArchive.Folder, "0000000001.jsonl"), "{\"hash\":\"another's\"}\n");
        Assert.Equal(ErrorCodes.NotAllowed, (await Assert.ThrowsAsync<AgentCraftException>(() => _stores.AuditArchive.Archive(Times.Parse("2026-03-01T00:00:00.000Z")))).Code);
        Assert.Equal((true, 6L), ((await _stores.AuditCheck.Verify()).Sound, (await _stores.Audit.List(new(), 20, null)).Total));
    }

    [Fact]
    public async Task Many_who_write_at_once_make_one_chain()
    {
        Stores[] writers = [.. Enumerable.Range(0, 4).Select(_ => Open())];
        await Task.WhenAll(writers.SelectMany(stores => Enumerable.Range(0, 10).Select(async i =>
        {
            await stores.Audit.Append(new($"at_once_{i}"));
            stores.Audit.Note(new("noted") { Remote = $"10.0.0.{i}" });
        })));
        foreach (Stores stores in writers)
            await stores.DisposeAsync();
        AuditVerification verified = await _stores.AuditCheck.Verify();
        Assert.Equal((true, 86L), (verified.Sound, verified.Checked));
    }

    [Fact]
    public async Task Refusals_of_one_caller_are_noted_so_often_and_then_counted()
    {
        foreach (int _ in Enumerable.Range(0, 500))
            _stores.Audit.Note(new("http_request") { Remote = "10.0.0.1", IsRefused = true });
        _stores.Audit.Note(new("http_request") { Remote = "10.0.0.2", IsRefused = true });
        await _stores.Audit.Flush();
        IReadOnlyList<AuditRow> rows = (await _stores.Audit.List(new(), 200, null)).Entries;
        Assert.Equal((60, 1), (rows.Count(row => row is { Action: "http_request", Remote: "10.0.0.1" }), rows.Count(row => row.Remote == "10.0.0.2")));
        Assert.Contains(rows, row => row is { Action: "audit_overflow", Remote: "10.0.0.1", Detail: "440 more refusals within a minute." });
        _time.Advance(TimeSpan.FromMinutes(1));
        _stores.Audit.Note(new("http_request") { Remote = "10.0.0.1", IsRefused = true });
        await _stores.Audit.Flush();
        Assert.Equal(61, (await _stores.Audit.List(new(Action: "http_request"), 200, null)).Entries.Count(row => row.Remote == "10.0.0.1"));
    }

    [Theory]
    [InlineData("agc_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJib2IiLCJjYW5hcnkiOiJ4eXp6eSJ9.c2lnbmF0dXJlLXNpZ25hdHVyZQ")]
    [InlineData("postgres://bob:c4nary-pass@db.example/x")]
    [InlineData("Host=db;Password=c4nary-pass;Username=x")]
    [InlineData("Authorization: Bearer c4nary-token-000111222")]
    [InlineData("ghp_c4nary0123456789c4nary0123456789")]
    public async Task No_secret_gets_into_a_row_whatever_column_it_is_sent_for(string secret)
    {
        await _stores.Audit.Append(new($"a {secret} b") { Agent = secret, Principal = secret, Remote = secret, Target = $"name={secret}", Detail = $"You cannot be '{secret}'.\0" });
        AuditRow row = (await _stores.Audit.List(new(), 1, null)).Entries[0];
        string all = $"{row.Action}{row.Agent}{row.Principal}{row.Remote}{row.Target}{row.Detail}";
        foreach (string part in new[] { "c4nary", "89abcdef", "xyzzy", "eyJzdWIi", "c2lnbmF0" })
            Assert.DoesNotContain(part, all);
        Assert.Contains("***", row.Detail);
    }

    /// <summary>As whoever can write to the store's file or database can.</summary>
    private Task Disarm() => Central.Write(c =>
    {
        if (_project.Store is null)
            foreach (string trigger in c.Query<string>("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit%'"))
                c.Execute($"DROP TRIGGER {trigger}");
        else
            c.Script("ALTER TABLE audit_log DISABLE TRIGGER ALL; ALTER TABLE audit_head DISABLE TRIGGER ALL");
        c.Execute("DROP INDEX audit_log_chain");
        return true;
    });

    private async Task Forge(string action, string column, string value)
    {
        await Central.Write(c => c.Execute($"UPDATE audit_log SET {column} = @Value WHERE action = @Action", new { Value = value, Action = action }));
        string hash = (await _stores.Audit.List(new(Action: action), 1, null)).Entries[0].ExpectedHash();
        await Central.Write(c => c.Execute("UPDATE audit_log SET hash = @Hash WHERE action = @Action", new { Hash = hash, Action = action }));
    }

    private Stores Open() => new(_project.Root, new Settings { Store = _project.Store ?? "" }, _time);
}
