namespace AgentCraft.Data.Storage;

/// <summary>The default engine: one SQLite file for coordination and one for each agent, below the root.</summary>
internal sealed class SqliteFiles : IEngine
{
    private readonly string _root;
    private readonly StoreSettings _settings;
    private readonly LeaseClock _clock;
    private readonly OpenLimit _agents;

    public SqliteFiles(string root, StoreSettings settings, TimeProvider time)
    {
        (_root, _settings, _clock, _agents) = (root, settings, new LeaseClock(time), new OpenLimit(settings.MaxOpenAgentFiles));
        Signals = new ChangeSignal(new SentinelFiles(Path.Combine(root, ".agentcraft", "signals")), time);
    }

    public string Name => "sqlite";

    public ChangeSignal Signals { get; }

    public IReadOnlyList<string> OpenAgentFiles => _agents.Paths;

    /// <summary>It stays open: every call uses it.</summary>
    public Database OpenCentral() =>
        Open(Path.Combine(_root, ".agentcraft", "session.db"), _settings.CentralCacheKiB, () => [MigrationSet.Get("central")], limit: null);

    public bool HasAgent(string name) => File.Exists(AgentFile(name));

    public Database OpenAgent(string name, IReadOnlyList<MigrationSet> sets) => Open(AgentFile(name), _settings.AgentCacheKiB, () => sets, _agents);

    public ValueTask DisposeAsync()
    {
        Signals.Dispose();
        return ValueTask.CompletedTask;
    }

    private string AgentFile(string name) => Path.Combine(_root, ".agents", name, "data", "agent.db");

    private Database Open(string path, int cacheKiB, Func<IReadOnlyList<MigrationSet>> sets, OpenLimit? limit) =>
        new(path, _settings.WriteTimeout, () => OpenFile.Open(new(path, sets(), _settings, cacheKiB, Signals.Pulse, _clock)),
            () => StoreErrors.Busy(path, HolderFile.Read(path), _settings.WriteTimeout), limit);
}
