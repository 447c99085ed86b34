using AgentCraft.Data.Moves;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Migrations;
using AgentCraft.Data.Storage.Postgres;
using Npgsql;

namespace AgentCraft.Data.Diagnosis;

/// <summary>Looks at a database server by connections of its own, in transactions that only read: nothing is made or migrated there.</summary>
internal static class PostgresLook
{
    /// <summary>Runs reads on one of the two schemas, which need not exist.</summary>
    /// <exception cref="AgentCraftException"><c>store_unavailable</c> …</exception>
    public static T Read<T>(Premises premises, bool isCentral, Func<Connection, T> read) => Open(premises, isCentral, c =>
    {
        c.Script("SET default_transaction_read_only = on; SET statement_timeout = 60000");
        return read(c);
    });

    /// <summary>Runs work on one of them in one transaction.</summary>
    /// <exception cref="AgentCraftException"><c>store_unavailable</c> …</exception>
    public static T Write<T>(Premises premises, bool isCentral, Func<Connection, T> work) => Open(premises, isCentral, c =>
    {
        c.Script($"SET lock_timeout = 10000; {MovedStore.Refuse(PostgresAddress.Parse(premises.Store.Postgres!).Schema)}; BEGIN");
        T result = work(c);
        c.Script("COMMIT");
        return result;
    });

    private static T Open<T>(Premises premises, bool isCentral, Func<Connection, T> use)
    {
        PostgresAddress address = PostgresAddress.Parse(premises.Store.Postgres!);
        string schema = isCentral ? address.Schema : address.AgentsSchema;
        PostgresDialect dialect = new(address.Shown, new(address, address.Schema, premises.Store.WriteTimeout), new(address.Schema));
        try
        {
            using NpgsqlConnection inner = address.NewConnection(schema);
            inner.Open();
            using Connection connection = new(inner, dialect) { Schema = schema };
            return use(connection);
        }
        catch (Exception failure) when (dialect.Translate(failure) is var translated && translated != failure)
        {
            throw translated;
        }
    }

    /// <summary>The schemas, as what has counts.</summary>
    public static Task<IReadOnlyList<DerivedPart>> Parts(Premises premises) => Task.FromResult<IReadOnlyList<DerivedPart>>(
    [
        new("the central schema", null, IsCentral: true, read => Read(premises, isCentral: true, read)),
        new("the agents' schema", null, IsCentral: false, read => Read(premises, isCentral: false, read)),
    ]);

    /// <summary>What the checks need to know of it.</summary>
    public static PostgresFacts Facts(Premises premises) => Read(premises, isCentral: true, c => new PostgresFacts
    {
        Version = ((NpgsqlConnection)c.Inner).PostgreSqlVersion,
        Encoding = Setting(c, "server_encoding"),
        Settings = new[] { "fsync", "synchronous_commit", "full_page_writes", "autovacuum" }.ToDictionary(name => name, name => Setting(c, name)),
        Moved = new MoveJournal(c) is { Exists: true } journal ? journal.Find(MoveJournal.Note) ?? MovedStore.Filling + journal.Find(MoveJournal.From) : null,
        IsStandby = c.First<bool>("SELECT pg_is_in_recovery()"),
        HasSchema = HasSchema(c),
        MayCreate = c.First<bool>("SELECT has_database_privilege(current_database(), 'CREATE')"),
        Refused = c.Query<string>("""
            SELECT n.nspname || '.' || t.relname FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
            WHERE n.nspname IN (@Central, @Agents) AND t.relkind = 'r'
              AND NOT (has_table_privilege(t.oid, 'SELECT') AND has_table_privilege(t.oid, 'INSERT') AND has_table_privilege(t.oid, 'UPDATE') AND has_table_privilege(t.oid, 'DELETE'))
            ORDER BY 1 LIMIT 20
            """, Schemas(c)),
        OtherCollation = c.Query<string>("""
            SELECT n.nspname || '.' || t.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid JOIN pg_namespace n ON n.oid = t.relnamespace
            JOIN pg_collation l ON l.oid = a.attcollation
            WHERE n.nspname IN (@Central, @Agents) AND t.relkind = 'r' AND a.attnum > 0 AND l.collname <> 'C' ORDER BY 1 LIMIT 20
            """, Schemas(c)),
        Invalid = c.Query<string>("""
            SELECT CAST(CAST(i.indexrelid AS regclass) AS TEXT) FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
            WHERE n.nspname IN (@Central, @Agents) AND NOT i.indisvalid ORDER BY 1 LIMIT 20
            """, Schemas(c)),
        Free = c.First<long>("SELECT CAST(current_setting('max_connections') AS BIGINT) - count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"),
        Holders = PostgresHolder.All(c, $"agentcraft/{c.Schema}/"),
        Schema = MigrationLedger.Exists(c) ? MigrationLedger.State(c, ((NpgsqlConnection)c.Inner).Host ?? "", agent: null, MigrationSet.Get("central", "postgres")) : null,
    });

    private static bool HasSchema(Connection c) => c.First<long>("SELECT count(*) FROM pg_namespace WHERE nspname = @Central", new { Central = c.Schema }) > 0;

    private static string Setting(Connection c, string name) => c.First<string>("SELECT current_setting(@Name)", new { Name = name }) ?? "";

    private static object Schemas(Connection c) => new { Central = c.Schema, Agents = c.Schema + "_agents" };
}

/// <summary>What a database server says of itself.</summary>
internal sealed record PostgresFacts
{
    public required Version Version { get; init; }
    public required string Encoding { get; init; }
    public required IReadOnlyDictionary<string, string> Settings { get; init; }
    /// <summary>It was moved away, or is being moved or filled: what connections are refused with.</summary>
    public string? Moved { get; init; }
    public bool IsStandby { get; init; }
    public bool HasSchema { get; init; }
    public bool MayCreate { get; init; }
    /// <summary>Tables that this user may not use as we do.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];
    /// <summary>Columns whose order is that of a language.</summary>
    public IReadOnlyList<string> OtherCollation { get; init; } = [];
    /// <summary>Indexes that were left unfinished.</summary>
    public IReadOnlyList<string> Invalid { get; init; } = [];
    /// <summary>Connections that can still be made.</summary>
    public long Free { get; init; } = long.MaxValue;
    /// <summary>Who is in the middle of a write.</summary>
    public IReadOnlyList<string> Holders { get; init; } = [];
    /// <summary>The central schema; null when it is not made yet.</summary>
    public SchemaState? Schema { get; init; }
}
