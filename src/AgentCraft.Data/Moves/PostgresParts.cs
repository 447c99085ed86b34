using System.Diagnostics;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Postgres;
using AgentCraft.Data.Storage.Schemas;
using Npgsql;

namespace AgentCraft.Data.Moves;

/// <summary>A database as both ends of a move know it: one connection to each of its two schemas, and the lock that keeps everybody else out.</summary>
internal sealed class PostgresParts(PostgresAddress address, AgentSchemas schemas, TimeSpan patience) : IDisposable
{
    private static readonly TimeSpan Dying = TimeSpan.FromSeconds(10), Look = TimeSpan.FromMilliseconds(100);

    private Connection? _central, _agents;
    private bool _isAlone;

    /// <summary>Where it is.</summary>
    public PostgresAddress Address => address;

    /// <summary>To the central tables.</summary>
    public Connection Central => _central ??= Connect(address.Schema);

    /// <summary>To those that agents share.</summary>
    public Connection Agents => _agents ??= Connect(address.AgentsSchema);

    /// <summary>A schema of that name is there.</summary>
    public bool HasSchema(string schema) => Central.First<long>("SELECT count(*) FROM pg_catalog.pg_namespace WHERE nspname = @Schema", new { Schema = schema }) > 0;

    /// <summary>The tables of a schema.</summary>
    public List<string> Tables(string schema) => Central.Query<string>("SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = @Schema ORDER BY tablename", new { Schema = schema });

    /// <summary>The programs that have the store open.</summary>
    public IReadOnlyList<string> Users() => [.. PostgresHolder.All(Central, PostgresLocks.Open(address.Schema)).Select(name => $"'{name}'")];

    /// <summary>From here on nobody else can connect, until this is disposed.</summary>
    /// <exception cref="AgentCraftException"><c>store_busy</c> while somebody has it open</exception>
    public void Enter()
    {
        for (long start = Stopwatch.GetTimestamp(); !_isAlone; Thread.Sleep(Look))
        {
            _isAlone = Central.First<bool>("SELECT pg_try_advisory_lock(hashtextextended(@Lock, 0))", new { Lock = PostgresLocks.Open(address.Schema) });
            // The server notices only after a while that a mover before us was killed.
            if (!_isAlone && (Users() is var users && users.Any(user => !user.StartsWith($"'{PostgresAddress.Mover} ", StringComparison.Ordinal)) || Stopwatch.GetElapsedTime(start) > Dying))
                throw MoveErrors.InUse(address.Shown, users);
        }
    }

    /// <summary>The schemas that one of the two has, all of them as new as this program's.</summary>
    public IReadOnlyList<MigrationSet> SetsOf(Connection c)
    {
        List<MigrationSet> sets = [.. Storage.Migrations.MigrationLedger.Sets(c).Select(name => schemas.FindSet(name) ?? throw MoveErrors.UnknownSet(address.Shown, name)).OrderBy(set => set != schemas.OfAll)];
        foreach (MigrationSet set in sets)
            if (Storage.Migrations.MigrationLedger.State(c, address.Shown, null, set) is { IsUpToDate: false } state)
                throw state.Fault ?? new AgentCraftException(ErrorCodes.MigrationMismatch, $"{address.Shown} lacks {set.Name}/{state.Pending[0]}, which this AgentCraft has: the move was begun by an older one.",
                    "Finish the move with that one; or cancel it (--cancel), and begin anew.");
        return sets;
    }

    /// <summary>The same sets as this engine spells them.</summary>
    public IReadOnlyList<MigrationSet> Same(IEnumerable<MigrationSet> sets) =>
        [.. sets.Select(set => schemas.FindSet(set.Name) ?? throw MoveErrors.UnknownSet(address.Shown, set.Name)).DistinctBy(set => set.Name)];

    /// <summary>The SQL of several statements, in one transaction.</summary>
    public void Together(params IEnumerable<string> statements) => Central.Script($"BEGIN; {string.Join("; ", statements)}; COMMIT");

    public void Dispose()
    {
        _central?.Dispose();
        _agents?.Dispose();
        (_central, _agents, _isAlone) = (null, null, false);
    }

    private Connection Connect(string schema)
    {
        PostgresDialect dialect = new(address.Shown, new(address, schema, patience), new(address.Schema));
        NpgsqlConnection inner = address.NewMover(schema);
        try
        {
            inner.Open();
            PostgresEngine.Check(address, inner);
            Connection connection = new(inner, dialect) { Schema = schema };
            connection.Script("SET statement_timeout = 0; SET lock_timeout = '60s'; SET idle_in_transaction_session_timeout = 0; SET client_min_messages = warning");
            return connection;
        }
        catch (Exception failure)
        {
            inner.Dispose();
            if (dialect.Translate(failure) is var translated && translated != failure)
                throw translated;
            throw;
        }
    }
}
