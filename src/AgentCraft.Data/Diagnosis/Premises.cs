using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Paths;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Backups;

namespace AgentCraft.Data.Diagnosis;

/// <summary>What the doctor looks at: a root, with its settings and its surroundings.</summary>
/// <param name="Root">Absolute.</param>
/// <param name="Settings">As they count.</param>
/// <param name="Around">The machine.</param>
internal sealed record Premises(string Root, Settings Settings, Surroundings Around)
{
    private const int MostPaths = 50;

    /// <summary>What of the settings is about the store.</summary>
    public StoreSettings Store => Settings.OfStore();

    /// <summary>Where its files are.</summary>
    public StorePaths Paths => new(Root, Store);

    /// <summary>Everything is in SQLite files.</summary>
    public bool IsFiles => Store.Postgres is null;

    /// <summary>Something was stored, be it in any state; of a database server that is not known.</summary>
    public bool HasStore => !IsFiles || FileSigns.IsThere(Paths.Central);

    /// <summary>The directory of the central file.</summary>
    public string Folder => Path.GetDirectoryName(Paths.Central)!;

    /// <summary>The database files that are there, be it in any state, central first; none that a link out of the project leads to: servers refuse those.</summary>
    public IReadOnlyList<StoreFile> Files()
    {
        if (!IsFiles)
            return [];
        List<StoreFile> files = FileSigns.IsThere(Paths.Central) ? [new(null, Paths.Central)] : [];
        foreach (string path in Paths.AllFiles().Skip(1))
            if (Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(path)))! is { } agent && AgentName.IsValid(agent) && FileSigns.IsThere(path)
                && LinkWay.Inside(Root, Path.GetRelativePath(Root, path).Split(Path.DirectorySeparatorChar)) is not null)
                files.Add(new(agent, path));
        return files;
    }

    /// <summary>One of our commands, as a person types it: here, or anywhere else.</summary>
    public string Command(string rest) => $"agentcraft {rest}{(Root == Environment.CurrentDirectory ? "" : $" --root {Quoted(Root)}")}";

    /// <summary>A path as a person knows it.</summary>
    public string Shown(string path) => Path.GetRelativePath(Root, path) is var relative && !relative.StartsWith("..", StringComparison.Ordinal) && !Path.IsPathRooted(relative) ? relative : path;

    /// <summary>Not more than can be read.</summary>
    public IReadOnlyList<string> ShownAll(IEnumerable<string> paths) => [.. paths.Select(Shown).Take(MostPaths)];

    /// <summary>The first of them, and how many more.</summary>
    public static string Some(IReadOnlyList<string> names, int most = 3) =>
        string.Join(", ", names.Take(most)) + (names.Count > most ? $" and {names.Count - most} more" : "");

    /// <summary>For a shell.</summary>
    public static string Quoted(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-' or '=' or ':' or '+' or ',' or '@')
        ? text : $"'{text.Replace("'", "'\\''")}'";
}

/// <summary>A database file.</summary>
/// <param name="Agent">Whose; null for the central one.</param>
/// <param name="Path">Where.</param>
internal sealed record StoreFile(string? Agent, string Path)
{
    /// <summary>For people.</summary>
    public string Name => Agent is null ? System.IO.Path.GetFileName(Path) : $"the file of '{Agent}'";
}
