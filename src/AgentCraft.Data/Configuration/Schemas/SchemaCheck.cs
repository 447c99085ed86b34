using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentCraft.Data.Configuration.Parsing;
using AgentCraft.Data.Handovers;

namespace AgentCraft.Data.Configuration.Schemas;

/// <summary>
/// Checks nodes against a schema: the keywords that ours use, since no maintained library with a free licence restores where we build. A
/// keyword that it does not know is a bug in the schema and told as one, never passed over.
/// </summary>
internal sealed class SchemaCheck
{
    private static readonly TimeSpan PatternLimit = TimeSpan.FromSeconds(1);

    private readonly ConfigSchema _schema;
    private readonly List<ConfigFault> _faults = [];

    private SchemaCheck(ConfigSchema schema) => _schema = schema;

    /// <summary>Everything that is wrong, in the order of the file.</summary>
    public static IReadOnlyList<ConfigFault> Faults(ConfigNode node, ConfigSchema schema) => new SchemaCheck(schema).Run(node, schema.Root);

    private List<ConfigFault> Run(ConfigNode node, JsonElement schema)
    {
        Check(node, schema, "the file", node.Place);
        return _faults;
    }

    private void Check(ConfigNode node, JsonElement schema, string what, Place place)
    {
        if (schema.TryGetProperty("$ref", out JsonElement reference))
        {
            Check(node, _schema.Resolve(reference.GetString()!), what, place);
            return;
        }
        // What is no list has no items to check: one mistake is told once.
        if (schema.TryGetProperty("type", out JsonElement type) && !IsOfType(node, type))
        {
            Add(node, what, ExpectationOf(schema));
            return;
        }
        foreach (JsonProperty keyword in schema.EnumerateObject())
            CheckKeyword(node, schema, keyword, what, place);
    }

    private void CheckKeyword(ConfigNode node, JsonElement schema, JsonProperty keyword, string what, Place place)
    {
        switch (keyword.Name)
        {
            case "type" or "title" or "description" or "examples" or "default" or "$schema" or "$id" or "$defs" or "$comment":
                break;
            case "properties" or "additionalProperties":
                if (keyword.Name == "properties" || !schema.TryGetProperty("properties", out _))
                    CheckFields(node, schema, what);
                break;
            case "required":
                CheckRequired(node, keyword.Value, what, place);
                break;
            case "propertyNames":
                foreach (ConfigField field in node.Fields)
                    CheckKeyword(new ConfigNode(NodeKind.Text, field.Place, field.Start) { Text = field.Name }, keyword.Value, "pattern", "a key");
                break;
            case "items":
                foreach (ConfigNode item in node.Items)
                    Check(item, keyword.Value, $"an item of {what}", item.Place);
                break;
            case "not":
                string[] together = [.. NamesOf(keyword.Value)];
                if (together.All(name => node.FindField(name) is not null))
                    _faults.Add(new(place, $"{what} has {string.Join(" and ", together)}; expected one of them."));
                break;
            case "anyOf" when keyword.Value.EnumerateArray().All(IsOfNames):
                if (!keyword.Value.EnumerateArray().Any(choice => NamesOf(choice).All(name => node.FindField(name) is not null)))
                    _faults.Add(new(place, $"{what} lacks {string.Join(" or ", keyword.Value.EnumerateArray().SelectMany(NamesOf).Select(name => $"'{name}'"))}."));
                break;
            case "anyOf":
                CheckAny(node, schema, keyword.Value, what, place);
                break;
            default:
                CheckKeyword(node, schema, keyword.Name, what);
                break;
        }
    }

    private void CheckKeyword(ConfigNode node, JsonElement schema, string keyword, string what)
    {
        JsonElement value = schema.GetProperty(keyword);
        bool passes = keyword switch
        {
            "enum" => value.EnumerateArray().Any(one => IsEqual(node, one)),
            "const" => IsEqual(node, value),
            "pattern" => node.Kind != NodeKind.Text || Regex.IsMatch(node.Text, Exact(value.GetString()!), RegexOptions.CultureInvariant, PatternLimit),
            "minLength" => node.Kind != NodeKind.Text || node.Text.Length >= value.GetInt32(),
            "maxLength" => node.Kind != NodeKind.Text || node.Text.Length <= value.GetInt32(),
            "minItems" => node.Kind != NodeKind.List || node.Items.Count >= value.GetInt32(),
            "maxItems" => node.Kind != NodeKind.List || node.Items.Count <= value.GetInt32(),
            "minProperties" => node.Kind != NodeKind.Object || node.Fields.Count >= value.GetInt32(),
            "uniqueItems" => node.Kind != NodeKind.List || node.Items.DistinctBy(item => (item.Kind, item.Text)).Count() == node.Items.Count,
            _ => throw new InvalidOperationException($"The schema uses '{keyword}', which is not checked here."),
        };
        if (!passes)
            Add(node, what, ExpectationOf(schema, keyword));
    }

    private void CheckFields(ConfigNode node, JsonElement schema, string what)
    {
        bool hasKnown = schema.TryGetProperty("properties", out JsonElement known);
        schema.TryGetProperty("additionalProperties", out JsonElement others);
        foreach (ConfigField field in node.Fields)
            if (hasKnown && known.TryGetProperty(field.Name, out JsonElement own))
                Check(field.Value, own, OneLine.Short(field.Name, 60), field.Place);
            else if (others.ValueKind == JsonValueKind.False)
                _faults.Add(new(field.Place, UnknownKey(field.Name, what, hasKnown ? [.. known.EnumerateObject().Select(one => one.Name)] : [])));
            else if (others.ValueKind == JsonValueKind.Object)
                Check(field.Value, others, $"'{OneLine.Short(field.Name, 60)}'", field.Place);
    }

    /// <summary>A mistyped key must not be a wish that silently does nothing.</summary>
    private static string UnknownKey(string name, string what, string[] known) =>
        $"{what} has no key '{OneLine.Short(name, 60)}'. {AgentCraft.Data.Text.DidYouMean(OneLine.Short(name, 60), known)}Expected {(known.Length == 0 ? "none" : $"one of {string.Join(", ", known)}")}.";

    private void CheckRequired(ConfigNode node, JsonElement names, string what, Place place)
    {
        foreach (string name in names.EnumerateArray().Select(name => name.GetString()!))
            if (node.Kind == NodeKind.Object && node.FindField(name) is null)
                _faults.Add(new(place, $"{what} lacks '{name}'."));
    }

    /// <summary>What fits the node's type says best what is wrong with it; where nothing does, the schema says what is expected.</summary>
    private void CheckAny(ConfigNode node, JsonElement schema, JsonElement choices, string what, Place place)
    {
        List<List<ConfigFault>> outcomes = [];
        foreach (JsonElement choice in choices.EnumerateArray())
        {
            SchemaCheck trial = new(_schema);
            trial.Check(node, choice, what, place);
            if (trial._faults.Count == 0)
                return;
            if (TypeOf(choice) is { } type && IsOfType(node, type))
                outcomes.Add(trial._faults);
        }
        if (outcomes is [var only])
            _faults.AddRange(only);
        else
            Add(node, what, ExpectationOf(schema));
    }

    private JsonElement? TypeOf(JsonElement schema) =>
        schema.TryGetProperty("$ref", out JsonElement reference) ? TypeOf(_schema.Resolve(reference.GetString()!))
        : schema.TryGetProperty("type", out JsonElement type) ? type : null;

    private static bool IsOfNames(JsonElement choice) => choice.EnumerateObject().All(keyword => keyword.NameEquals("required"));

    private static IEnumerable<string> NamesOf(JsonElement choice) => choice.GetProperty("required").EnumerateArray().Select(name => name.GetString()!);

    private void Add(ConfigNode node, string what, string expected) =>
        _faults.Add(new(node.Place, $"{what} is {node.Found}; expected {expected}."));

    private static bool IsOfType(ConfigNode node, JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Any(one => IsOfType(node, one)) : type.GetString() switch
        {
            "object" => node.Kind == NodeKind.Object,
            "array" => node.Kind == NodeKind.List,
            "string" => node.Kind == NodeKind.Text,
            "boolean" => node.Kind == NodeKind.Boolean,
            "null" => node.Kind == NodeKind.Null,
            "number" => node.Kind == NodeKind.Number,
            "integer" => node.Kind == NodeKind.Number && NumberOf(node) is { } number && Math.Floor(number) == number,
            var other => throw new InvalidOperationException($"The schema uses the type '{other}'."),
        };

    private static bool IsEqual(ConfigNode node, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => node.Kind == NodeKind.Text && node.Text == value.GetString(),
        JsonValueKind.Number => node.Kind == NodeKind.Number && NumberOf(node) == value.GetDouble(),
        JsonValueKind.True or JsonValueKind.False => node.Kind == NodeKind.Boolean && bool.Parse(node.Text) == value.GetBoolean(),
        _ => node.Kind == NodeKind.Null,
    };

    /// <summary>In JSON Schema <c>$</c> is the end; here it would also be before a last line break.</summary>
    private static string Exact(string pattern) => pattern.EndsWith('$') ? pattern[..^1] + "\\z" : pattern;

    private static double? NumberOf(ConfigNode node) =>
        double.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;

    /// <summary>In the schema's own words where it has some: a description says more than a pattern.</summary>
    private static string ExpectationOf(JsonElement schema, string? keyword = null) =>
        keyword is not ("minItems" or "uniqueItems" or "maxItems" or "maxLength" or "minLength" or "minProperties")
        && schema.TryGetProperty("description", out JsonElement description) ? OneLine.Of(description.GetString()!).TrimEnd('.')
        : SchemaWords.Of(schema, keyword);
}
