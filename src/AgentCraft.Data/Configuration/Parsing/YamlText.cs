using System.Globalization;
using System.Text.RegularExpressions;
using AgentCraft.Data.Handovers;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AgentCraft.Data.Configuration.Parsing;

/// <summary>
/// Reads YAML event by event: an alias, with which a small file could mean a huge one, is refused where it stands, and nothing is built of it.
/// Plain words are typed as YAML 1.2 does it: <c>no</c> and <c>on</c> are text.
/// </summary>
internal sealed partial class YamlText(string text)
{
    private readonly Parser _parser = new(new StringReader(text));
    private int _nodes;

    /// <exception cref="ConfigFault"/>
    public ConfigNode Read()
    {
        try
        {
            return ReadDocument();
        }
        catch (YamlException broken)
        {
            throw Invalid(broken);
        }
        catch (Exception lost) when (lost is InvalidOperationException or ArgumentException or FormatException or IndexOutOfRangeException or NullReferenceException)
        {
            // The parser loses its way in some files instead of refusing them.
            throw new ConfigFault(_parser.Current is { } at ? PlaceOf(at.Start) : Place.Start, $"this is no valid YAML: {OneLine.Short(lost.Message, 200).TrimEnd('.')}.");
        }
    }

    private ConfigNode ReadDocument()
    {
        _parser.MoveNext();
        _parser.MoveNext();
        if (_parser.Current is not DocumentStart)
            throw new ConfigFault(Place.Start, "there is nothing but comments; expected keys with values, at least 'version'.");
        _parser.MoveNext();
        ConfigNode root = ReadNode(depth: 0);
        _parser.MoveNext();
        if (_parser.Current is DocumentStart second)
            throw new ConfigFault(PlaceOf(second.Start), "a second document begins here; expected one in a file.");
        return root;
    }

    /// <summary>The node that the parser is at; leaves it behind that.</summary>
    private ConfigNode ReadNode(int depth)
    {
        ParsingEvent at = _parser.Current!;
        if (at is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
            throw new ConfigFault(PlaceOf(at.Start), "anchors and aliases are not read here. Write the value out.");
        if (at is NodeEvent { Tag.IsEmpty: false } tagged)
            throw new ConfigFault(PlaceOf(at.Start), $"tags ({OneLine.Short(tagged.Tag.ToString(), 60)}) are not read here. Write the value without it.");
        if (depth > ConfigText.Deepest)
            throw ConfigText.TooDeep(PlaceOf(at.Start));
        if (++_nodes > ConfigText.MostNodes)
            throw ConfigText.TooMany(PlaceOf(at.Start));
        ConfigNode node = at switch
        {
            MappingStart => ReadObject(at, depth),
            SequenceStart => ReadList(at, depth),
            _ => ReadScalar((Scalar)at),
        };
        _parser.MoveNext();
        return node;
    }

    private ConfigNode ReadObject(ParsingEvent start, int depth)
    {
        ConfigNode node = new(NodeKind.Object, PlaceOf(start.Start), (int)start.Start.Index);
        _parser.MoveNext();
        while (_parser.Current is not MappingEnd)
        {
            if (_parser.Current is not Scalar { Anchor.IsEmpty: true } key)
                throw new ConfigFault(PlaceOf(_parser.Current!.Start), "a key must be a word.");
            if (node.FindField(key.Value) is { } first)
                throw ConfigText.Twice(PlaceOf(key.Start), key.Value, first.Place);
            _parser.MoveNext();
            node.Fields.Add(new(key.Value, PlaceOf(key.Start), (int)key.Start.Index, (int)key.End.Index, ReadNode(depth + 1)));
        }
        node.End = (int)_parser.Current.End.Index;
        return node;
    }

    private ConfigNode ReadList(ParsingEvent start, int depth)
    {
        ConfigNode node = new(NodeKind.List, PlaceOf(start.Start), (int)start.Start.Index);
        _parser.MoveNext();
        while (_parser.Current is not SequenceEnd)
            node.Items.Add(ReadNode(depth + 1));
        node.End = (int)_parser.Current.End.Index;
        return node;
    }

    private static ConfigNode ReadScalar(Scalar scalar) => ConfigText.Storable(
        new(scalar.Style == ScalarStyle.Plain ? KindOf(scalar.Value) : NodeKind.Text, PlaceOf(scalar.Start), (int)scalar.Start.Index)
        {
            Text = scalar.Value,
            End = (int)scalar.End.Index,
        });

    private static NodeKind KindOf(string plain) =>
        plain is "" or "~" or "null" or "Null" or "NULL" ? NodeKind.Null
        : plain is "true" or "True" or "TRUE" or "false" or "False" or "FALSE" ? NodeKind.Boolean
        : Number().IsMatch(plain) && double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? NodeKind.Number
        : NodeKind.Text;

    /// <summary>The parser knows where it was lost, and where what it was reading begins: often that is where a sign is missing.</summary>
    private static ConfigFault Invalid(YamlException broken)
    {
        Place begun = PlaceOf(broken.Start), lost = PlaceOf(broken.End);
        return new(lost, $"this is no valid YAML: {OneLine.Short(broken.Message, 200).TrimEnd('.')}{(begun.Line == lost.Line ? "" : $" (it begins in line {begun.Line}, column {begun.Column})")}.");
    }

    private static Place PlaceOf(Mark mark) => new((int)mark.Line, (int)mark.Column);

    [GeneratedRegex(@"\A[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z")]
    private static partial Regex Number();
}
