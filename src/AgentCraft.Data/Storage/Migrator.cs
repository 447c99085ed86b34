namespace AgentCraft.Data.Storage;

/// <summary>
/// Brings a file to this program's schema. Whoever calls holds the gate; each migration commits together with its record, and the check is
/// made again inside that transaction, so that each is applied exactly once whatever else opens the file.
/// </summary>
internal sealed class Migrator(Connection connection, string path, TimeProvider time)
{
    /// <summary>Applies what is missing.</summary>
    /// <exception cref="AgentCraftException"><c>store_too_new</c>, <c>migration_mismatch</c></exception>
    public void Apply(IReadOnlyList<MigrationSet> sets)
    {
        bool isNew = !TableExists();
        if (!isNew && Pending(sets).Count == 0)
            return;
        connection.Script(MigrationSet.TableScript);
        if (!isNew)
            BackUp();
        foreach ((MigrationSet set, Migration migration) in Pending(sets))
            ApplyOne(set, migration);
    }

    private List<(MigrationSet Set, Migration Migration)> Pending(IReadOnlyList<MigrationSet> sets)
    {
        List<(MigrationSet, Migration)> pending = [];
        foreach (MigrationSet set in sets)
        {
            Dictionary<string, string> applied = Applied(set);
            pending.AddRange(set.Migrations.Where(m => !IsApplied(set, m, applied)).Select(m => (set, m)));
            if (applied.Keys.Except(set.Migrations.Select(m => m.Name)).Order(StringComparer.Ordinal).LastOrDefault() is { } newer)
                throw new AgentCraftException(ErrorCodes.StoreTooNew,
                    $"{path} was migrated to '{set.Name}/{newer}', which this version of AgentCraft does not know.",
                    "Use the newer AgentCraft that made it; nothing was changed.");
        }
        return pending;
    }

    private bool IsApplied(MigrationSet set, Migration migration, Dictionary<string, string> applied)
    {
        if (!applied.TryGetValue(migration.Name, out string? checksum))
            return false;
        return checksum == migration.Checksum ? true : throw new AgentCraftException(ErrorCodes.MigrationMismatch,
            $"{path} has the migration '{set.Name}/{migration.Name}' with other contents than this program's.",
            "Use the AgentCraft that made it, or restore a backup; nothing was changed.");
    }

    private void ApplyOne(MigrationSet set, Migration migration)
    {
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            if (!Applied(set).ContainsKey(migration.Name))
            {
                connection.Script(migration.Up);
                connection.Execute("INSERT INTO _migrations (set_name, name, checksum, applied_at) VALUES (@Set, @Name, @Checksum, @Now)",
                    new { Set = set.Name, migration.Name, migration.Checksum, Now = time.GetUtcNow() });
            }
            connection.Execute("COMMIT");
        }
        catch
        {
            connection.RollBack();
            throw;
        }
    }

    /// <summary>A file that holds data is copied beside itself first, by SQLite, as one consistent file.</summary>
    private void BackUp()
    {
        string folder = Path.Combine(Path.GetDirectoryName(path)!, "backups");
        OwnedDirectory.Create(folder);
        string name = $"{Path.GetFileNameWithoutExtension(path)}-{time.GetUtcNow():yyyyMMdd-HHmmss-fff}-before-migration.db";
        connection.Execute("VACUUM INTO @File", new { File = Path.Combine(folder, name) });
    }

    private bool TableExists() =>
        connection.First<long>("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '_migrations'") == 1;

    private Dictionary<string, string> Applied(MigrationSet set) =>
        connection.Query<AppliedMigration>("SELECT name, checksum FROM _migrations WHERE set_name = @Name", new { set.Name })
            .ToDictionary(m => m.Name, m => m.Checksum);

    private sealed class AppliedMigration
    {
        public string Name { get; init; } = "";
        public string Checksum { get; init; } = "";
    }
}
