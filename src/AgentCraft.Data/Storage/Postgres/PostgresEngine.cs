using AgentCraft.Data.Monitoring;
using AgentCraft.Data.Storage.Migrations;
using Npgsql;

namespace AgentCraft.Data.Storage.Postgres;

/// <summary>One PostgreSQL database for any number of servers: a schema for coordination and one for what each agent has of its own.</summary>
internal sealed class PostgresEngine : IEngine
{
    private const int OldestServer = 14;

    private readonly PostgresAddress _address;
    private readonly TimeSpan _patience;
    private readonly StoreMeter _meter;
    private readonly PostgresConnections _central;
    private readonly PostgresConnections _agents;

    public PostgresEngine(StoreSettings settings, TimeProvider time, StoreMeter meter)
    {
        _meter = meter;
        _address = PostgresAddress.Parse(settings.Postgres!, settings.MaxConnections);
        _patience = settings.WriteTimeout;
        PostgresChannel channel = new(_address.Schema);
        _central = Connections(_address.Schema, channel, settings.QueryTimeout);
        _agents = Connections(_address.AgentsSchema, channel, settings.QueryTimeout);
        Signals = new ChangeSignal(new PostgresPulses(_address, channel), time);
        KeepThreadsForConnections();
    }

    public string Name => "postgres";

    public ChangeSignal Signals { get; }

    /// <summary>Looking costs no more than asking.</summary>
    public bool HasCentral => true;

    public Database OpenCentral() => Open(_central, "", () => [MigrationSet.Get("central", Name)]);

    public Database OpenAgent(string name, IReadOnlyList<MigrationSet> sets) => Open(_agents, name.ToLowerInvariant(), () => sets);

    public IReadOnlyList<string> OpenAgentFiles => [];

    /// <summary>All agents share the tables: looking costs no more than asking.</summary>
    public bool HasAgent(string name) => true;

    public IReadOnlyList<ISchemaStore> SchemaStores() =>
        [new PostgresSchema(_address, _address.Schema, _central.Dialect, Check), new PostgresSchema(_address, _address.AgentsSchema, _agents.Dialect, Check)];

    public ValueTask DisposeAsync()
    {
        Signals.Dispose();
        _central.Close();
        _agents.Close();
        return ValueTask.CompletedTask;
    }

    /// <summary>A statement blocks its thread while the server works; the pool would add threads only one by one.</summary>
    private void KeepThreadsForConnections()
    {
        ThreadPool.GetMinThreads(out int workers, out int ports);
        ThreadPool.SetMinThreads(Math.Max(workers, Environment.ProcessorCount + (2 * _address.MostConnections)), ports);
    }

    private PostgresConnections Connections(string schema, PostgresChannel channel, TimeSpan queryTimeout) =>
        new(_address, schema, new PostgresDialect(_address.Shown, new(_address, schema, _patience), channel), _patience, queryTimeout, _meter);

    private Database Open(PostgresConnections connections, string owner, Func<IReadOnlyList<MigrationSet>> sets) => new(_address.Shown, _patience,
        () =>
        {
            Prepare(connections, sets());
            return new PostgresStore(connections, owner, _patience, Signals.Pulse);
        },
        () => PostgresErrors.Busy(_address.Shown, null, _patience));

    /// <summary>
    /// Makes the schema and its tables, one server at a time; the others find them done. On a connection that is kept: from the look on,
    /// nobody may take the schema back.
    /// </summary>
    private void Prepare(PostgresConnections connections, IReadOnlyList<MigrationSet> sets)
    {
        Connection? connection = null;
        try
        {
            connection = connections.RentNew(CancellationToken.None).GetAwaiter().GetResult();
            connection.Script("SET statement_timeout TO DEFAULT");
            Check((NpgsqlConnection)connection.Inner);
            Migrator migrator = new(connection, _address.Shown);
            if (!migrator.IsUpToDate(sets))
                Migrate(connection, migrator, sets);
            connection.Script(connections.Session);
            connections.Return(connection);
        }
        catch (Exception failure)
        {
            if (connection is not null)
            {
                // With the locks that it may hold.
                connection.Dispose();
                connections.Return(connection);
            }
            if (connections.Dialect.Translate(failure) is var translated && translated != failure)
                throw translated;
            throw;
        }
    }

    private void Migrate(Connection connection, Migrator migrator, IReadOnlyList<MigrationSet> sets)
    {
        var migrating = new { Lock = PostgresLocks.Migrating(_address.Schema) };
        // As long as it takes: a limit that is meant for queries would keep the store from ever being made.
        connection.Script("SET lock_timeout = 0; SET statement_timeout = 0");
        connection.First<int>("SELECT 1 FROM pg_advisory_lock(hashtextextended(@Lock, 0))", migrating);
        connection.Script($"CREATE SCHEMA IF NOT EXISTS {connection.Schema}");
        migrator.Apply(sets);
        connection.First<bool>("SELECT pg_advisory_unlock(hashtextextended(@Lock, 0))", migrating);
        connection.Script("SET statement_timeout TO DEFAULT");
    }

    private void Check(NpgsqlConnection connection) => Check(_address, connection);

    /// <summary>What the database must be.</summary>
    /// <exception cref="AgentCraftException"><c>store_unavailable</c></exception>
    internal static void Check(PostgresAddress address, NpgsqlConnection connection)
    {
        if (connection.PostgreSqlVersion.Major < OldestServer)
            throw new AgentCraftException(ErrorCodes.StoreUnavailable, $"{address.Shown} is PostgreSQL {connection.PostgreSqlVersion}.", $"Use PostgreSQL {OldestServer} or newer.");
        using NpgsqlCommand encoding = new("SHOW server_encoding", connection);
        if (encoding.ExecuteScalar() is not "UTF8")
            throw new AgentCraftException(ErrorCodes.StoreUnavailable, $"The database {address.Shown} cannot keep every text: its encoding is not UTF8.",
                "Create one with: createdb --encoding UTF8 --template template0 NAME");
    }
}
