using AgentCraft.Data.Agents;
using AgentCraft.Data.Paths;

namespace AgentCraft.Data.Instances;

/// <summary>Looks through the directories of all agents. Those without a metadata file are no instances and are passed over.</summary>
internal sealed class InstanceScan(ProjectTree tree)
{
    /// <summary>A directory with a metadata file.</summary>
    public sealed record Found(string Name, InstanceReading Reading);

    /// <summary>All, by name.</summary>
    public List<Found> All()
    {
        List<Found> found = [];
        HashSet<string> keys = [];
        foreach (string name in Names())
            if (Read(name) is { IsMissing: false } reading)
                found.Add(new(name, keys.Add(InstanceIndex.KeyOf(name)) ? reading : InstanceReading.Unreadable("another directory has this name in another case")));
        return found;
    }

    /// <summary>The one of that name.</summary>
    public InstanceReading Read(string name)
    {
        try
        {
            using InstanceDirectory? directory = InstanceDirectory.Find(tree, name);
            return directory?.Read() ?? InstanceReading.Missing;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or AgentCraftException)
        {
            return InstanceReading.Unreadable(failure.Message);
        }
    }

    /// <summary>As the directory is written whose name differs at most in case; else as given.</summary>
    public string Spelled(string name) => Names().Contains(name) ? name : Names().FirstOrDefault(other => string.Equals(other, name, StringComparison.OrdinalIgnoreCase)) ?? name;

    /// <exception cref="AgentCraftException"><c>not_allowed</c> when the directory of all agents is a link.</exception>
    private IEnumerable<string> Names()
    {
        using IProjectDirectory? parent = tree.Open(InstanceDirectory.Parent);
        return parent is null ? [] : [.. Directory.EnumerateDirectories(parent.Path).Select(path => Path.GetFileName(path)!).Where(AgentName.IsValid).Order(StringComparer.Ordinal)];
    }
}
