using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Npgsql;

namespace AgentCraft.Data.Storage.Postgres;

/// <summary>
/// Which PostgreSQL database, and which of its schemas: one for the central tables, one for those that are files of their own on SQLite.
/// </summary>
internal sealed partial record PostgresAddress
{
    private const string DefaultSchema = "agentcraft";
    private const int UsualConnections = 20;
    private const string Example = "Host=db.example.org;Username=agentcraft;Database=agentcraft";

    // They pool nothing, so there is nothing to close.
    private static readonly ConcurrentDictionary<string, NpgsqlDataSource> Sources = new(StringComparer.Ordinal);

    private readonly string _connectionString;

    private PostgresAddress(NpgsqlConnectionStringBuilder settings, string schema)
    {
        (_connectionString, Schema) = (settings.ConnectionString, schema);
        (Host, Port, Database, User) = (settings.Host!, settings.Port, settings.Database ?? settings.Username ?? "postgres", settings.Username ?? "postgres");
        Shown = $"PostgreSQL {settings.Host}:{settings.Port}/{settings.Database ?? settings.Username} ({schema})";
        MostConnections = settings.MaxPoolSize;
        CommandTimeout = TimeSpan.FromSeconds(settings.CommandTimeout);
    }

    /// <summary>The schema of the central tables.</summary>
    public string Schema { get; }

    /// <summary>The schema of the tables that each agent has; its rows carry the agent's id.</summary>
    public string AgentsSchema => Schema + "_agents";

    /// <summary>For people: where it is, never how to get in.</summary>
    public string Shown { get; }

    /// <summary>For commands that a person types.</summary>
    public string Host { get; }
    /// <inheritdoc cref="Host"/>
    public int Port { get; }
    /// <inheritdoc cref="Host"/>
    public string Database { get; }
    /// <inheritdoc cref="Host"/>
    public string User { get; }

    /// <summary>How many connections this process may have to each of the two schemas.</summary>
    public int MostConnections { get; }

    /// <summary>How long an answer may take before the connection is given up.</summary>
    public TimeSpan CommandTimeout { get; }

    /// <summary>Reads <c>Host=…;Database=…</c> or <c>postgres://user@host:port/database</c>. <c>Search Path</c> names the schema, default <c>agentcraft</c>.</summary>
    /// <param name="text">It.</param>
    /// <param name="connections">How many there may be, where it says nothing of that.</param>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c>; the text, which may hold a password, is not repeated.</exception>
    public static PostgresAddress Parse(string text, int connections = UsualConnections)
    {
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new(IsUri(text) ? FromUri(new Uri(text)) : text);
        }
        catch (Exception failure) when (failure is ArgumentException or FormatException or KeyNotFoundException or InvalidCastException)
        {
            throw Invalid("The setting store is no connection string of PostgreSQL.");
        }
        if (string.IsNullOrWhiteSpace(settings.Host))
            throw Invalid("The setting store names no host.");
        string schema = settings.SearchPath is { Length: > 0 } path ? path : DefaultSchema;
        return SchemaName().IsMatch(schema) ? new(Prepared(settings, schema, connections), schema)
            : throw Invalid("Search Path in the setting store must be one schema name of at most 40 lower-case letters, digits and _.");
    }

    /// <summary>True when the text has a password in it, which belongs into the environment.</summary>
    public static bool HasPassword(string text)
    {
        try
        {
            return !string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(IsUri(text) ? FromUri(new Uri(text)) : text).Password);
        }
        catch (Exception failure) when (failure is ArgumentException or FormatException or KeyNotFoundException or InvalidCastException)
        {
            return text.Contains("password", StringComparison.OrdinalIgnoreCase) || text.Contains("pwd", StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>A connection that is not open yet, to one of the schemas.</summary>
    public NpgsqlConnection NewConnection(string schema) =>
        New(new NpgsqlConnectionStringBuilder(_connectionString) { SearchPath = schema });

    /// <summary>The same for work that takes its time and keeps everybody else out.</summary>
    public NpgsqlConnection NewMover(string schema) => New(new NpgsqlConnectionStringBuilder(_connectionString)
    {
        SearchPath = schema, CommandTimeout = 0, MaxAutoPrepare = 0, ApplicationName = $"{Mover} {Environment.MachineName}:{Environment.ProcessId}",
    });

    // A server would begin by reading all types that the database has, a row for each table in it; ours needs none but the built-in ones.
    private static NpgsqlConnection New(NpgsqlConnectionStringBuilder settings) => Sources.GetOrAdd(settings.ConnectionString, text =>
    {
        NpgsqlDataSourceBuilder source = new(text);
        source.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        return source.Build();
    }).CreateConnection();

    /// <summary>How the database knows who moves a store.</summary>
    public const string Mover = "agentcraft move";

    /// <summary>What may stand in a file: the same text where it has no password.</summary>
    public static string WithoutPassword(string text) => HasPassword(text)
        ? new NpgsqlConnectionStringBuilder(IsUri(text) ? FromUri(new Uri(text)) : text) { Password = null }.ConnectionString : text;

    private static bool IsUri(string text) =>
        text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal);

    private static string FromUri(Uri uri)
    {
        string[] user = uri.UserInfo.Split(':', 2);
        NpgsqlConnectionStringBuilder settings = new() { Host = uri.Host };
        if (uri.Port > 0)
            settings.Port = uri.Port;
        if (user[0].Length > 0)
            settings.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1)
            settings.Password = Uri.UnescapeDataString(user[1]);
        if (uri.AbsolutePath.Length > 1)
            settings.Database = Uri.UnescapeDataString(uri.AbsolutePath[1..]);
        foreach (string[] pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)))
            settings[Uri.UnescapeDataString(pair[0]) is "sslmode" ? "SSL Mode" : Uri.UnescapeDataString(pair[0])] = Uri.UnescapeDataString(pair.ElementAtOrDefault(1) ?? "");
        return settings.ConnectionString;
    }

    /// <summary>Ours where the text says nothing; pooling is ours in any case, since connections keep prepared commands.</summary>
    private static NpgsqlConnectionStringBuilder Prepared(NpgsqlConnectionStringBuilder settings, string schema, int connections)
    {
        NpgsqlConnectionStringBuilder defaults = new();
        if (settings.MaxPoolSize == defaults.MaxPoolSize)
            settings.MaxPoolSize = connections;
        if (settings.Timeout == defaults.Timeout)
            settings.Timeout = 5;
        if (settings.MaxAutoPrepare == defaults.MaxAutoPrepare)
            (settings.MaxAutoPrepare, settings.AutoPrepareMinUsages) = (200, 2);
        if (string.IsNullOrEmpty(settings.ApplicationName))
            settings.ApplicationName = $"agentcraft {Environment.MachineName}:{Environment.ProcessId}";
        settings.Pooling = false;
        settings.Enlist = false;
        settings.SearchPath = schema;
        return settings;
    }

    private static AgentCraftException Invalid(string message) => new(ErrorCodes.InvalidConfiguration, message,
        $"For example: --store \"{Example}\", with the password in PGPASSWORD or a .pgpass file.");

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,39}$")]
    private static partial Regex SchemaName();
}
