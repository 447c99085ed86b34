using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace AgentCraft.Data.Handovers;

/// <summary>Reads a YAML file into nodes that know their lines. Anchors and deep nesting are refused before anything is built of them.</summary>
internal static class YamlTree
{
    private const int Deepest = 20;

    /// <summary>The node at the top.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c> naming file and line.</exception>
    public static YamlNode Read(ConfigFile file)
    {
        try
        {
            CheckEvents(file);
            YamlStream stream = [];
            stream.Load(new StringReader(file.Text));
            return stream.Documents is [{ RootNode: var root }] ? root : throw file.Invalid(1, "it must hold one YAML document.");
        }
        catch (YamlException broken)
        {
            throw file.Invalid((int)broken.Start.Line, $"this is no valid YAML: {OneLine.Short(broken.Message, 200).TrimEnd('.')}.");
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException or FormatException)
        {
            // The parser loses its way in some files instead of refusing them.
            throw file.Invalid(1, $"this is no valid YAML, and its parser cannot say where: {OneLine.Short(failure.Message, 200).TrimEnd('.')}.");
        }
    }

    private static void CheckEvents(ConfigFile file)
    {
        Parser parser = new(new StringReader(file.Text));
        int depth = 0;
        while (parser.MoveNext())
        {
            ParsingEvent parsed = parser.Current!;
            depth += parsed switch { MappingStart or SequenceStart => 1, MappingEnd or SequenceEnd => -1, _ => 0 };
            if (depth > Deepest)
                throw file.Invalid((int)parsed.Start.Line, $"it is nested more than {Deepest} deep.");
            if (parsed is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
                throw file.Invalid((int)parsed.Start.Line, "anchors and aliases are not read here. Write the value out.");
        }
    }
}

/// <summary>The fields of an object in a YAML file, taken by name and type.</summary>
internal sealed class YamlFields
{
    private readonly ConfigFile _file;
    private readonly string _what;
    private readonly int _line;
    private readonly Dictionary<string, (YamlNode Value, int Line)> _fields = new(StringComparer.Ordinal);

    private YamlFields(YamlMappingNode node, ConfigFile file, string what)
    {
        (_file, _what, _line) = (file, what, (int)node.Start.Line);
        foreach ((YamlNode key, YamlNode value) in node.Children)
            _fields[key is YamlScalarNode { Value: { } name } ? name : throw file.Invalid((int)key.Start.Line, "a key must be a word.")] = (value, (int)key.Start.Line);
    }

    /// <exception cref="AgentCraftException"><c>invalid_configuration</c> for what is no object.</exception>
    public static YamlFields Of(YamlNode node, ConfigFile file, string what) => node is YamlMappingNode mapping ? new(mapping, file, what)
        : throw file.Invalid((int)node.Start.Line, $"{what} must be keys with values, as in 'name: …'.");

    public YamlNode? Find(string name) => _fields.TryGetValue(name, out var field) ? field.Value : null;

    /// <summary>True when the field is there and not null.</summary>
    public bool Has(string name) => Find(name) is { } value && value is not YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    public int LineOf(string name) => _fields.TryGetValue(name, out var field) ? field.Line : _line;

    public string Text(string name) => Find(name) is YamlScalarNode { Value: { Length: > 0 } text } && !string.IsNullOrWhiteSpace(text) ? text
        : throw _file.Invalid(LineOf(name), Find(name) is null ? $"{_what} lacks '{name}'." : $"{name} must be text.");

    public string Heading(string name) => Text(name) is var heading && OneLine.Of(heading) == heading && heading.Length <= 500 ? heading
        : throw _file.Invalid(LineOf(name), $"{name} must be a heading of one line.");

    public int Number(string name, int least, int most) =>
        int.TryParse(Text(name), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int number) && number >= least && number <= most ? number
        : throw _file.Invalid(LineOf(name), $"{name} must be a whole number from {least} to {most}.");

    public string OneOf(string name, params string[] values) => Text(name) is var value && values.Contains(value) ? value
        : throw _file.Invalid(LineOf(name), $"{name} must be one of {string.Join(", ", values)}, not '{OneLine.Short(value, 60)}'.");

    /// <summary>A mistyped key must not be a rule that silently does nothing.</summary>
    public void RefuseOthers(params string[] known)
    {
        foreach ((string name, (_, int line)) in _fields)
            if (!known.Contains(name))
                throw _file.Invalid(line, $"{_what} has no '{OneLine.Short(name, 60)}' here. {AgentCraft.Data.Text.DidYouMean(OneLine.Short(name, 60), known)}It may have: {string.Join(", ", known)}.");
    }
}
