using System.Collections.Concurrent;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Handovers;
using AgentCraft.Data.Monitoring;
using AgentCraft.Data.Storage.Migrations;
using AgentCraft.Data.Storage.Postgres;
using AgentCraft.Data.Storage.Schemas;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentCraft.Data.Storage;

/// <summary>The databases of one root: the central one and one for each agent, opened by their first use.</summary>
public sealed class Databases : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Database> _agents = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, bool> _withoutSchema = new(StringComparer.Ordinal);
    private readonly IEngine _engine;
    private readonly ILogger _log;

    /// <summary>Names them; nothing is opened or created yet.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c> for a connection string that cannot be used.</exception>
    public Databases(string root, StoreSettings settings, TimeProvider time, ILogger<Databases>? log = null)
    {
        (Root, Time, _log) = (Path.GetFullPath(root), time, (ILogger?)log ?? NullLogger.Instance);
        Meter = new StoreMeter(settings.SlowQuery);
        _engine = settings.Postgres is null ? new SqliteFiles(Root, settings, time, Meter) : new PostgresEngine(settings, time, Meter);
        Central = _engine.OpenCentral();
        Schemas = new AgentSchemas(Root, _engine.Name) { Default = settings.DefaultSchema, Map = settings.Schemas };
        Types = new AgentTypes(Root);
    }

    /// <summary>The directory whose agents share this store.</summary>
    public string Root { get; }

    /// <summary>The clock of waits. What is stored has the moment of its transaction, <see cref="Connection.Time"/>.</summary>
    public TimeProvider Time { get; }

    /// <summary>Coordination.</summary>
    public Database Central { get; }

    /// <summary>Wakes waiters in this and other processes.</summary>
    public ChangeSignal Signals => _engine.Signals;

    /// <summary>
    /// The agent's own rows, with the tables that every agent has and those of its type; an agent that changed its type has those of both.
    /// A file of its own on SQLite, opened by its next use whenever it was closed to keep within the bound; on a database server one schema for all agents, whose statements name the agent.
    /// </summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c> for a type whose schema in the project says more than it may</exception>
    public Database Agent(string name, string type)
    {
        MigrationSet schema = SchemaOf(type);
        return _agents.GetOrAdd($"{name}/{schema.Name}", _ => _engine.OpenAgent(name, [Schemas.OfAll, schema]));
    }

    /// <summary>On a database server what all agents share, without the tables of any type; null on files, and until an agent has rows.</summary>
    internal async Task<Database?> FindSharedAgents(CancellationToken cancellationToken) =>
        !IsFiles && await Central.Read(HasAgentsSchema, cancellationToken) ? _agents.GetOrAdd("/", _ => _engine.OpenAgent("", [Schemas.OfAll])) : null;

    /// <summary><c>sqlite</c> or <c>postgres</c>.</summary>
    public string Engine => _engine.Name;

    /// <summary>False when nothing was ever stored, so that looking would make a store.</summary>
    public bool HasCentral => _engine.HasCentral;

    /// <summary>The tables that agents of a type can have.</summary>
    internal AgentSchemas Schemas { get; }

    /// <summary>The files of agents that are open now; none on a database server.</summary>
    internal IReadOnlyList<string> OpenAgentFiles => _engine.OpenAgentFiles;

    /// <summary>What takes how long in this process.</summary>
    internal StoreMeter Meter { get; }

    /// <summary>What has a schema, to be looked at without being made or brought forward.</summary>
    internal IReadOnlyList<ISchemaStore> SchemaStores => _engine.SchemaStores();

    /// <summary>It is made of SQLite files, each with a log and pages of its own.</summary>
    internal bool IsFiles => _engine.Name == "sqlite";

    /// <summary>The files that agents have of their own; none on a database server.</summary>
    internal IReadOnlyList<(string Agent, string Path)> AgentFiles() =>
        [.. _engine.SchemaStores().Where(store => store.Agent is not null).Select(store => (store.Agent!, store.Path))];

    /// <summary>The schemas, forward and back, for the command line; whatever is opened is brought forward anyway.</summary>
    public SchemaMigrations Migrations => new(_engine.SchemaStores, Schemas, _engine.Name);

    /// <summary>What is said of agent types.</summary>
    internal AgentTypes Types { get; }

    /// <summary>True when the agent has stored something of its own; false for one that merely registered.</summary>
    public bool HasAgent(string name) => _engine.HasAgent(name);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // All at once: each may have to wait for a gate.
        await Task.WhenAll(_agents.Values.Append(Central).Select(file => file.DisposeAsync().AsTask()));
        await _engine.DisposeAsync();
    }

    /// <summary>The schema of a type: the one that its file names, its own, or that of types without.</summary>
    internal MigrationSet SchemaOf(string type)
    {
        // A mistake in the keeper's file must not stand between anybody and the hand-overs.
        if (type != HandoverSettings.AgentType && Types.Find(type) is { Schema: { } named } said)
            return Schemas.FindNamed(named) ?? throw said.File.Invalid(said.SchemaLine,
                $"there is no schema '{Text.Shown(named, 40)}': neither does one of that name ship, nor is there .agentcraft/schemas/agents/{Text.Shown(named, 40)}/0001-….sql.");
        if (Schemas.Find(type) is { } own)
            return own;
        if (_withoutSchema.TryAdd(type, true))
            _log.LogInformation("Agent type '{Type}' has no schema of its own; its agents get the default one.", type);
        return Schemas.OfOthers;
    }

    private static bool HasAgentsSchema(Connection c) =>
        c.First<long>("SELECT count(*) FROM pg_catalog.pg_namespace WHERE nspname = @Name", new { Name = $"{c.Schema}_agents" }) > 0;
}
