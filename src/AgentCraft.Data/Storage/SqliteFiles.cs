using AgentCraft.Data.Monitoring;
using AgentCraft.Data.Paths;
using AgentCraft.Data.Storage.Backups;
using AgentCraft.Data.Storage.FileSystems;
using AgentCraft.Data.Storage.Migrations;

namespace AgentCraft.Data.Storage;

/// <summary>The default engine: one SQLite file for coordination and one for each agent, below the root.</summary>
internal sealed class SqliteFiles : IEngine
{
    private readonly string _root;
    private readonly StoreSettings _settings;
    private readonly LeaseClock _clock;
    private readonly OpenLimit _agents;
    private readonly StorePaths _paths;
    private readonly BackupMaker _backups;
    private readonly RestoreGuard _guard;
    private readonly StoreMeter _meter;

    public SqliteFiles(string root, StoreSettings settings, TimeProvider time, StoreMeter meter)
    {
        _meter = meter;
        (_paths, _settings, _clock, _agents) = (new(root, settings), settings, new LeaseClock(time), new OpenLimit(settings.MaxOpenAgentFiles));
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        _backups = new(_paths, settings, time);
        _guard = new(_paths);
        Signals = new ChangeSignal(new SentinelFiles(Path.Combine(Path.GetDirectoryName(_paths.Central)!, "signals")), time);
    }

    public string Name => "sqlite";

    public ChangeSignal Signals { get; }

    public bool HasCentral => FileSigns.IsThere(_paths.Central);

    public IReadOnlyList<string> OpenAgentFiles => _agents.Paths;

    /// <summary>It stays open: every call uses it.</summary>
    public Database OpenCentral() =>
        Open(_paths.Central, null, _settings.CentralCacheKiB, () => [MigrationSet.Get("central")], limit: null);

    /// <summary>While files are being replaced it may be missing for a moment only; whoever opens it then waits for its turn.</summary>
    public bool HasAgent(string name) => FileSigns.IsThere(_paths.Agent(name)) || _guard.IsPending;

    public Database OpenAgent(string name, IReadOnlyList<MigrationSet> sets) => Open(_paths.Agent(name), name, _settings.AgentCacheKiB, () =>
    {
        RefuseWayOut(_paths.Agent(name));
        return sets;
    }, _agents);

    public IReadOnlyList<ISchemaStore> SchemaStores() =>
    [
        new SchemaFile(Recipe(_paths.Central, null, _settings.CentralCacheKiB, [MigrationSet.Get("central")]), agent: null),
        .. _paths.AgentNames().Select(name => new SchemaFile(Recipe(_paths.Agent(name), name, _settings.AgentCacheKiB, []), name)),
    ];

    public ValueTask DisposeAsync()
    {
        Signals.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A project that somebody else wrote must not have us write elsewhere by a link in the place of an agent's directory.</summary>
    private void RefuseWayOut(string file)
    {
        string below = Path.GetRelativePath(_root, file);
        if (LinkWay.Inside(_root, below.Split(Path.DirectorySeparatorChar)) is null)
            throw new AgentCraftException(ErrorCodes.NotAllowed, $"{below} leads out of the project through a link.", "Put a directory in the place of the link.");
    }

    private FileRecipe Recipe(string path, string? agent, int cacheKiB, IReadOnlyList<MigrationSet> sets) =>
        new(path, sets, _settings, cacheKiB, Signals.Pulse, _clock) { BackUp = c => _backups.BeforeMigration(c, agent), Guard = _guard, Meter = _meter };

    private static IOpenStore Open(FileRecipe recipe)
    {
        FileSystem.Refuse(recipe.Path, recipe.Settings);
        return ReadOnlyFile.IsNeeded(recipe.Path) ? ReadOnlyFile.Open(recipe) : OpenFile.Open(recipe);
    }

    private Database Open(string path, string? agent, int cacheKiB, Func<IReadOnlyList<MigrationSet>> sets, OpenLimit? limit) =>
        new(path, _settings.WriteTimeout, () => Open(Recipe(path, agent, cacheKiB, sets())),
            () => StoreErrors.Busy(path, HolderFile.Read(path), _settings.WriteTimeout), limit);
}
