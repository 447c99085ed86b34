using AgentCraft.Data.Storage.Migrations;
using Npgsql;

namespace AgentCraft.Data.Storage.Postgres;

/// <summary>
/// One of the two schemas of a store, migrated by one process at a time. Every connection of a server holds the lock <c>open</c> shared; who
/// goes back to an earlier schema takes it alone.
/// </summary>
internal sealed class PostgresSchema(PostgresAddress address, string schema, Dialect dialect, Action<NpgsqlConnection> check) : ISchemaStore
{
    public string Path => schema == address.Schema ? address.Shown : $"{address.Shown}, agents";

    public string? Agent => null;

    public bool IsCentral => schema == address.Schema;

    public Dialect Dialect => dialect;

    public Task<T> Use<T>(SchemaAccess access, Func<SchemaSession, T> work) => Task.Run(() =>
    {
        try
        {
            using NpgsqlConnection inner = address.NewConnection(schema);
            inner.Open();
            check(inner);
            using Connection connection = new(inner, dialect) { Schema = schema };
            if (access != SchemaAccess.Look)
                Take(connection, access);
            return work(new(connection, null));
        }
        catch (Exception failure) when (dialect.Translate(failure) is var translated && translated != failure)
        {
            throw translated;
        }
    });

    private void Take(Connection connection, SchemaAccess access)
    {
        string open = PostgresLocks.Open(address.Schema);
        if (access == SchemaAccess.Forward)
            connection.First<int>("SELECT 1 FROM pg_advisory_lock_shared(hashtextextended(@Lock, 0))", new { Lock = open });
        else if (!connection.First<bool>("SELECT pg_try_advisory_lock(hashtextextended(@Lock, 0))", new { Lock = open }))
            throw MigrationErrors.InUse(Path, string.Join(", ", PostgresHolder.All(connection, open).Select(name => $"'{name}'")) is { Length: > 0 } names ? names : "another process");
        connection.First<int>("SELECT 1 FROM pg_advisory_lock(hashtextextended(@Lock, 0))", new { Lock = PostgresLocks.Migrating(address.Schema) });
        connection.Script($"CREATE SCHEMA IF NOT EXISTS {schema}");
    }
}
