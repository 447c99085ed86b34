using AgentCraft.Data.Storage.FileSystems;

namespace AgentCraft.Data.Diagnosis.Checks;

/// <summary>Where the files lie: SQLite's log is not safe on every file system.</summary>
internal sealed class FileSystemCheck : ICheck
{
    private const string Why = "SQLite's log needs memory and locks that all processes share; there, what several write gets lost or damaged.";

    public string Name => "file_system";

    public string Title => "File system";

    public bool AppliesTo(Premises premises) => premises.IsFiles;

    public Task<Seen> Look(Premises premises, CancellationToken cancellationToken)
    {
        // Agents' directories may be mounted by themselves.
        Dictionary<Mount, string> mounts = [];
        foreach (string directory in premises.Files().Select(file => Path.GetDirectoryName(file.Path)!).Prepend(Path.Combine(premises.Root, ".agents")).Prepend(premises.Folder))
            if (premises.Around.FileSystemOf(directory) is { } mount)
                mounts.TryAdd(mount, directory);
        List<Finding> findings = [.. mounts.Select(pair => Of(premises, pair.Key, pair.Value)).OfType<Finding>()];
        string summary = mounts.Count == 0 ? "not known here" : string.Join("; ", mounts.Keys.Select(mount => mount.ToString()));
        return Task.FromResult(new Seen(summary, findings));
    }

    private static Finding? Of(Premises premises, Mount mount, string directory)
    {
        if (FileSystem.Fault(mount) is { } fault)
        {
            string what = $"{premises.Shown(directory)} lies on {mount}: {fault}.";
            string next = $"agentcraft serve --root {Premises.Quoted(Path.Combine(premises.Around.Home, "agentcraft", Path.GetFileName(premises.Root)))}";
            return premises.Store.FileSystem == FileSystemRule.Any
                ? Finding.Warning($"{what} sqlite.fileSystem = any lets servers use it all the same.", Why, next)
                : Finding.Error($"{what} Servers refuse to open files there.", $"{Why} {FileSystem.Alternative}", next);
        }
        return !FileSystem.IsDoubtful(mount) ? null : Finding.Warning($"{premises.Shown(directory)} lies on {mount}, which a virtual machine shares with its host.",
            "It is safe only while all servers run on the same side of it.", premises.Command("doctor"));
    }
}
