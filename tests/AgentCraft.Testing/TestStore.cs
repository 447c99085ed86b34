using System.Collections.Concurrent;
using Npgsql;

namespace AgentCraft.Testing;

/// <summary>
/// A store of one test's own on the server of AGENTCRAFT_TEST_POSTGRES: schemas that nobody else uses, made by the first use and dropped
/// at the end. Servers that are started in the project's folder get it by their environment.
/// </summary>
public static class TestStore
{
    /// <summary>The setting by which a server is told its store.</summary>
    public const string Variable = "AGENTCRAFT__STORE";

    private const int DropAttempts = 5;
    private static readonly ConcurrentDictionary<string, string> Stores = new();

    /// <summary>The connection string of the project that this folder belongs to; null where it keeps files.</summary>
    public static string? Of(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
            if (Stores.TryGetValue(at.FullName, out string? store))
                return store;
        return null;
    }

    /// <summary>What a process in this folder must have in its environment: the store, or none of whoever runs the tests.</summary>
    public static IReadOnlyDictionary<string, string?> EnvironmentOf(string folder) => new Dictionary<string, string?> { [Variable] = Of(folder) };

    /// <summary>The schemas of a store: of the central tables, and of what each agent has.</summary>
    public static (string Central, string Agents) SchemasOf(string store) =>
        new NpgsqlConnectionStringBuilder(store).SearchPath is { Length: > 0 } schema ? (schema, $"{schema}_agents") : throw new ArgumentException("No Search Path.", nameof(store));

    /// <summary>True while this process has a connection to the server.</summary>
    public static bool IsConnected(string store, int pid)
    {
        using NpgsqlConnection connection = Connect(store);
        using NpgsqlCommand command = new("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'agentcraft %:' || @Pid", connection);
        command.Parameters.AddWithValue("Pid", $"{pid}");
        return (long)command.ExecuteScalar()! > 0;
    }

    /// <summary>As if another server were in the middle of a write to the central tables, until disposed.</summary>
    public static IDisposable HoldWrites(string store)
    {
        NpgsqlConnection connection = Connect(store);
        // The name of the lock that a transaction that writes begins with.
        Run(connection, $"SELECT pg_advisory_lock(hashtextextended('agentcraft/{SchemasOf(store).Central}/', 0))");
        return connection;
    }

    internal static string Create(string root)
    {
        NpgsqlConnectionStringBuilder store = new(Environment.GetEnvironmentVariable(Need.Postgres)) { SearchPath = $"t_{Guid.NewGuid():N}"[..18] };
        return Stores[root] = store.ConnectionString;
    }

    internal static void Drop(string root)
    {
        if (!Stores.TryRemove(root, out string? store))
            return;
        using NpgsqlConnection connection = Connect(store);
        (string central, string agents) = SchemasOf(store);
        for (int attempt = 1; ; attempt++)
            try
            {
                Run(connection, $"SET client_min_messages = warning; SET lock_timeout = '2s'; DROP SCHEMA IF EXISTS {central}, {agents} CASCADE");
                return;
            }
            catch (PostgresException held) when (held.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected && attempt < DropAttempts)
            {
                // Left by a server that was killed or stopped in the middle of a transaction.
                Run(connection, $"""
                    SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname IN ('{central}', '{agents}') AND l.pid <> pg_backend_pid()
                    """);
            }
    }

    private static NpgsqlConnection Connect(string store)
    {
        NpgsqlConnection connection = new(new NpgsqlConnectionStringBuilder(store) { Pooling = false }.ConnectionString);
        connection.Open();
        return connection;
    }

    private static void Run(NpgsqlConnection connection, string sql)
    {
        using NpgsqlCommand command = new(sql, connection);
        command.ExecuteNonQuery();
    }
}
