using AgentCraft.Data.Configuration.Parsing;

namespace AgentCraft.Data.Configuration;

/// <summary>A kind of configuration file: where its files lie, which version of its format is today's, and what they may refer to.</summary>
/// <param name="Name">In the singular, as in the name of its schema: <c>template</c>.</param>
/// <param name="Version">Of the format.</param>
/// <param name="References">Its keys that hold names of other files.</param>
internal sealed record ConfigKind(string Name, int Version, params ConfigReferenceKey[] References)
{
    public static readonly ConfigKind Template = new("template", 2, new("extends", "template"), new("skills", "skill"), new("workflow", "workflow"), new("prompts", "prompt"));
    public static readonly ConfigKind Skill = new("skill", 1, new ConfigReferenceKey("requires", "skill"));
    public static readonly ConfigKind Workflow = new("workflow", 1, new ConfigReferenceKey("includes", "workflow"));
    public static readonly ConfigKind Prompt = new("prompt", 1);

    public static readonly ConfigKind[] All = [Template, Skill, Workflow, Prompt];

    /// <summary>The folder in <c>configs/</c>: <c>templates</c>.</summary>
    public string Folder => Name + "s";

    /// <summary>Where the project's own lie, relative to the root.</summary>
    public string OwnFolder => $".agentcraft/configs/{Folder}";

    /// <summary>What a file refers to, in the order of the file.</summary>
    public IEnumerable<ConfigReference> ReferencesOf(ConfigNode root) =>
        References.SelectMany(key => root.ListOf(key.Key).Select(name => new ConfigReference(key.Kind, name.Text, name.Place))).OrderBy(reference => reference.Place.Line);
}

/// <summary>A key whose value is the name of another file, or a list of them.</summary>
/// <param name="Key">As in the file.</param>
/// <param name="Kind">The kind of the other file.</param>
internal sealed record ConfigReferenceKey(string Key, string Kind);

/// <summary>The name of another file, and where it stands.</summary>
internal sealed record ConfigReference(string Kind, string Name, Place Place);
