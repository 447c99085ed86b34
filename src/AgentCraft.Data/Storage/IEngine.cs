namespace AgentCraft.Data.Storage;

/// <summary>Where the databases of a root are: in files, or in a database server.</summary>
internal interface IEngine : IAsyncDisposable
{
    /// <summary>Wakes waiters in this and other processes.</summary>
    ChangeSignal Signals { get; }

    /// <summary>The database of coordination.</summary>
    Database OpenCentral();

    /// <summary>What only that agent writes.</summary>
    /// <param name="name">The agent's name.</param>
    /// <param name="type">Names the schema of its type, which exists.</param>
    Database OpenAgent(string name, string type);

    /// <summary>True when the agent may have stored something of its own; false for one that merely registered.</summary>
    bool HasAgent(string name);
}
