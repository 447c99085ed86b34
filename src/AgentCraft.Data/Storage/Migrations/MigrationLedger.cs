namespace AgentCraft.Data.Storage.Migrations;

/// <summary>What a store says of itself: <c>_migrations</c>, and who wrote there last.</summary>
internal static class MigrationLedger
{
    private const string LastProgram = "migrated_by";

    /// <summary>True when it has been migrated at all.</summary>
    public static bool Exists(Connection c) => Has(c, "_migrations");

    /// <summary>False for a file whose making was cut off after its first statement.</summary>
    public static bool HoldsData(Connection c) => c.First<long>("SELECT count(*) FROM _migrations") > 0;

    /// <summary>What was applied of a set, in order of the names.</summary>
    public static List<AppliedMigration> Applied(Connection c, string set) =>
        c.Query<AppliedMigration>("SELECT name, checksum, applied_at FROM _migrations WHERE set_name = @Set ORDER BY name", new { Set = set });

    /// <summary>The sets of which something was applied.</summary>
    public static List<string> Sets(Connection c) => Exists(c) ? c.Query<string>("SELECT DISTINCT set_name FROM _migrations ORDER BY set_name") : [];

    /// <summary>The version of the program that migrated it last; null where none was written down.</summary>
    public static string? Program(Connection c) =>
        Has(c, "store_info") ? c.First<string>("SELECT value FROM store_info WHERE key = @Key", new { Key = LastProgram }) : null;

    /// <summary>Writes down that a migration was applied, by this program.</summary>
    public static void Add(Connection c, string set, Migration migration)
    {
        c.Execute("INSERT INTO _migrations (set_name, name, checksum, applied_at) VALUES (@Set, @Name, @Checksum, @Now)",
            new { Set = set, migration.Name, migration.Checksum, c.Time.Now });
        if (Has(c, "store_info"))
            c.Execute("INSERT INTO store_info (key, value) VALUES (@Key, @Version) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                new { Key = LastProgram, Version = MigrationErrors.ProgramVersion });
    }

    /// <summary>Forgets one that was taken back.</summary>
    public static void Remove(Connection c, string set, Migration migration) =>
        c.Execute("DELETE FROM _migrations WHERE set_name = @Set AND name = @Name", new { Set = set, migration.Name });

    /// <summary>How a set stands.</summary>
    public static SchemaState State(Connection c, string store, string? agent, MigrationSet set)
    {
        List<AppliedMigration> applied = Exists(c) ? Applied(c, set.Name) : [];
        Dictionary<string, AppliedMigration> byName = applied.ToDictionary(migration => migration.Name);
        return new()
        {
            Set = set.Name,
            Store = store,
            Agent = agent,
            Known = set,
            Version = applied.Select(migration => MigrationSet.NumberOf(migration.Name)).DefaultIfEmpty().Max(),
            Newest = set.Newest,
            Applied = applied,
            Pending = [.. set.Migrations.Where(migration => !byName.ContainsKey(migration.Name)).Select(migration => migration.Name)],
            Drift = [.. set.Migrations.Where(migration => byName.TryGetValue(migration.Name, out AppliedMigration? found) && found.Checksum != migration.Checksum)
                .Select(migration => new Drift { IsProjects = set.IsProjects, File = $"{set.Name}/{migration.Name}", Expected = migration.Checksum, Found = byName[migration.Name].Checksum })],
            Unknown = [.. byName.Keys.Except(set.Migrations.Select(migration => migration.Name)).Order(StringComparer.Ordinal)],
            MigratedBy = Program(c),
        };
    }

    private static bool Has(Connection c, string table) => c.First<long>(c.Dialect.CountTables, new { Name = table }) == 1;
}
