using System.Text.Json;

namespace AgentCraft.Data.Configuration.Schemas;

/// <summary>Says in words what a keyword of a schema expects.</summary>
internal static class SchemaWords
{
    /// <summary>What the keyword expects; without one, what the type does.</summary>
    public static string Of(JsonElement schema, string? keyword) => keyword switch
    {
        null => TypeOf(schema),
        "enum" => $"one of {string.Join(", ", schema.GetProperty(keyword).EnumerateArray().Select(one => one.ToString()).Distinct())}",
        "const" => schema.GetProperty(keyword).ToString(),
        "pattern" => $"text like {schema.GetProperty(keyword).GetString()}",
        "minLength" => Number(schema, keyword) == 1 ? "text" : $"at least {Number(schema, keyword):N0} characters",
        "maxLength" => $"at most {Number(schema, keyword):N0} characters",
        "minItems" => $"at least {Number(schema, keyword):N0}",
        "maxItems" => $"at most {Number(schema, keyword):N0}",
        "minProperties" => $"at least {Number(schema, keyword):N0} key",
        "uniqueItems" => "each only once",
        _ => keyword,
    };

    private static int Number(JsonElement schema, string keyword) => schema.GetProperty(keyword).GetInt32();

    private static string TypeOf(JsonElement schema)
    {
        if (schema.TryGetProperty("anyOf", out JsonElement choices))
            return string.Join(" or ", choices.EnumerateArray().Select(TypeOf).Distinct());
        if (!schema.TryGetProperty("type", out JsonElement type))
            return "another value";
        string[] names = type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(one => one.GetString()!)] : [type.GetString()!];
        return string.Join(" or ", names.Select(Word));
    }

    private static string Word(string type) => type switch
    {
        "object" => "keys with values",
        "array" => "a list",
        "string" => "text",
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        _ => "nothing",
    };
}
