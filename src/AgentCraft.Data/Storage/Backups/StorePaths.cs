using AgentCraft.Data.Agents;

namespace AgentCraft.Data.Storage.Backups;

/// <summary>Where the files of a root are, and what belongs beside them.</summary>
internal sealed record StorePaths(string Root, StoreSettings Settings)
{
    private const string AgentFileName = "agent.db";

    private string AllAgents => Path.Combine(Root, ".agents");

    /// <summary>The central file.</summary>
    public string Central => Settings.CentralFile(Root);

    private string Folder => Path.GetDirectoryName(Central)!;

    /// <summary>The backup sets.</summary>
    public string Backups => Path.Combine(Folder, "backups");

    /// <summary>What restores have replaced.</summary>
    public string Replaced => Path.Combine(Folder, "replaced");

    /// <summary>Held by the one process that makes, removes or restores backup sets.</summary>
    public string BackupLock => Central + ".backup";

    /// <summary>Held while a restore puts files into their places, and while a new file comes into being.</summary>
    public string RestoreLock => Central + ".restoring";

    /// <summary>What a restore is about to replace; it is there only until that is done.</summary>
    public string Journal => Central + ".restore";

    /// <summary>Says that the store was moved to another engine, or is being moved.</summary>
    public string MoveNote => Central + ".moved";

    /// <summary>Held by the one process that moves the store.</summary>
    public string MoveLock => Central + ".moving-lock";

    /// <summary>An agent's own file, whether it exists or not.</summary>
    public string Agent(string name) => Path.Combine(AllAgents, name, "data", AgentFileName);

    /// <summary>The agents that have a file of their own, by name.</summary>
    public IReadOnlyList<string> AgentNames() => !Directory.Exists(AllAgents) ? []
        : [.. Directory.EnumerateDirectories(AllAgents).Select(folder => Path.GetFileName(folder)!).Where(name => File.Exists(Agent(name)) && AgentName.IsValid(name)).Order(StringComparer.Ordinal)];

    /// <summary>Central, and what each agent's directory has or may get.</summary>
    public IEnumerable<string> AllFiles() =>
        !Directory.Exists(AllAgents) ? [Central] : [Central, .. Directory.EnumerateDirectories(AllAgents).Select(folder => Agent(Path.GetFileName(folder)!))];
}
