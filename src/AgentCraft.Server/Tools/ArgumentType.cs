using System.Text.Json;

namespace AgentCraft.Server.Tools;

/// <summary>The type of an argument, as its schema says: enough of JSON Schema for what tools take.</summary>
internal sealed class ArgumentType
{
    private readonly string[] _types;
    private readonly string[] _values;
    private readonly ArgumentType? _items;
    private readonly ArgumentType? _members;
    private readonly Dictionary<string, ArgumentType> _properties = [];
    private readonly string[] _required;

    public ArgumentType(JsonElement schema)
    {
        _types = !schema.TryGetProperty("type", out JsonElement type) ? []
            : type.ValueKind == JsonValueKind.String ? [type.GetString()!] : Strings(type);
        _values = schema.TryGetProperty("enum", out JsonElement values) ? Strings(values) : [];
        _items = schema.TryGetProperty("items", out JsonElement items) ? new(items) : null;
        _members = schema.TryGetProperty("additionalProperties", out JsonElement members) && members.ValueKind == JsonValueKind.Object ? new(members) : null;
        _required = schema.TryGetProperty("required", out JsonElement required) ? Strings(required) : [];
        if (schema.TryGetProperty("properties", out JsonElement properties))
            _properties = properties.EnumerateObject().ToDictionary(p => p.Name, p => new ArgumentType(p.Value));
    }

    /// <summary>What is wrong with a value, to follow its name; null when nothing is.</summary>
    public string? Fault(JsonElement value)
    {
        if (_types.Length > 0 && !_types.Any(type => Matches(type, value)))
            return $"must be {this}, not {Describe(value)}";
        if (value.ValueKind == JsonValueKind.String)
            _ = value.GetString(); // Throws for text that is no text: better here than in the tool.
        if (_values.Length > 0 && !_values.Contains(value.GetString()))
            return $"must be {this}, not '{Shorten(value.GetString()!)}'";
        return value.ValueKind switch
        {
            JsonValueKind.Array when _items is not null => value.EnumerateArray().Select((item, i) => Inside($"[{i}]", _items.Fault(item))).FirstOrDefault(f => f is not null),
            JsonValueKind.Object => FaultInObject(value),
            _ => null,
        };
    }

    public override string ToString() =>
        _values.Length > 0 ? $"one of {string.Join(", ", _values)}"
        : _types.Length == 0 ? "any JSON value"
        : string.Join(" or ", _types.Select(Phrase));

    private string? FaultInObject(JsonElement value)
    {
        foreach (JsonProperty property in value.EnumerateObject())
            if ((_properties.GetValueOrDefault(property.Name) ?? _members)?.Fault(property.Value) is { } fault)
                return Inside($".{Shorten(property.Name)}", fault);
        return _required.FirstOrDefault(name => !value.TryGetProperty(name, out _)) is { } missing ? $"lacks '{missing}'" : null;
    }

    private static string? Inside(string place, string? fault) => fault is null ? null : $"{place} {fault}".Replace(" [", "[").Replace(" .", ".");

    private static bool Matches(string type, JsonElement value) => (type, value.ValueKind) switch
    {
        ("string", JsonValueKind.String) or ("number", JsonValueKind.Number) or ("boolean", JsonValueKind.True or JsonValueKind.False)
            or ("array", JsonValueKind.Array) or ("object", JsonValueKind.Object) or ("null", JsonValueKind.Null) => true,
        ("integer", JsonValueKind.Number) => value.TryGetInt32(out _),
        _ => false,
    };

    private string Phrase(string type) => type switch
    {
        "string" => "a string",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => _items is { _types.Length: > 0 } ? $"a list, each {_items}" : "a list",
        "object" => "an object",
        _ => type,
    };

    private static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "a string",
        JsonValueKind.Number => $"the number {Shorten(value.GetRawText())}",
        JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        _ => "null",
    };

    private static string[] Strings(JsonElement list) => [.. list.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!)];

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
