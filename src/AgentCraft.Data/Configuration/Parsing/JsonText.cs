using System.Text;
using System.Text.Json;

namespace AgentCraft.Data.Configuration.Parsing;

/// <summary>Reads JSON, comments and trailing commas included, which editors write: a parser of YAML would stumble over tabs and <c>\ud83d</c>.</summary>
internal sealed class JsonText(string text)
{
    private static readonly JsonReaderOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 64 };

    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(text);
    // Tokens come in order, so the way from bytes to characters is gone once.
    private int _byte, _index, _line = 1, _lineStart, _nodes;

    /// <exception cref="ConfigFault"/>
    public ConfigNode Read()
    {
        Utf8JsonReader reader = new(_bytes, Options);
        try
        {
            reader.Read();
            ConfigNode root = ReadNode(ref reader, 0);
            // What is left can only be blanks and comments, or a mistake.
            reader.Read();
            return root;
        }
        catch (JsonException broken)
        {
            throw new ConfigFault(PlaceOf(broken), $"this is no valid JSON: {Reason(broken.Message)}.");
        }
        catch (InvalidOperationException)
        {
            throw new ConfigFault(new(_line, _index - _lineStart + 1), "this text contains half of a surrogate pair.");
        }
    }

    private ConfigNode ReadNode(ref Utf8JsonReader reader, int depth)
    {
        Place place = Advance((int)reader.TokenStartIndex);
        if (depth > ConfigText.Deepest)
            throw ConfigText.TooDeep(place);
        if (++_nodes > ConfigText.MostNodes)
            throw ConfigText.TooMany(place);
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => ReadObject(ref reader, place, depth),
            JsonTokenType.StartArray => ReadList(ref reader, place, depth),
            JsonTokenType.String => Scalar(ref reader, NodeKind.Text, place, reader.GetString()!),
            JsonTokenType.Number => Scalar(ref reader, NodeKind.Number, place, Encoding.UTF8.GetString(reader.ValueSpan)),
            JsonTokenType.Null => Scalar(ref reader, NodeKind.Null, place, ""),
            _ => Scalar(ref reader, NodeKind.Boolean, place, reader.TokenType == JsonTokenType.True ? "true" : "false"),
        };
    }

    private ConfigNode ReadObject(ref Utf8JsonReader reader, Place place, int depth)
    {
        ConfigNode node = new(NodeKind.Object, place, _index);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            Place at = Advance((int)reader.TokenStartIndex);
            int start = _index;
            string name = reader.GetString()!;
            if (node.FindField(name) is { } first)
                throw ConfigText.Twice(at, name, first.Place);
            // The reader has gone on behind the colon; the name itself is what stands between its quotes.
            Advance((int)reader.TokenStartIndex + reader.ValueSpan.Length + 2);
            int end = _index;
            reader.Read();
            node.Fields.Add(new(name, at, start, end, ReadNode(ref reader, depth + 1)));
        }
        node.End = EndOf(ref reader);
        return node;
    }

    private ConfigNode ReadList(ref Utf8JsonReader reader, Place place, int depth)
    {
        ConfigNode node = new(NodeKind.List, place, _index);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            node.Items.Add(ReadNode(ref reader, depth + 1));
        node.End = EndOf(ref reader);
        return node;
    }

    private ConfigNode Scalar(ref Utf8JsonReader reader, NodeKind kind, Place place, string value)
    {
        int start = _index;
        return ConfigText.Storable(new(kind, place, start) { Text = value, End = EndOf(ref reader) });
    }

    private int EndOf(ref Utf8JsonReader reader)
    {
        Advance((int)reader.BytesConsumed);
        return _index;
    }

    /// <summary>Goes on to a byte and says which line and column that is.</summary>
    private Place Advance(int to)
    {
        while (_byte < to)
        {
            char at = text[_index++];
            _byte += at < 0x80 ? 1 : at < 0x800 ? 2 : char.IsSurrogate(at) ? 2 : 3;
            if (at == '\n')
                (_line, _lineStart) = (_line + 1, _index);
        }
        return new(_line, _index - _lineStart + 1);
    }

    /// <summary>The reader counts bytes of a line, people characters.</summary>
    private Place PlaceOf(JsonException broken)
    {
        int line = (int)(broken.LineNumber ?? 0);
        string[] lines = text.Split('\n');
        byte[] bytes = Encoding.UTF8.GetBytes(lines[Math.Min(line, lines.Length - 1)]);
        return new(line + 1, 1 + Encoding.UTF8.GetCharCount(bytes, 0, (int)Math.Min(broken.BytePositionInLine ?? 0, bytes.Length)));
    }

    /// <summary>Without the place, which is ours to say.</summary>
    private static string Reason(string message)
    {
        int place = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return Handovers.OneLine.Short(place < 0 ? message : message[..place], 200).TrimEnd('.');
    }
}
