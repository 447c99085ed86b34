using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AgentCraft.Data.Tests.Configuration;

/// <summary>
/// The keywords of JSON Schema (draft 2020-12) that our schemas use, as the draft has them: written for tests, apart from what the program
/// does. A keyword that it does not know is an error, never passed over.
/// </summary>
internal sealed class SmallJsonSchema(JsonNode root)
{
    private static readonly string[] Words = ["$schema", "$id", "$comment", "$defs", "title", "description"];

    public bool Accepts(JsonNode? value) => Accepts(root, value);

    private bool Accepts(JsonNode schema, JsonNode? value) => schema.AsObject().All(keyword => Keeps(schema.AsObject(), keyword.Key, keyword.Value!, value));

    private bool Keeps(JsonObject schema, string keyword, JsonNode rule, JsonNode? value) => keyword switch
    {
        _ when Words.Contains(keyword) => true,
        "$ref" => Accepts(root["$defs"]![((string)rule!)["#/$defs/".Length..]]!, value),
        "type" => (rule is JsonArray types ? types.Select(type => (string)type!) : [(string)rule!]).Any(type => type == TypeOf(value) || (type == "number" && TypeOf(value) == "integer")),
        "const" => JsonNode.DeepEquals(rule, value),
        "enum" => rule.AsArray().Any(one => JsonNode.DeepEquals(one, value)),
        "oneOf" => rule.AsArray().Count(one => Accepts(one!, value)) == 1,
        "required" => value is not JsonObject members || rule.AsArray().All(name => members.ContainsKey((string)name!)),
        "properties" => value is not JsonObject members || members.All(member => rule[member.Key] is not { } of || Accepts(of, member.Value)),
        "additionalProperties" => (bool)rule || value is not JsonObject members || members.All(member => schema["properties"]![member.Key] is not null),
        "items" => value is not JsonArray items || items.All(item => Accepts(rule, item)),
        "minItems" => value is not JsonArray items || items.Count >= (int)rule,
        "maxItems" => value is not JsonArray items || items.Count <= (int)rule,
        "maxLength" => Text(value) is not { } text || text.EnumerateRunes().Count() <= (int)rule,
        "pattern" => Text(value) is not { } text || Regex.IsMatch(text, (string)rule!),
        "minimum" => TypeOf(value) != "integer" || (long)value! >= (long)rule,
        "maximum" => TypeOf(value) != "integer" || (long)value! <= (long)rule,
        _ => throw new NotSupportedException($"The keyword {keyword}."),
    };

    private static string? Text(JsonNode? value) => TypeOf(value) == "string" ? (string)value! : null;

    private static string TypeOf(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject => "object",
        JsonArray => "array",
        JsonValue one when one.TryGetValue(out long _) => "integer",
        JsonValue one when one.TryGetValue(out double _) => "number",
        JsonValue one when one.TryGetValue(out bool _) => "boolean",
        _ => "string",
    };
}
