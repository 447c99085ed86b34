using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AgentCraft.Data.Storage.Backups;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Storage.Backups;

/// <summary>Every damage of a set is found, and called by its name.</summary>
public sealed class BackupVerifierTests
{
    [Theory]
    [InlineData(BackupFault.ManifestMissing)]
    [InlineData(BackupFault.ManifestUnreadable)]
    [InlineData(BackupFault.ManifestTooNew)]
    [InlineData(BackupFault.ManifestInvalid)]
    [InlineData(BackupFault.CentralMissing)]
    [InlineData(BackupFault.FileMissing)]
    [InlineData(BackupFault.FileUnreadable)]
    [InlineData(BackupFault.SizeDiffers)]
    [InlineData(BackupFault.HashDiffers)]
    [InlineData(BackupFault.UnexpectedFile)]
    [InlineData(BackupFault.NotADatabase)]
    [InlineData(BackupFault.IntegrityCheckFailed)]
    [InlineData(BackupFault.ForeignKeyViolated)]
    [InlineData(BackupFault.SchemaMissing)]
    [InlineData(BackupFault.SchemaTooNew)]
    [InlineData(BackupFault.SchemaDiffers)]
    [InlineData(BackupFault.EpochDiffers)]
    public async Task A_damage_is_called_by_its_name_and_the_set_is_refused(BackupFault fault)
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        BackupSet set = (await store.Backups.Create()).Backup;
        using IDisposable? held = Damage(set.Path, fault);
        VerifiedBackup verified = store.Backups.Verify(set.Name);
        Assert.False(verified.Sound);
        Assert.Equal([fault], verified.Damages.Select(damage => damage.Fault).Distinct());
        Assert.All(verified.Damages, damage => Assert.NotEmpty(damage.Message));
    }

    [Fact]
    public void All_kinds_of_damage_are_tried() => Assert.Equal(Enum.GetValues<BackupFault>().Length,
        typeof(BackupVerifierTests).GetMethod(nameof(A_damage_is_called_by_its_name_and_the_set_is_refused))!.GetCustomAttributes(typeof(InlineDataAttribute), false).Length);

    [Fact]
    public async Task Verifying_changes_no_byte_and_leaves_nothing_beside()
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        BackupSet set = (await store.Backups.Create()).Backup;
        string[] before = Bytes(set.Path);
        Assert.True(store.Backups.Verify().Sound);
        Assert.Equal(before, Bytes(set.Path));
    }

    [Theory]
    [InlineData("../../../../session.db")]
    [InlineData("/etc/passwd")]
    [InlineData("agents/../session.db")]
    [InlineData("agents/carol.db")]
    public async Task A_manifest_leads_nowhere_else(string path)
    {
        await using BackedUpStore store = await BackedUpStore.Create();
        BackupSet set = (await store.Backups.Create()).Backup;
        Change(set.Path, manifest => manifest["files"]![1]!["path"] = path);
        Assert.Equal(BackupFault.ManifestInvalid, Assert.Single(store.Backups.Verify().Damages).Fault);
        Change(set.Path, manifest => (manifest["files"]![1]!["path"], manifest["files"]![1]!["agent"]) = ("agents/../../x.db", "../../x"));
        Assert.Equal(BackupFault.ManifestInvalid, Assert.Single(store.Backups.Verify().Damages).Fault);
    }

    private static FileStream? Damage(string set, BackupFault fault)
    {
        string manifest = Path.Combine(set, "manifest.json"), central = Path.Combine(set, "session.db"), alice = Path.Combine(set, "agents", "alice.db");
        if (fault == BackupFault.FileUnreadable)
            return new(alice, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Action damage = fault switch
        {
            BackupFault.ManifestMissing => () => File.Delete(manifest),
            BackupFault.ManifestUnreadable => () => File.WriteAllText(manifest, """{"format":1,"files":["""),
            BackupFault.ManifestTooNew => () => Change(set, json => json["format"] = 2),
            BackupFault.ManifestInvalid => () => Change(set, json => json["files"]!.AsArray().Add(json["files"]![1]!.DeepClone())),
            BackupFault.CentralMissing => () => Change(set, json => json["files"]!.AsArray().RemoveAt(0)),
            BackupFault.FileMissing => () => File.Delete(alice),
            BackupFault.SizeDiffers => () => File.AppendAllText(alice, "x"),
            BackupFault.HashDiffers => () => Flip(alice, 5000),
            BackupFault.UnexpectedFile => () => File.WriteAllText(alice + "-wal", "x"),
            BackupFault.NotADatabase => () => Rewrite(set, alice, () => Flip(alice, 0)),
            BackupFault.IntegrityCheckFailed => () => Rewrite(set, alice, () => BackedUpStore.Run(alice, "PRAGMA writable_schema = 1; UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'test_rows') WHERE name = 'agent_history'")),
            BackupFault.ForeignKeyViolated => () => Rewrite(set, central, () => BackedUpStore.Run(central,
                "PRAGMA foreign_keys = OFF; INSERT INTO agents (id, name, name_key, project_seq, type, status, created_at, updated_at) VALUES ('a', 'a', 'a', 999, 't', 'active', 'now', 'now')")),
            BackupFault.SchemaMissing => () => Rewrite(set, alice, () => BackedUpStore.Run(alice, "DROP TABLE _migrations")),
            BackupFault.SchemaTooNew => () => Rewrite(set, central, () => BackedUpStore.Run(central, "INSERT INTO _migrations (set_name, name, checksum, applied_at) VALUES ('central', '9999-future', 'x', 'now')")),
            BackupFault.SchemaDiffers => () => Rewrite(set, central, () => BackedUpStore.Run(central, "UPDATE _migrations SET checksum = 'x' WHERE name LIKE '0001%'")),
            BackupFault.EpochDiffers => () => Rewrite(set, alice, () => BackedUpStore.Run(alice, "UPDATE store_info SET value = 'x' WHERE key = 'epoch'")),
            _ => throw new ArgumentOutOfRangeException(nameof(fault)),
        };
        damage();
        return null;
    }

    /// <summary>Changes a file and lets the manifest agree, as if it had been made so.</summary>
    private static void Rewrite(string set, string file, Action change)
    {
        change();
        string path = Path.GetRelativePath(set, file).Replace('\\', '/');
        byte[] bytes = File.ReadAllBytes(file);
        Change(set, manifest =>
        {
            JsonNode entry = manifest["files"]!.AsArray().First(each => each!["path"]!.GetValue<string>() == path)!;
            (entry["size"], entry["sha256"]) = (bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        });
    }

    private static void Change(string set, Action<JsonNode> change)
    {
        string file = Path.Combine(set, "manifest.json");
        JsonNode manifest = JsonNode.Parse(File.ReadAllText(file))!;
        change(manifest);
        File.WriteAllText(file, manifest.ToJsonString());
    }

    private static void Flip(string file, int place)
    {
        byte[] bytes = File.ReadAllBytes(file);
        bytes[place] ^= 0xff;
        File.WriteAllBytes(file, bytes);
    }

    private static string[] Bytes(string folder) => [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(file => $"{file} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}")];
}
