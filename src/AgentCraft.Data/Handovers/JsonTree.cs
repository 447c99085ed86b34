using System.Text;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace AgentCraft.Data.Handovers;

/// <summary>Reads a JSON file into the nodes of <see cref="YamlTree"/>, which know their lines: whoever reads a file need not know its format.</summary>
internal static class JsonTree
{
    private const int Deepest = 20;

    /// <summary>The node at the top.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c> naming file and line.</exception>
    public static YamlNode Read(ConfigFile file)
    {
        try
        {
            YamlStream stream = [];
            stream.Load(new Events(Encoding.UTF8.GetBytes(file.Text)));
            return stream.Documents[0].RootNode;
        }
        catch (JsonException broken)
        {
            string message = broken.Message.Split(" LineNumber:")[0];
            throw file.Invalid((int)(broken.LineNumber ?? 0) + 1, $"this is no valid JSON: {OneLine.Short(message, 200).TrimEnd('.')}.");
        }
        catch (YamlException broken)
        {
            throw file.Invalid((int)broken.Start.Line, $"{OneLine.Short(broken.Message, 200).TrimEnd('.')}.");
        }
    }

    /// <summary>JSON as the events of a YAML parser.</summary>
    private sealed class Events : IParser
    {
        private readonly List<ParsingEvent> _events = [new StreamStart(), new DocumentStart()];
        private readonly byte[] _json;
        private int _counted, _line = 1, _next = -1;

        public Events(byte[] json)
        {
            _json = json;
            Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = Deepest });
            while (reader.Read())
                _events.Add(Event(reader, At((int)reader.TokenStartIndex)));
            _events.AddRange([new DocumentEnd(isImplicit: true), new StreamEnd()]);
        }

        public ParsingEvent? Current => _next >= 0 && _next < _events.Count ? _events[_next] : null;

        public bool MoveNext() => ++_next < _events.Count;

        private static ParsingEvent Event(Utf8JsonReader reader, Mark at) => reader.TokenType switch
        {
            JsonTokenType.StartObject => new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, MappingStyle.Flow, at, at),
            JsonTokenType.EndObject => new MappingEnd(at, at),
            JsonTokenType.StartArray => new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Flow, at, at),
            JsonTokenType.EndArray => new SequenceEnd(at, at),
            JsonTokenType.String or JsonTokenType.PropertyName => new Scalar(AnchorName.Empty, TagName.Empty, TextOf(reader, at), ScalarStyle.DoubleQuoted, false, true, at, at, false),
            _ => new Scalar(AnchorName.Empty, TagName.Empty, Encoding.UTF8.GetString(reader.ValueSpan), ScalarStyle.Plain, true, false, at, at, false),
        };

        private static string TextOf(Utf8JsonReader reader, Mark at)
        {
            try
            {
                return reader.GetString()!;
            }
            catch (InvalidOperationException halfPair)
            {
                throw new JsonException(halfPair.Message, null, at.Line - 1, null, halfPair);
            }
        }

        private Mark At(int index)
        {
            for (; _counted < index; _counted++)
                _line += _json[_counted] == '\n' ? 1 : 0;
            return new(index, _line, 1);
        }
    }
}
