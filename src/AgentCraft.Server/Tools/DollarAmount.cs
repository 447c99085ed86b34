using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentCraft.Server.Tools;

/// <summary>Dollars as a number or as decimal text, kept as they were written: a double would lose billionths.</summary>
[JsonConverter(typeof(Converter))]
internal sealed record DollarAmount(string Text)
{
    /// <summary>Billionths of a dollar.</summary>
    /// <exception cref="Data.AgentCraftException"><c>invalid_argument</c></exception>
    public long Billionths(string argument) => Data.Dollars.Parse(Text, argument);

    internal sealed class Converter : JsonConverter<DollarAmount>
    {
        public override DollarAmount Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String ? new(reader.GetString()!) : new(JsonElement.ParseValue(ref reader).GetRawText());

        public override void Write(Utf8JsonWriter writer, DollarAmount value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
    }
}
