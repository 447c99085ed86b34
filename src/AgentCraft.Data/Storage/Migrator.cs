using AgentCraft.Data.Storage.Migrations;

namespace AgentCraft.Data.Storage;

/// <summary>
/// Brings a store to this program's schema, or back to an earlier one. Whoever calls holds the gate, or the lock in its place; each migration commits together with its record, and the check is
/// made again inside that transaction, so that each is applied exactly once whatever else opens the store.
/// </summary>
/// <param name="connection">Where.</param>
/// <param name="path">How a person knows it.</param>
/// <param name="backUp">Run before anything is changed in a store that has been used.</param>
internal sealed class Migrator(Connection connection, string path, Action? backUp = null)
{
    /// <summary>True when nothing is missing.</summary>
    /// <exception cref="AgentCraftException"><c>store_too_new</c>, <c>migration_mismatch</c></exception>
    public bool IsUpToDate(IReadOnlyList<MigrationSet> sets) => MigrationLedger.Exists(connection) && Pending(sets).Count == 0;

    /// <summary>Applies what is missing.</summary>
    /// <exception cref="AgentCraftException"><c>store_too_new</c>, <c>migration_mismatch</c></exception>
    public void Apply(IReadOnlyList<MigrationSet> sets)
    {
        bool isNew = !MigrationLedger.Exists(connection);
        if (!isNew && Pending(sets).Count == 0)
            return;
        MakeLedger();
        if (!isNew && MigrationLedger.HoldsData(connection))
            backUp?.Invoke();
        foreach ((MigrationSet set, Migration migration) in Pending(sets))
            Apply(set, migration);
    }

    /// <summary>Makes the table of applied migrations where there is none.</summary>
    public void MakeLedger() => connection.Script(connection.Dialect.Ddl(MigrationSet.TableScript));

    /// <summary>Applies one, unless somebody was faster.</summary>
    public void Apply(MigrationSet set, Migration migration) => InTransaction(() =>
    {
        if (IsApplied(set, migration))
            return;
        Run(set, migration);
        MigrationLedger.Add(connection, set.Name, migration);
    });

    /// <summary>Takes one back, unless somebody was faster.</summary>
    public void TakeBack(MigrationSet set, Migration migration) => InTransaction(() =>
    {
        if (!IsApplied(set, migration))
            return;
        connection.Script(connection.Dialect.Ddl(migration.Down));
        MigrationLedger.Remove(connection, set.Name, migration);
    });

    private List<(MigrationSet Set, Migration Migration)> Pending(IReadOnlyList<MigrationSet> sets)
    {
        List<(MigrationSet, Migration)> pending = [];
        foreach (MigrationSet set in sets)
        {
            SchemaState state = MigrationLedger.State(connection, path, agent: null, set);
            if (state.Fault is { } fault)
                throw fault;
            pending.AddRange(set.Migrations.Where(migration => state.Pending.Contains(migration.Name)).Select(migration => (set, migration)));
        }
        return pending;
    }

    private bool IsApplied(MigrationSet set, Migration migration) => MigrationLedger.Applied(connection, set.Name).Exists(applied => applied.Name == migration.Name);

    private void InTransaction(Action work)
    {
        connection.Begin();
        try
        {
            work();
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
}
