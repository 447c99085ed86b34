using AgentCraft.Data.Handovers;

namespace AgentCraft.Data.Configuration.Parsing;

/// <summary>What a value in a configuration file is.</summary>
internal enum NodeKind { Text, Number, Boolean, Null, List, Object }

/// <summary>A place in a text, counted from 1 as editors do.</summary>
internal readonly record struct Place(int Line, int Column)
{
    public static readonly Place Start = new(1, 1);
}

/// <summary>A value in a configuration file, YAML or JSON, that knows where it stands.</summary>
internal sealed class ConfigNode(NodeKind kind, Place place, int start)
{
    public NodeKind Kind { get; } = kind;

    public Place Place { get; } = place;

    /// <summary>Where it begins in the text.</summary>
    public int Start { get; } = start;

    /// <summary>Behind its last character in the text; of a block in YAML, where the next one begins.</summary>
    public int End { get; set; } = start;

    /// <summary>A scalar as it reads: without quotes, folded.</summary>
    public string Text { get; init; } = "";

    public List<ConfigNode> Items { get; } = [];

    /// <summary>In the order of the file; no name is there twice.</summary>
    public List<ConfigField> Fields { get; } = [];

    public ConfigNode? Find(string name) => Fields.Find(field => field.Name == name)?.Value;

    public ConfigField? FindField(string name) => Fields.Find(field => field.Name == name);

    /// <summary>The text of a field; null when it is missing or null.</summary>
    public string? TextOf(string name) => Find(name) is { Kind: not NodeKind.Null } value ? value.Text : null;

    /// <summary>A list's scalars; one scalar alone is a list of one, nothing is an empty list.</summary>
    public IEnumerable<ConfigNode> ListOf(string name) =>
        Find(name) switch { { Kind: NodeKind.List } list => list.Items, { Kind: NodeKind.Text } one => [one], _ => [] };

    /// <summary>For a message: what stands there.</summary>
    public string Found => Kind switch
    {
        NodeKind.Text => Text.Length == 0 ? "an empty text" : $"the text '{OneLine.Short(Text, 60)}'",
        NodeKind.Number => $"the number {OneLine.Short(Text, 60)}",
        NodeKind.Boolean => Text,
        NodeKind.Null => "nothing",
        NodeKind.List => Items.Count == 0 ? "an empty list" : $"a list of {Items.Count}",
        _ => Fields.Count == 0 ? "an empty object" : $"an object ({string.Join(", ", Fields.Take(4).Select(one => OneLine.Short(one.Name, 30)))}{(Fields.Count > 4 ? ", …" : "")})",
    };
}

/// <summary>A key and its value.</summary>
internal sealed record ConfigField(string Name, Place Place, int Start, int End, ConfigNode Value);
