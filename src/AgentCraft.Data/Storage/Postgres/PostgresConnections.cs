using System.Collections.Concurrent;
using System.Data;
using AgentCraft.Data.Monitoring;
using AgentCraft.Data.Moves;
using Npgsql;

namespace AgentCraft.Data.Storage.Postgres;

/// <summary>
/// The connections of this process to one schema, kept open with their prepared commands; at most so many as the address allows. A
/// connection serves one transaction at a time, of whichever store.
/// </summary>
internal sealed class PostgresConnections(PostgresAddress address, string schema, Dialect dialect, TimeSpan patience, TimeSpan queryTimeout, StoreMeter? meter = null)
{
    // A process that is stopped in the middle of a transaction holds its lock; the server ends that after ten seconds. A pooler between may not pass
    // on which schema the connection asked for, and the tables would be looked for, and made, in another one.
    /// <summary>What a new connection begins with.</summary>
    public string Session { get; } = $"""
        SET search_path = {schema}; SET lock_timeout = {(int)patience.TotalMilliseconds}; SET idle_in_transaction_session_timeout = 10000;
        SELECT set_config('statement_timeout', '{(int)queryTimeout.TotalMilliseconds}', false) WHERE current_setting('statement_timeout') = '0';
        """;

    // While somebody takes the schema back, nobody gets a connection.
    private readonly string _entrance = $"SELECT pg_advisory_lock_shared(hashtextextended('{PostgresLocks.Open(address.Schema)}', 0)); {MovedStore.Refuse(address.Schema)}";

    private readonly ConcurrentStack<Connection> _idle = new();
    private readonly SemaphoreSlim _places = new(address.MostConnections);
    private volatile bool _closed;

    /// <summary>How it is spoken to.</summary>
    public Dialect Dialect => dialect;

    /// <summary>Where it is told what takes how long; null where nobody asks.</summary>
    public StoreMeter? Meter => meter;

    /// <summary>The schema.</summary>
    public string Schema => schema;

    /// <summary>How long a statement that reads may take; null for any time. A role or database may have a limit of its own.</summary>
    public TimeSpan? QueryTimeout => queryTimeout > TimeSpan.Zero ? queryTimeout : null;

    /// <summary>How a person knows the database.</summary>
    public string Where => address.Shown;

    /// <summary>Counts the times that connections were lost: what was known of the database before may have changed.</summary>
    public int Generation { get; private set; }

    /// <summary>A connection for one transaction; give it to <see cref="Return"/>.</summary>
    /// <param name="owner">Whose rows: see <see cref="Connection.Owner"/>.</param>
    /// <param name="cancellationToken">Gives up waiting for one.</param>
    /// <exception cref="AgentCraftException"><c>store_busy</c> when all are in use for too long</exception>
    public Task<Connection> Rent(string owner, CancellationToken cancellationToken) => Rent(owner, TakeIdle, cancellationToken);

    /// <summary>One that was opened just now, and so is not dead yet.</summary>
    public Task<Connection> RentNew(CancellationToken cancellationToken) => Rent("", () => null, cancellationToken);

    private async Task<Connection> Rent(string owner, Func<Connection?> takeIdle, CancellationToken cancellationToken)
    {
        if (!await _places.WaitAsync(patience, cancellationToken))
            throw PostgresErrors.Exhausted(address.Shown, address.MostConnections, patience);
        try
        {
            Connection connection = takeIdle() ?? await Open(cancellationToken);
            connection.Owner = owner;
            return connection;
        }
        catch
        {
            _places.Release();
            throw;
        }
    }

    /// <summary>Keeps the connection for the next, unless it is broken or in the middle of something.</summary>
    public void Return(Connection connection)
    {
        if (_closed || connection.Inner.State != ConnectionState.Open || connection.InTransaction)
            connection.Dispose();
        else
            _idle.Push(connection);
        _places.Release();
        if (_closed)
            Close();
    }

    /// <summary>The database has dropped a connection, so probably all.</summary>
    public void Forget()
    {
        Generation++;
        DropIdle();
    }

    /// <summary>Closes those that are idle, and each of the others when it is returned; what is still to be committed may have one.</summary>
    public void Close()
    {
        _closed = true;
        DropIdle();
    }

    private void DropIdle()
    {
        while (_idle.TryPop(out Connection? connection))
            connection.Dispose();
    }

    private Connection? TakeIdle()
    {
        while (_idle.TryPop(out Connection? connection))
        {
            if (connection.Inner.State == ConnectionState.Open)
                return connection;
            connection.Dispose();
        }
        return null;
    }

    private async Task<Connection> Open(CancellationToken cancellationToken)
    {
        NpgsqlConnection inner = address.NewConnection(schema);
        try
        {
            await inner.OpenAsync(cancellationToken);
            Connection connection = new(inner, dialect) { Schema = schema, Meter = meter };
            connection.Script(Session + _entrance);
            return connection;
        }
        catch
        {
            await inner.DisposeAsync();
            throw;
        }
    }
}
