using AgentCraft.Data.Storage.Backups;

namespace AgentCraft.Data.Diagnosis.Checks;

/// <summary>The files and directories that the store has made; links are not followed.</summary>
internal static class StoreEntries
{
    private static readonly EnumerationOptions Deep = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>All of them. Not what a person puts beside: <c>config.json</c>, <c>configs</c>, <c>schemas</c>.</summary>
    public static IEnumerable<string> Of(Premises premises)
    {
        StorePaths paths = premises.Paths;
        if (!Directory.Exists(premises.Folder))
            return [];
        // A directory that a setting names may be anybody's; ours is known by its name.
        string[] own = Path.GetFileName(premises.Folder) == ".agentcraft" && IsNoLink(premises.Folder) ? [premises.Folder] : [];
        IEnumerable<string> central = [.. own, .. Beside(paths.Central), .. Below(paths.Backups), .. Below(paths.Replaced), .. Below(Path.Combine(premises.Folder, "signals"))];
        return central.Concat(premises.Files().Where(file => file.Agent is not null).SelectMany(file => Beside(file.Path).Prepend(Path.GetDirectoryName(file.Path)!)));
    }

    /// <summary>A database file and what lies beside it under its name.</summary>
    public static IEnumerable<string> Beside(string path) => Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + "*").Where(IsNoLink);

    private static IEnumerable<string> Below(string folder) =>
        Directory.Exists(folder) && IsNoLink(folder) ? Directory.EnumerateFileSystemEntries(folder, "*", Deep).Prepend(folder) : [];

    private static bool IsNoLink(string path) => (File.GetAttributes(path) & FileAttributes.ReparsePoint) == 0;
}
