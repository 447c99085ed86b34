using System.Security.Cryptography;
using AgentCraft.Data.Storage.Schemas;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AgentCraft.Data.Storage.Backups;

/// <summary>Looks at everything that a set is: manifest, sizes, hashes, pages, references, schemas. Nothing in it changes by that.</summary>
internal sealed class BackupVerifier(StoreSettings settings, AgentSchemas schemas)
{
    private const int MostProblems = 5;

    /// <summary>Everything that is wrong with the set; nothing when it can be restored.</summary>
    public IReadOnlyList<BackupDamageReport> Verify(string folder, Action<int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        List<BackupDamageReport> damages = [];
        try
        {
            BackupManifest manifest = BackupManifest.Read(folder);
            for (int i = 0; i < manifest.Files.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Verify(folder, manifest, manifest.Files[i], damages);
                progress?.Invoke(i + 1, manifest.Files.Count);
            }
            damages.AddRange(Unexpected(folder, manifest).Select(path => new BackupDamageReport(BackupFault.UnexpectedFile, path, "the manifest does not name it")));
        }
        catch (BackupDamage damage)
        {
            damages.Add(new(damage.Fault, BackupManifest.FileName, damage.Message));
        }
        return damages;
    }

    private void Verify(string folder, BackupManifest manifest, BackupFile file, List<BackupDamageReport> damages)
    {
        void Found(BackupFault fault, string message) => damages.Add(new(fault, file.Path, message));
        string path = Path.Combine(folder, file.Path);
        try
        {
            CheckBytes(path, file);
            using Connection c = CopyConnections.OfCopy(path, settings);
            CheckPages(c, Found);
            CheckSchema(c, file, Found);
            if (file.Agent is null && file.Epoch != manifest.Epoch)
                Found(BackupFault.EpochDiffers, $"the manifest says {manifest.Epoch} of the set and {file.Epoch} of the file");
        }
        catch (BackupDamage damage)
        {
            Found(damage.Fault, damage.Message);
        }
        catch (SqliteException failure)
        {
            Found(failure.SqliteErrorCode == raw.SQLITE_NOTADB ? BackupFault.NotADatabase : BackupFault.IntegrityCheckFailed, failure.Message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Found(BackupFault.FileUnreadable, failure.Message);
        }
    }

    /// <summary>What differs in its bytes need not be looked at any further.</summary>
    private static void CheckBytes(string path, BackupFile file)
    {
        if (!File.Exists(path))
            throw new BackupDamage(BackupFault.FileMissing, "it is not there");
        using FileStream stream = File.OpenRead(path);
        if (stream.Length != file.Size)
            throw new BackupDamage(BackupFault.SizeDiffers, $"it has {stream.Length} bytes, not {file.Size}");
        if (!string.Equals(Convert.ToHexStringLower(SHA256.HashData(stream)), file.Sha256, StringComparison.OrdinalIgnoreCase))
            throw new BackupDamage(BackupFault.HashDiffers, "its SHA-256 is another than the manifest's");
    }

    private static void CheckPages(Connection c, Action<BackupFault, string> found)
    {
        List<string> problems = c.Query<string>($"PRAGMA integrity_check({MostProblems})");
        if (problems is not ["ok"])
            found(BackupFault.IntegrityCheckFailed, string.Join("; ", problems));
        List<Violation> violations = c.Query<Violation>("PRAGMA foreign_key_check");
        if (violations.Count > 0)
            found(BackupFault.ForeignKeyViolated, $"{violations.Count} rows, the first of {violations[0].Table}, refer to rows of {violations[0].Parent} that are not there");
    }

    private void CheckSchema(Connection c, BackupFile file, Action<BackupFault, string> found)
    {
        FileFacts facts = FileFacts.Of(c);
        if (facts.Migrations.Count == 0 || facts.Epoch is null || !facts.Migrations.Any(applied => applied.SetName == (file.Agent is null ? "central" : schemas.OfAll.Name)))
        {
            found(BackupFault.SchemaMissing, "it is no store of AgentCraft");
            return;
        }
        if (facts.Epoch != file.Epoch)
            found(BackupFault.EpochDiffers, $"its epoch is {facts.Epoch}, not {file.Epoch}");
        foreach (FileFacts.Applied applied in facts.Migrations)
            if (Known(applied.SetName) is { } set && FaultOf(set, applied) is var (fault, message))
                found(fault, message);
    }

    private static (BackupFault, string)? FaultOf(MigrationSet set, FileFacts.Applied applied) =>
        set.Migrations.FirstOrDefault(migration => migration.Name == applied.Name) is not { } known
            ? (BackupFault.SchemaTooNew, $"it was migrated to '{applied.SetName}/{applied.Name}', which this version of AgentCraft does not know")
        : known.Checksum != applied.Checksum
            ? (BackupFault.SchemaDiffers, $"its migration '{applied.SetName}/{applied.Name}' has other contents than this program's")
        : null;

    /// <summary>A type of the project's own that nobody knows any more is left alone, in a store as in a backup.</summary>
    private MigrationSet? Known(string set) =>
        set == "central" ? MigrationSet.Get(set) : set == schemas.OfAll.Name ? schemas.OfAll : set.StartsWith("agents/", StringComparison.Ordinal) ? schemas.Find(set["agents/".Length..]) : null;

    private static IEnumerable<string> Unexpected(string folder, BackupManifest manifest) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
            .Except(manifest.Files.Select(file => file.Path).Append(BackupManifest.FileName), StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private sealed class Violation
    {
        public string Table { get; init; } = "";
        public string Parent { get; init; } = "";
    }
}
