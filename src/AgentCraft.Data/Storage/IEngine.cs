using AgentCraft.Data.Storage.Migrations;

namespace AgentCraft.Data.Storage;

/// <summary>Where the databases of a root are: in files, or in a database server.</summary>
internal interface IEngine : IAsyncDisposable
{
    /// <summary><c>sqlite</c> or <c>postgres</c>.</summary>
    string Name { get; }

    /// <summary>Wakes waiters in this and other processes.</summary>
    ChangeSignal Signals { get; }

    /// <summary>False when nothing was ever stored, so that looking would make a store.</summary>
    bool HasCentral { get; }

    /// <summary>The database of coordination.</summary>
    Database OpenCentral();

    /// <summary>What only that agent writes.</summary>
    /// <param name="name">The agent's name.</param>
    /// <param name="sets">What every agent has, and its type's own.</param>
    Database OpenAgent(string name, IReadOnlyList<MigrationSet> sets);

    /// <summary>The files of agents that are open now; none on a database server.</summary>
    IReadOnlyList<string> OpenAgentFiles { get; }

    /// <summary>True when the agent may have stored something of its own; false for one that merely registered.</summary>
    bool HasAgent(string name);

    /// <summary>What has a schema: the central store, there or not, and what agents have, as far as it is there.</summary>
    IReadOnlyList<ISchemaStore> SchemaStores();
}
