namespace AgentCraft.Data.Storage;

/// <summary>
/// Brings a store to this program's schema. Whoever calls holds the gate, or the lock in its place; each migration commits together with its record, and the check is
/// made again inside that transaction, so that each is applied exactly once whatever else opens the store.
/// </summary>
/// <param name="connection">Where.</param>
/// <param name="path">How a person knows it.</param>
/// <param name="backUp">Run before anything is changed in a store that has been used.</param>
internal sealed class Migrator(Connection connection, string path, Action? backUp = null)
{
    /// <summary>True when nothing is missing.</summary>
    /// <exception cref="AgentCraftException"><c>store_too_new</c>, <c>migration_mismatch</c></exception>
    public bool IsUpToDate(IReadOnlyList<MigrationSet> sets) => TableExists() && Pending(sets).Count == 0;

    /// <summary>Applies what is missing.</summary>
    /// <exception cref="AgentCraftException"><c>store_too_new</c>, <c>migration_mismatch</c></exception>
    public void Apply(IReadOnlyList<MigrationSet> sets)
    {
        bool isNew = !TableExists();
        if (!isNew && Pending(sets).Count == 0)
            return;
        connection.Script(connection.Dialect.Ddl(MigrationSet.TableScript));
        if (!isNew && HoldsData())
            backUp?.Invoke();
        foreach ((MigrationSet set, Migration migration) in Pending(sets))
            ApplyOne(set, migration);
    }

    /// <summary>False for a file whose making was cut off after its first statement.</summary>
    private bool HoldsData() => connection.First<long>("SELECT count(*) FROM _migrations") > 0;

    private List<(MigrationSet Set, Migration Migration)> Pending(IReadOnlyList<MigrationSet> sets)
    {
        List<(MigrationSet, Migration)> pending = [];
        foreach (MigrationSet set in sets)
        {
            Dictionary<string, string> applied = Applied(set);
            pending.AddRange(set.Migrations.Where(m => !IsApplied(set, m, applied)).Select(m => (set, m)));
            if (applied.Keys.Except(set.Migrations.Select(m => m.Name)).Order(StringComparer.Ordinal).LastOrDefault() is { } newer)
                throw TooNew(set, newer);
        }
        return pending;
    }

    private bool IsApplied(MigrationSet set, Migration migration, Dictionary<string, string> applied)
    {
        if (!applied.TryGetValue(migration.Name, out string? checksum))
            return false;
        return checksum == migration.Checksum ? true : throw new AgentCraftException(ErrorCodes.MigrationMismatch,
            $"{path} has the migration '{set.Name}/{migration.Name}' with other contents than {(set.IsProjects ? $".agentcraft/schemas/{set.Name}/{migration.Name}.sql" : "this program's")}.",
            set.IsProjects ? "Put that file back as it was when it was applied, and say what is new in a further file; nothing was changed."
            : "Use the AgentCraft that made it, or restore a backup; nothing was changed.");
    }

    private AgentCraftException TooNew(MigrationSet set, string newer) => set.IsProjects
        ? new(ErrorCodes.StoreTooNew, $"{path} was migrated to '{set.Name}/{newer}', which was not in .agentcraft/schemas/{set.Name} when this server read it.",
            "Start this server again if the file is there now, else put it back; nothing was changed.")
        : new(ErrorCodes.StoreTooNew, $"{path} was migrated to '{set.Name}/{newer}', which this version of AgentCraft does not know.",
            "Use the newer AgentCraft that made it; nothing was changed.");

    private void ApplyOne(MigrationSet set, Migration migration)
    {
        connection.Begin();
        try
        {
            if (!Applied(set).ContainsKey(migration.Name))
            {
                Run(set, migration);
                connection.Execute("INSERT INTO _migrations (set_name, name, checksum, applied_at) VALUES (@Set, @Name, @Checksum, @Now)",
                    new { Set = set.Name, migration.Name, migration.Checksum, connection.Time.Now });
            }
            connection.Commit([]);
        }
        catch
        {
            connection.RollBack();
            throw;
        }
    }

    private void Run(MigrationSet set, Migration migration)
    {
        string script = connection.Dialect.Ddl(migration.Up);
        if (!set.IsProjects)
            connection.Script(script);
        else if (connection.Dialect.RunGuarded(connection, script) is { } fault)
            throw new AgentCraftException(ErrorCodes.InvalidConfiguration, $".agentcraft/schemas/{set.Name}/{migration.Name}.sql cannot be applied: {fault}.",
                "Nothing was changed. SQL of a project may create tables and indexes and nothing else.");
    }

    private bool TableExists() => connection.First<long>(connection.Dialect.CountTables, new { Name = "_migrations" }) == 1;

    private Dictionary<string, string> Applied(MigrationSet set) =>
        connection.Query<AppliedMigration>("SELECT name, checksum FROM _migrations WHERE set_name = @Name", new { set.Name })
            .ToDictionary(m => m.Name, m => m.Checksum);

    private sealed class AppliedMigration
    {
        public string Name { get; init; } = "";
        public string Checksum { get; init; } = "";
    }
}
