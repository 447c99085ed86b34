using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Postgres;
using AgentCraft.Testing;
using AgentCraft.Worker;
using Npgsql;

namespace AgentCraft.Data.Tests.Storage.Postgres;

/// <summary>A fresh store on PostgreSQL and two servers on it, with the table of <see cref="Rows"/>.</summary>
[OnPostgres]
public abstract class PostgresTests : IAsyncLifetime
{
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly TemporaryProject _project = new();
    private readonly List<Databases> _opened = [];

    /// <summary>The connection string of this test's own store.</summary>
    protected string Address => TestStore.Of(_project.Root)!;

    protected string Schema => TestStore.SchemasOf(Address).Central;

    protected Database One { get; private set; } = null!;

    protected Database Two { get; private set; } = null!;

    public virtual async Task InitializeAsync()
    {
        (One, Two) = (Open().Central, Open().Central);
        await Rows.Create(One);
    }

    public virtual async Task DisposeAsync()
    {
        foreach (Databases databases in _opened)
            await databases.DisposeAsync();
        _project.Dispose();
    }

    /// <summary>One more server on the same store.</summary>
    protected Databases Open(Action<NpgsqlConnectionStringBuilder>? change = null, double patienceSeconds = 10, TimeProvider? time = null)
    {
        NpgsqlConnectionStringBuilder address = new(Address);
        change?.Invoke(address);
        Databases databases = new(_project.Root, new() { Postgres = address.ConnectionString, WriteTimeout = TimeSpan.FromSeconds(patienceSeconds) }, time ?? TimeProvider.System);
        _opened.Add(databases);
        return databases;
    }

    /// <summary>A connection that is none of ours, as a person's or an administrator's.</summary>
    protected async Task<NpgsqlConnection> Outside()
    {
        NpgsqlConnection connection = new(new NpgsqlConnectionStringBuilder(Address) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>What an outside connection finds.</summary>
    protected async Task<T> Ask<T>(string sql)
    {
        await using NpgsqlConnection connection = await Outside();
        await using NpgsqlCommand command = new(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>How many transactions wait for the turn to write.</summary>
    protected Task<long> CountWaiting() => Ask<long>($"""
        SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
          AND (classid::bigint << 32 | objid::bigint) = hashtextextended('agentcraft/{Schema}/', 0)
        """);

    /// <summary>Ends every connection of this store's servers from the outside, as a restart of the database server does.</summary>
    protected Task<long> TerminateAll() => Ask<long>(
        $"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND application_name = '{Application}'");

    /// <summary>The name under which the servers of this process connect; unlike other tests' where the address says so.</summary>
    protected string Application => $"test {Schema}";
}
