using System.Reflection;

namespace AgentCraft.Data.Configuration;

/// <summary>Finds the files of a kind: the project's own, and those that ship.</summary>
internal sealed class ConfigScan(string root, ConfigKind kind)
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];
    private static readonly string[] NotRead = [".toml", ".jsonc", ".json5", ".ini", ".xml"];
    private static readonly string[] Shipping = Assembly.GetExecutingAssembly().GetManifestResourceNames();

    /// <summary>The file of that name, the project's before ours; null when there is none.</summary>
    public ConfigEntry? Find(string name) => (ConfigName.IsValid(name) ? FindOwn(name) ?? FindShipped(name) : null) ?? FindWrong(name);

    /// <summary>Every file, by name; the project's own takes the place of one that ships.</summary>
    public IReadOnlyList<ConfigEntry> All()
    {
        List<ConfigEntry> own = [.. Own()];
        HashSet<string> names = [.. own.Select(entry => entry.Name)];
        return [.. own.Concat(Shipped().Where(entry => !names.Contains(entry.Name))).OrderBy(entry => entry.Name, StringComparer.Ordinal).ThenBy(entry => entry.Path, StringComparer.Ordinal)];
    }

    /// <summary>The project's own, also those with wrong names.</summary>
    public IEnumerable<ConfigEntry> Own() =>
        Files(kind.OwnFolder, depth: 0)
            .GroupBy(path => NameOf(path), StringComparer.Ordinal)
            .SelectMany(files => files.Count() > 1 && ConfigName.IsValid(files.Key) ? [Ambiguous(files.Key, [.. files])] : files.Select(path => EntryOf(files.Key, path)));

    private ConfigEntry? FindOwn(string name)
    {
        string[] there = [.. Extensions.Select(extension => $"{kind.OwnFolder}/{name}{extension}").Where(path => System.IO.Path.Exists(System.IO.Path.Combine(root, path)) || IsLink(path))];
        return there switch { [] => null, [var only] => EntryOf(name, only), _ => Ambiguous(name, there) };
    }

    private ConfigEntry? FindShipped(string name) =>
        Extensions.Select(extension => $"configs/{kind.Folder}/{name}{extension}").FirstOrDefault(Shipping.Contains) is { } path ? new(kind, name, path, Own: false) : null;

    /// <summary>Somebody who names the file as it is wants to know what is wrong with that.</summary>
    private ConfigEntry? FindWrong(string name) => name.Length <= ConfigName.Longest ? Own().FirstOrDefault(entry => entry.Name == name) : null;

    private IEnumerable<ConfigEntry> Shipped() => Shipping
        .Where(path => path.StartsWith($"configs/{kind.Folder}/", StringComparison.Ordinal))
        .Select(path => new ConfigEntry(kind, NameOf(path), path, Own: false));

    /// <summary>What is dead, or beside a file only while somebody works on it, is not meant.</summary>
    private IEnumerable<string> Files(string folder, int depth)
    {
        DirectoryInfo directory = new(System.IO.Path.Combine(root, folder));
        foreach (FileSystemInfo entry in EntriesOf(directory))
        {
            string path = $"{folder}/{entry.Name}";
            if (entry.Name[0] is '.' or '#' || entry.Name[^1] == '~')
                continue;
            if (Extensions.Concat(NotRead).Contains(entry.Extension.ToLowerInvariant()))
                yield return path;
            else if (entry is DirectoryInfo { LinkTarget: null } && depth < ConfigName.DeepestFolder)
                foreach (string file in Files(path, depth + 1))
                    yield return file;
        }
    }

    private static IEnumerable<FileSystemInfo> EntriesOf(DirectoryInfo directory)
    {
        try
        {
            return directory.Exists ? directory.GetFileSystemInfos() : [];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AgentCraftException(ErrorCodes.InvalidConfiguration, $"The folder {directory.FullName} cannot be read: {failure.Message}", "Check its permissions.", inner: failure);
        }
    }

    private ConfigEntry EntryOf(string name, string path) => new(kind, name, path, Own: true, FaultOf(name, path));

    private ConfigEntry Ambiguous(string name, string[] paths) => new(kind, name, paths[0], Own: true,
        $"there is also {string.Join(" and ", paths[1..])}, and only one file can be the {kind.Name} '{name}'. Delete one of them.");

    /// <summary>A wrong name is told: somebody meant that file to count.</summary>
    private static string? FaultOf(string name, string path)
    {
        string extension = System.IO.Path.GetExtension(path);
        if (!Extensions.Contains(extension))
            return Extensions.Contains(extension.ToLowerInvariant()) ? $"the extension must be written {extension.ToLowerInvariant()}."
                : $"{extension} is not read. Write it as YAML (.yaml) or JSON (.json).";
        return ConfigName.IsValid(name) ? null
            : $"the name must be in kebab-case (lower-case words joined by '-'). Rename it to {string.Join('/', name.Split('/').Select(part => ConfigName.IsPart(part) ? part : ConfigName.Mended(part)))}{extension}.";
    }

    private bool IsLink(string path) => new FileInfo(System.IO.Path.Combine(root, path)).LinkTarget is not null;

    private string NameOf(string path)
    {
        int folder = path.IndexOf($"configs/{kind.Folder}/", StringComparison.Ordinal) + $"configs/{kind.Folder}/".Length;
        return path[folder..^System.IO.Path.GetExtension(path).Length];
    }
}
