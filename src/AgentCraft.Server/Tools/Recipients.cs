using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentCraft.Server.Tools;

/// <summary>One name or a list of names; both are as easy to send.</summary>
[JsonConverter(typeof(Converter))]
internal sealed record Recipients(IReadOnlyList<string> Names)
{
    internal sealed class Converter : JsonConverter<Recipients>
    {
        public override Recipients Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String)
                return new([reader.GetString()!]);
            List<string> names = [];
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                names.Add(reader.GetString()!);
            return new(names);
        }

        public override void Write(Utf8JsonWriter writer, Recipients value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (string name in value.Names)
                writer.WriteStringValue(name);
            writer.WriteEndArray();
        }
    }
}
