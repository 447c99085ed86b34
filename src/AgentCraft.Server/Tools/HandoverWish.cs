using System.Text.Json;
using System.Text.Json.Serialization;
using AgentCraft.Data;
using AgentCraft.Data.Handovers;

namespace AgentCraft.Server.Tools;

/// <summary>The argument <c>createHandover</c> of <c>end_session</c>: true, or create_handover's own arguments.</summary>
[JsonConverter(typeof(Converter))]
internal sealed record HandoverWish(JsonElement Json)
{
    private static readonly string[] Members = ["template", "title", "sections", "publish"];

    /// <summary>The hand-over that is wished for; null for false. With <c>true</c> the summary becomes the current state.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c></exception>
    public NewHandover? ToHandover(string author, string? summary)
    {
        if (Json.ValueKind == JsonValueKind.False)
            return null;
        if (Json.ValueKind == JsonValueKind.True)
            return new() { Author = author, Sections = summary is null ? [] : new Dictionary<string, string> { ["Current state"] = summary } };
        if (Json.EnumerateObject().FirstOrDefault(p => !Members.Contains(p.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } odd)
            throw Invalid($"has no member '{Text.Shown(odd.Name)}'");
        return new()
        {
            Author = author,
            Template = Member("template", "a string", JsonValueKind.String)?.GetString(),
            Title = Member("title", "a string", JsonValueKind.String)?.GetString(),
            Sections = Sections(),
            Publish = Member("publish", "true or false", JsonValueKind.True, JsonValueKind.False)?.GetBoolean() ?? false,
        };
    }

    private Dictionary<string, string> Sections() =>
        Member("sections", "an object of heading to Markdown", JsonValueKind.Object) is not { } sections ? []
        : sections.EnumerateObject().All(p => p.Value.ValueKind == JsonValueKind.String)
            ? sections.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!)
            : throw Invalid("needs sections as an object of heading to Markdown");

    private JsonElement? Member(string name, string type, params JsonValueKind[] kinds) =>
        !Json.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null ? null
        : kinds.Contains(value.ValueKind) ? value
        : throw Invalid($"needs {name} as {type}");

    private static AgentCraftException Invalid(string fault) => new(ErrorCodes.InvalidArgument, $"createHandover {fault}.",
        "Pass true, or an object such as {\"title\": \"…\", \"sections\": {\"Goal\": \"…\"}, \"publish\": true}.");

    internal sealed class Converter : JsonConverter<HandoverWish>
    {
        public override HandoverWish Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(JsonElement.ParseValue(ref reader));

        public override void Write(Utf8JsonWriter writer, HandoverWish value, JsonSerializerOptions options) => value.Json.WriteTo(writer);
    }
}
