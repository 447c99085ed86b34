using AgentCraft.Data.Configuration.Parsing;
using AgentCraft.Data.Handovers;

namespace AgentCraft.Data.Configuration;

/// <summary>The files of one kind: the project's own before those that ship.</summary>
public sealed class ConfigShelf
{
    private readonly ConfigScan _scan;
    private readonly ConfigReader _reader;
    private readonly ConfigReferences _references;

    internal ConfigShelf(ConfigKind kind, ConfigScan scan, ConfigReader reader, ConfigReferences references) =>
        (Format, _scan, _reader, _references) = (kind, scan, reader, references);

    /// <summary>What they are: <c>template</c>, <c>skill</c>, <c>workflow</c>, <c>prompt</c>.</summary>
    public string Kind => Format.Name;

    /// <summary>The names of all, sorted.</summary>
    public IReadOnlyList<string> Names => [.. _scan.All().Select(entry => entry.Name).Distinct()];

    internal ConfigKind Format { get; }

    /// <summary>All, by name; one that cannot be used is there with its error.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c> when the folder itself cannot be read.</exception>
    public IReadOnlyList<ConfigSummary> List() => [.. _scan.All().Select(Summarize)];

    /// <summary>The one of that name, also when it cannot be used; null when there is none.</summary>
    public ConfigSummary? Find(string name) => _scan.Find(name) is { } entry ? Summarize(entry) : null;

    /// <summary>The one of that name, also when it cannot be used.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> with the nearest names.</exception>
    public ConfigSummary Get(string name) => Find(name) ?? throw Unknown(name);

    /// <summary>The file of that name as it is now; null when there is none.</summary>
    internal ConfigDocument? Load(string name) => _scan.Find(name) is { } entry ? _reader.Read(entry) : null;

    /// <summary>The project's own files as they are now.</summary>
    internal IEnumerable<ConfigDocument> LoadOwn() => _scan.Own().Select(_reader.Read);

    internal AgentCraftException Unknown(string name) => new(ErrorCodes.NotFound, $"There is no {Kind} '{OneLine.Short(name, 60)}'.",
        $"{Text.DidYouMean(OneLine.Short(name, 60), Names)}{Format.Folder[..1].ToUpperInvariant()}{Format.Folder[1..]}: {(Names.Count == 0 ? "none yet" : string.Join(", ", Names.Take(50)))}. Your own go into {Format.OwnFolder}/.");

    private ConfigSummary Summarize(ConfigEntry entry)
    {
        ConfigDocument document = _reader.Read(entry);
        return new()
        {
            Name = entry.Name,
            Path = entry.Path,
            Own = entry.Own,
            Version = document.Version,
            Title = document.Faults.Count == 0 ? document.Root!.TextOf("title") : null,
            Description = document.Faults.Count == 0 ? document.Root!.TextOf("description") : null,
            Error = ErrorOf(document),
        };
    }

    private string? ErrorOf(ConfigDocument document)
    {
        try
        {
            _references.Closure(document);
            return null;
        }
        catch (AgentCraftException broken)
        {
            return broken.Message;
        }
    }
}
