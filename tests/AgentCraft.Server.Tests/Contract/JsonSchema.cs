using System.Text.Json;

namespace AgentCraft.Server.Tests.Contract;

/// <summary>Checks a value against the part of JSON Schema that the tools use. A keyword it does not know is a failure, not a pass.</summary>
public static class JsonSchema
{
    private static readonly HashSet<string> Known =
        ["type", "properties", "required", "items", "enum", "additionalProperties", "description", "title", "format"];

    /// <summary>Where and how the value breaks the schema; null when it fits.</summary>
    public static string? Fault(JsonElement schema, JsonElement value, string place = "$")
    {
        if (schema.ValueKind is JsonValueKind.True)
            return null;
        if (schema.ValueKind is JsonValueKind.False)
            return $"{place}: nothing is allowed here";
        if (schema.EnumerateObject().FirstOrDefault(keyword => !Known.Contains(keyword.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
            return $"{place}: the schema's keyword '{unknown.Name}' is not known";
        return OfType(schema, value, place) ?? OfEnum(schema, value, place) ?? OfFormat(schema, value, place) ?? value.ValueKind switch
        {
            JsonValueKind.Object => OfMembers(schema, value, place),
            JsonValueKind.Array when schema.TryGetProperty("items", out JsonElement items) =>
                value.EnumerateArray().Select((item, i) => Fault(items, item, $"{place}[{i}]")).FirstOrDefault(fault => fault is not null),
            _ => null,
        };
    }

    private static string? OfType(JsonElement schema, JsonElement value, string place)
    {
        if (!schema.TryGetProperty("type", out JsonElement type))
            return null;
        IEnumerable<string?> types = type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(t => t.GetString()) : [type.GetString()];
        return types.Any(name => Is(name, value)) ? null : $"{place}: {value.ValueKind} is not {type.GetRawText()}";
    }

    private static bool Is(string? type, JsonElement value) => type switch
    {
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ => type == value.ValueKind.ToString().ToLowerInvariant(),
    };

    private static string? OfEnum(JsonElement schema, JsonElement value, string place) =>
        !schema.TryGetProperty("enum", out JsonElement values) || values.EnumerateArray().Any(v => JsonElement.DeepEquals(v, value))
            ? null : $"{place}: {value.GetRawText()} is not one of {values.GetRawText()}";

    private static string? OfFormat(JsonElement schema, JsonElement value, string place) =>
        !schema.TryGetProperty("format", out JsonElement format) || !format.ValueEquals("date-time") || value.TryGetDateTimeOffset(out _)
            ? null : $"{place}: {value.GetRawText()} is no date-time";

    private static string? OfMembers(JsonElement schema, JsonElement value, string place)
    {
        if (schema.TryGetProperty("required", out JsonElement required)
            && required.EnumerateArray().Select(r => r.GetString()!).FirstOrDefault(name => !value.TryGetProperty(name, out _)) is { } missing)
            return $"{place}: '{missing}' is missing";
        return value.EnumerateObject().Select(member => OfMember(schema, member, $"{place}.{member.Name}")).FirstOrDefault(fault => fault is not null);
    }

    // Stricter than JSON Schema: a member that a schema with properties does not name is a fault, or new members would go unseen.
    private static string? OfMember(JsonElement schema, JsonProperty member, string place) =>
        schema.TryGetProperty("properties", out JsonElement properties) && properties.TryGetProperty(member.Name, out JsonElement own)
            ? Fault(own, member.Value, place)
        : schema.TryGetProperty("additionalProperties", out JsonElement others) ? Fault(others, member.Value, place)
        : properties.ValueKind == JsonValueKind.Object ? $"{place}: the schema does not name it"
        : null;
}
