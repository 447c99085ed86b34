using System.Text.Json;
using AgentCraft.Data.Configuration;
using AgentCraft.Data.Configuration.Parsing;
using AgentCraft.Data.Configuration.Schemas;

namespace AgentCraft.Data.Tests.Configuration;

/// <summary>The schemas are what is checked by, and every keyword in them is.</summary>
public sealed class ConfigSchemaTests
{
    private static readonly string[] Checked =
    [
        "$schema", "$id", "$comment", "$defs", "$ref", "title", "description", "type", "properties", "additionalProperties", "required", "propertyNames", "items", "anyOf", "not", "enum",
        "pattern", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems",
    ];

    public static TheoryData<string> Kinds => ["template", "skill", "workflow", "prompt"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_schema_uses_only_what_is_checked(string kind)
    {
        JsonElement root = ConfigSchema.Of(kind).Root;
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", root.GetProperty("$schema").GetString());
        Assert.EndsWith($":{ConfigKind.All.Single(one => one.Name == kind).Version}", root.GetProperty("$id").GetString(), StringComparison.Ordinal);
        AssertKnown(root);
    }

    [Fact]
    public void Every_schema_that_ships_has_a_kind_or_is_one_of_those_that_other_readers_agree_with() => Assert.Equal(
        ConfigKind.All.Select(kind => kind.Name).Append("agent-type").Append("handover-rules").Select(name => $"schemas/config/{name}.schema.json").Order(),
        typeof(ConfigKind).Assembly.GetManifestResourceNames().Where(name => name.StartsWith("schemas/config/", StringComparison.Ordinal)).Order());

    [Theory]
    [InlineData("""{"type": "string"}""", "5", "is the number 5; expected text")]
    [InlineData("""{"type": ["string", "null"]}""", "[]", "is an empty list; expected text or nothing")]
    [InlineData("""{"type": "integer"}""", "1.5", "expected a whole number")]
    [InlineData("""{"type": "boolean"}""", "yes", "expected true or false")]
    [InlineData("""{"const": 5}""", "6", "expected 5")]
    [InlineData("""{"enum": ["a", "b"]}""", "c", "expected one of a, b")]
    [InlineData("""{"pattern": "^a+$"}""", "\"aa\\n\"", "expected text like ^a+$")]
    [InlineData("""{"minLength": 2}""", "a", "expected at least 2 characters")]
    [InlineData("""{"maxLength": 2}""", "abc", "expected at most 2 characters")]
    [InlineData("""{"minItems": 2}""", "[a]", "expected at least 2")]
    [InlineData("""{"maxItems": 1}""", "[a, b]", "expected at most 1")]
    [InlineData("""{"minProperties": 1}""", "{}", "expected at least 1 key")]
    [InlineData("""{"uniqueItems": true}""", "[a, a]", "expected each only once")]
    [InlineData("""{"required": ["a"]}""", "{b: 1}", "the file lacks 'a'")]
    [InlineData("""{"properties": {"abc": {}}, "additionalProperties": false}""", "{abd: 1}", "the file has no key 'abd'. Did you mean 'abc'? Expected one of abc.")]
    [InlineData("""{"additionalProperties": {"type": "string"}}""", "{a: 1}", "'a' is the number 1; expected text")]
    [InlineData("""{"propertyNames": {"pattern": "^a$"}}""", "{b: 1}", "a key is the text 'b'; expected text like ^a$")]
    [InlineData("""{"items": {"type": "string"}}""", "[a, 1]", "an item of the file is the number 1")]
    [InlineData("""{"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}""", "[1]", "an item of the file is the number 1")]
    [InlineData("""{"anyOf": [{"type": "string"}, {"type": "array"}]}""", "5", "is the number 5; expected text or a list")]
    [InlineData("""{"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}""", "{c: 1}", "the file lacks 'a' or 'b'")]
    [InlineData("""{"not": {"required": ["a", "b"]}}""", "{a: 1, b: 2}", "the file has a and b; expected one of them")]
    [InlineData("""{"$ref": "#/$defs/x", "$defs": {"x": {"type": "string", "description": "a word."}}}""", "5", "expected a word.")]
    public void A_keyword_says_what_it_expects(string schema, string text, string told)
    {
        ConfigFault fault = Assert.Single(SchemaCheck.Faults(ConfigText.Read(text, isJson: false), ConfigSchema.Parse(schema)));
        Assert.Contains(told, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type": "integer"}""", "5.0")]
    [InlineData("""{"enum": [2, "2"]}""", "2.0")]
    [InlineData("""{"const": true}""", "true")]
    [InlineData("""{"const": null}""", "~")]
    [InlineData("""{"type": "string"}""", "no")]
    [InlineData("""{"type": "string"}""", "\"5\"")]
    [InlineData("""{"anyOf": [{"type": "string"}, {"type": "array"}]}""", "[1]")]
    public void What_fits_passes(string schema, string text) =>
        Assert.Empty(SchemaCheck.Faults(ConfigText.Read(text, isJson: false), ConfigSchema.Parse(schema)));

    [Fact]
    public void A_keyword_that_is_not_checked_is_a_bug_and_not_passed_over() =>
        Assert.Throws<InvalidOperationException>(() => SchemaCheck.Faults(ConfigText.Read("5", isJson: false), ConfigSchema.Parse("""{"multipleOf": 2}""")));

    private static void AssertKnown(JsonElement schema)
    {
        foreach (JsonProperty keyword in schema.EnumerateObject())
        {
            Assert.Contains(keyword.Name, Checked);
            if (keyword.Name is "properties" or "$defs")
                foreach (JsonProperty inner in keyword.Value.EnumerateObject())
                    AssertKnown(inner.Value);
            else if (keyword.Name == "anyOf")
                foreach (JsonElement inner in keyword.Value.EnumerateArray())
                    AssertKnown(inner);
            else if (keyword.Value.ValueKind == JsonValueKind.Object)
                AssertKnown(keyword.Value);
        }
    }
}
