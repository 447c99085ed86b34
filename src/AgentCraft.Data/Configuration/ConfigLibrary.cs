namespace AgentCraft.Data.Configuration;

/// <summary>The configuration that is kept in files: the project's own in <c>.agentcraft/configs/</c> before ours. It is read at each use.</summary>
public sealed class ConfigLibrary
{
    private readonly Dictionary<string, ConfigShelf> _shelves;
    private readonly ConfigReferences _references;

    /// <param name="root">The project.</param>
    public ConfigLibrary(string root)
    {
        root = Path.GetFullPath(root);
        ConfigReader reader = new(root);
        _references = new(kind => _shelves![kind]);
        _shelves = ConfigKind.All.ToDictionary(kind => kind.Name, kind => new ConfigShelf(kind, new(root, kind), reader, _references));
    }

    /// <summary>What agents are made from.</summary>
    public ConfigShelf Templates => _shelves["template"];
    /// <summary>What agents know.</summary>
    public ConfigShelf Skills => _shelves["skill"];
    /// <summary>How agents work.</summary>
    public ConfigShelf Workflows => _shelves["workflow"];
    /// <summary>What agents are told.</summary>
    public ConfigShelf Prompts => _shelves["prompt"];

    internal IEnumerable<ConfigShelf> Shelves => _shelves.Values;

    internal ConfigReferences References => _references;

    /// <summary>A template with everything that it refers to.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> with the nearest names; <c>invalid_configuration</c> naming file, line and column,
    /// for a dangling or circular reference all files that are involved; <c>secret_refused</c>.</exception>
    public ResolvedTemplate Resolve(string name)
    {
        Text.Storable(name, "name");
        ConfigDocument template = Templates.Load(name) ?? throw Templates.Unknown(name);
        return TemplateResolution.Of(template, _references.Closure(template));
    }
}
