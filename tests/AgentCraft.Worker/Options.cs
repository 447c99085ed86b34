using System.Globalization;
using AgentCraft.Data.Storage;

namespace AgentCraft.Worker;

/// <summary>What a test sets, as <c>name=value</c>.</summary>
internal sealed class Options
{
    private readonly Dictionary<string, string> _values = [];

    /// <summary>How many rows; unlimited by default.</summary>
    public int Count => Number("count", int.MaxValue);

    /// <summary>How many callers at once.</summary>
    public int Callers => Number("callers", 1);

    /// <summary>Over how many agents' files.</summary>
    public int Agents => Number("agents", 10);

    /// <summary>Bytes in a row; rows vary around it.</summary>
    public int Size => Number("size", 100);

    /// <summary>Milliseconds that each transaction takes, as on a slow disk.</summary>
    public int Slow => Number("slow", 0);

    /// <summary>The longest pause after a write, in turns of a spin.</summary>
    public int Pause => Number("pause", 0);

    /// <summary>How long a race lasts.</summary>
    public TimeSpan Duration => TimeSpan.FromMilliseconds(Number("milliseconds", 5000));

    /// <summary>After how many pages of WAL a commit checkpoints; 0 for never, null for SQLite's own 1000.</summary>
    public int? AutoCheckpoint => _values.ContainsKey("checkpoint") ? Number("checkpoint", 0) : null;

    /// <summary>Checkpoint everything first.</summary>
    public bool BeginsNewLog => _values.ContainsKey("new-log");

    /// <summary>Begin only when told to.</summary>
    public bool WaitForWord => _values.ContainsKey("told");

    /// <summary>The store's settings.</summary>
    public StoreSettings Store => new()
    {
        Postgres = Environment.GetEnvironmentVariable("AGENTCRAFT__STORE") is { Length: > 0 } store ? store : null,
        SqliteLibrary = _values.GetValueOrDefault("library"),
        Synchronous = _values.GetValueOrDefault("synchronous") == "normal" ? Synchronous.Normal : Synchronous.Full,
        MaxOpenAgentFiles = Number("open", 64),
        WriteTimeout = TimeSpan.FromMilliseconds(Number("timeout", 5000)),
    };

    public static Options Parse(string[] arguments)
    {
        Options options = new();
        foreach (string argument in arguments)
            options._values.Add(argument.Split('=')[0], argument[(argument.IndexOf('=') + 1)..]);
        return options;
    }

    private int Number(string name, int otherwise) =>
        _values.TryGetValue(name, out string? value) ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
}
