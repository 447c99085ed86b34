namespace AgentCraft.Data.Configuration;

/// <summary>The files of one kind.</summary>
public sealed class ConfigShelf
{
    internal ConfigShelf(string root, string kind) => (_, Kind) = (root, kind);

    /// <summary>What they are: <c>template</c>, <c>skill</c>, <c>workflow</c>, <c>prompt</c>.</summary>
    public string Kind { get; }

    /// <summary>All, by name; one that cannot be used is there with its error.</summary>
    public IReadOnlyList<ConfigSummary> List() => throw new NotImplementedException();

    /// <summary>The one of that name, also when it cannot be used; null when there is none.</summary>
    public ConfigSummary? Find(string name) => List().FirstOrDefault(one => one.Name == name);

    /// <summary>The one of that name, also when it cannot be used.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> with the nearest names.</exception>
    public ConfigSummary Get(string name) => Find(name) ?? throw new NotImplementedException();
}
