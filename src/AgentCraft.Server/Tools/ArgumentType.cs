using System.Text.Json;
using AgentCraft.Data;

namespace AgentCraft.Server.Tools;

/// <summary>The type of an argument, as its schema says: enough of JSON Schema for what tools take.</summary>
internal sealed class ArgumentType
{
    private const int MostShown = 40;

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

    /// <summary>What is wrong with a value, as in "metrics[0].value must be a number, not a string"; null when nothing is.</summary>
    public string? Fault(string place, JsonElement value)
    {
        if (_types.Length > 0 && !_types.Any(type => Matches(type, value)))
            return $"{place} must be {this}, not {Describe(value)}";
        if (_values.Length > 0 && !_values.Contains(value.GetString()))
            return $"{place} must be {this}, not '{Text.Shown(value.GetString()!, MostShown)}'";
        return value.ValueKind switch
        {
            JsonValueKind.Array when _items is not null =>
                value.EnumerateArray().Select((item, i) => _items.Fault($"{place}[{i}]", item)).FirstOrDefault(fault => fault is not null),
            JsonValueKind.Object => FaultInObject(place, value),
            _ => null,
        };
    }

    /// <summary>For example "a string or a list of strings".</summary>
    public override string ToString() =>
        _values.Length > 0 ? $"one of {string.Join(", ", _values)}"
        : _types.Length == 0 ? "any JSON value"
        : string.Join(" or ", _types.Select(type => Phrase(type, "a", "")));

    private string? FaultInObject(string place, JsonElement value) =>
        value.EnumerateObject().Select(member => FaultInMember(place, member)).FirstOrDefault(fault => fault is not null)
        ?? (_required.FirstOrDefault(name => !value.TryGetProperty(name, out _)) is { } missing ? $"{place} lacks '{missing}'" : null);

    private string? FaultInMember(string place, JsonProperty member)
    {
        string name = Text.Shown(member.Name, MostShown);
        return (_properties.GetValueOrDefault(member.Name) ?? _members) is { } type ? type.Fault($"{place}.{name}", member.Value)
            : _properties.Count > 0 ? $"{place} has no member '{name}'"
            : null;
    }

    private static bool Matches(string type, JsonElement value) => (type, value.ValueKind) switch
    {
        ("string", JsonValueKind.String) or ("boolean", JsonValueKind.True or JsonValueKind.False)
            or ("array", JsonValueKind.Array) or ("object", JsonValueKind.Object) or ("null", JsonValueKind.Null) => true,
        ("integer", JsonValueKind.Number) => value.TryGetInt32(out _),
        ("number", JsonValueKind.Number) => IsFinite(value),
        _ => false,
    };

    private string Phrase(string type, string article, string plural) => type switch
    {
        "string" => $"{article} string{plural}",
        "integer" => $"{article} whole number{plural}",
        "number" => $"{article} number{plural}",
        "boolean" => _types.Length > 1 ? "true, false" : "true or false",
        "array" => $"{article} list{plural}{(_items is { _types: [var item] } ? $" of{_items.Phrase(item, "", "s")}" : "")}",
        "object" when _properties.Count > 0 => $"{(article.Length > 0 ? "an" : "")} object{plural} {{{string.Join(", ", _properties.Keys)}}}",
        "object" when _members is { _types: [var member] } => $"{(article.Length > 0 ? "an" : "")} object{plural} with{_members.Phrase(member, "", "s")} as values",
        "object" => $"{(article.Length > 0 ? "an" : "")} object{plural}",
        _ => type,
    };

    private string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "a string",
        JsonValueKind.Number when _types.Contains("integer") && value.TryGetDouble(out double number) && double.IsInteger(number) && Math.Abs(number) > int.MaxValue =>
            $"{Text.Shown(value.GetRawText(), MostShown)}, which is too large",
        JsonValueKind.Number when !IsFinite(value) => $"{Text.Shown(value.GetRawText(), MostShown)}, which is too large",
        JsonValueKind.Number => $"the number {Text.Shown(value.GetRawText(), MostShown)}",
        JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        _ => "null",
    };

    /// <summary>JSON can spell numbers that no machine's number can hold.</summary>
    private static bool IsFinite(JsonElement number) => number.TryGetDouble(out double value) && double.IsFinite(value);

    private static string[] Strings(JsonElement list) => [.. list.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!)];
}
