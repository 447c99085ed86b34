using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentCraft.Data.Storage;

/// <summary>The files of one root: the central one and one for each agent, opened by their first use.</summary>
public sealed class Databases : IAsyncDisposable
{
    private const string DefaultType = "default";

    private readonly ConcurrentDictionary<string, Lazy<Database>> _agents = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, bool> _withoutSchema = new(StringComparer.Ordinal);
    private readonly StoreSettings _settings;
    private readonly LeaseClock _clock;
    private readonly ILogger _log;

    /// <summary>Names the files below <paramref name="root"/>; nothing is opened or created yet.</summary>
    public Databases(string root, StoreSettings settings, TimeProvider time, ILogger<Databases>? log = null)
    {
        (Root, _settings, Time, _log) = (Path.GetFullPath(root), settings, time, (ILogger?)log ?? NullLogger.Instance);
        _clock = new LeaseClock(time);
        Signals = new ChangeSignal(Path.Combine(Root, ".agentcraft", "signals"), time);
        Central = Open(Path.Combine(Root, ".agentcraft", "session.db"), settings.CentralCacheKiB, () => [MigrationSet.Get("central")]);
    }

    /// <summary>The directory whose agents share this store.</summary>
    public string Root { get; }

    /// <summary>The clock of waits. What is stored has the moment of its transaction, <see cref="Connection.Time"/>.</summary>
    public TimeProvider Time { get; }

    /// <summary>Coordination: <c>.agentcraft/session.db</c>.</summary>
    public Database Central { get; }

    /// <summary>Wakes waiters in this and other processes.</summary>
    public ChangeSignal Signals { get; }

    /// <summary>
    /// The agent's own file, <c>.agents/NAME/data/agent.db</c>, with what every agent has and the tables of its type; an agent that
    /// changed its type has those of both.
    /// </summary>
    public Database Agent(string name, string type) => _agents.GetOrAdd($"{name}/{type}", _ => new(() =>
        Open(Path.Combine(Root, ".agents", name, "data", "agent.db"), _settings.AgentCacheKiB,
            () => [MigrationSet.Get("agents/common"), SchemaOf(type)]))).Value;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // All at once: each may have to wait for a gate.
        await Task.WhenAll(_agents.Values.Select(agent => agent.Value).Append(Central).Select(file => file.DisposeAsync().AsTask()));
        Signals.Dispose();
    }

    private Database Open(string path, int cacheKiB, Func<IReadOnlyList<MigrationSet>> sets) =>
        new(path, _settings.WriteTimeout, () => OpenFile.Open(new(path, sets(), _settings, cacheKiB, Signals.Pulse, _clock)),
            () => StoreErrors.Busy(path, HolderFile.Read(path), _settings.WriteTimeout));

    private MigrationSet SchemaOf(string type)
    {
        if (MigrationSet.Find($"agents/{type}") is { } schema)
            return schema;
        if (_withoutSchema.TryAdd(type, true))
            _log.LogInformation("Agent type '{Type}' has no schema of its own; its agents get the default one.", type);
        return MigrationSet.Get($"agents/{DefaultType}");
    }
}
