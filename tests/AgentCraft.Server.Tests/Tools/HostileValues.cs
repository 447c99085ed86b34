using System.Text.Json;

namespace AgentCraft.Server.Tests.Tools;

/// <summary>What can be wrong with an argument, made from its schema: JSON texts.</summary>
internal static class HostileValues
{
    public const string Nul = "\"a\\u0000b\"", HalfPair = "\"\\ud83c\"";

    /// <summary>Three megabytes: more than any text may have, less than a line.</summary>
    public static readonly string Huge = $"\"{new string('x', 3 << 20)}\"";

    private static readonly string[] Texts =
    [
        "", " ", "null", "0", "-1", "*", "%", "_", "\\", ".", "..", "/", "~", "-", "--help", "CON", "agent_bob_1", "a\tb\r\nc",
        "\"'; DROP TABLE messages; --", "' OR 1=1 --", "../../etc/passwd", "/etc/passwd", "C:\\Windows\\System32", "file:///etc/passwd",
        "\u202Egnp.exe\u200B\u2028", "%s%n{0}{{x}}${HOME}`id`$(id)", "<script>alert(1)</script>", "{\"code\":\"x\"}", "[1,2]",
        "\" OR NEAR(a b) AND NOT (c* ^d", "\"\"\"", "a:b", "(((((((((((", "[[[[[[!!!]", "**/**/**/**/**/**/**/**/x", "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}",
        "{{{{{{{{{{{{", "[a-", "[^]", "(a+)+$", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.9999999-14:00", "2026-02-30", "yesterday",
        "99999999999999999999", "1e400", "NaN", "👩‍👩‍👧‍👦🏳️‍🌈", "e\u0301\u0301\u0301\u0301", "ΑΒΓ", "ＣＯＮ", "\uFFFE\uFEFF", "\u0001\u001B[31m\u007F",
    ];

    /// <summary>Text that is no attack on one place only.</summary>
    public static IEnumerable<string> Strings => Texts.Select(text => JsonSerializer.Serialize(text));

    /// <summary>Must be refused as <c>invalid_argument</c>, naming the argument.</summary>
    public static IEnumerable<string> WrongTypes(JsonElement schema)
    {
        string[] types = TypesOf(schema);
        (string Json, string[] Fits)[] values =
        [
            ("5", ["integer", "number"]), ("0.5", ["number"]), ("true", ["boolean"]), ("\"5\"", ["string"]), ("[]", ["array"]), ("{}", ["object"]),
            ("[{}]", ["array"]), ("99999999999", ["number"]), ("1e400", []), ("-1e400", []),
        ];
        foreach ((string json, string[] fits) in values)
            if (!fits.Intersect(types).Any())
                yield return json;
        if (schema.TryGetProperty("enum", out _))
            foreach (string text in Strings)
                yield return text;
        if (types.Contains("array") && schema.TryGetProperty("items", out JsonElement items))
            foreach (string item in WrongTypes(items).Append("null"))
                yield return $"[{item}]";
        foreach (string faulty in FaultyObjects(schema))
            yield return faulty;
    }

    /// <summary>Must be refused as <c>invalid_text</c>.</summary>
    public static IEnumerable<string> BadTexts(JsonElement schema)
    {
        string[] types = TypesOf(schema);
        if (types.Contains("string"))
            foreach (string text in new[] { Nul, HalfPair })
                yield return text;
        if (types.Contains("array"))
            foreach (string text in new[] { Nul, HalfPair })
                yield return $"[{Example(schema.TryGetProperty("items", out JsonElement items) ? items : null)},{text}]";
        if (types.Contains("object"))
            foreach (string text in new[] { Nul, HalfPair })
                foreach (string json in new[] { $$"""{"a":{{text}}}""", $$"""{ {{text}}:"a"}""", $$"""{"a":[{"b":[{{text}}]}]}""" })
                    yield return json;
    }

    /// <summary>May be taken or refused.</summary>
    public static IEnumerable<string> Others(JsonElement schema)
    {
        string[] types = TypesOf(schema);
        yield return "null";
        if (types.Contains("string") && !schema.TryGetProperty("enum", out _))
            foreach (string text in Strings.Append(Huge))
                yield return text;
        if (types.Contains("integer") || types.Contains("number"))
            foreach (string number in new[] { "-1", "0", "1", "2147483647", "-2147483648" })
                yield return number;
        if (types.Contains("number"))
            foreach (string number in new[] { "0.1", "-0.0", "1e308", "-1e308", "5e-324", "123456789012345678901234567890", "0.12345678901234567890" })
                yield return number;
        if (types.Contains("boolean"))
            yield return "false";
        if (types.Contains("array"))
            foreach (string list in Lists(schema))
                yield return list;
        if (types.Contains("object"))
            foreach (string json in Objects())
                yield return json;
    }

    /// <summary>A value that fits the schema, as small as possible.</summary>
    public static string Example(JsonElement? schema) => schema is not { } known ? "1"
        : known.TryGetProperty("enum", out JsonElement values) ? values[0].GetRawText()
        : TypesOf(known)[0] switch
        {
            "string" => "\"x\"",
            "integer" or "number" => "1",
            "boolean" => "true",
            "array" => "[]",
            _ => Object(Required(known).ToDictionary(name => name, name => Example(known.GetProperty("properties").GetProperty(name)))),
        };

    /// <summary>The types that a schema allows.</summary>
    public static string[] TypesOf(JsonElement schema) => !schema.TryGetProperty("type", out JsonElement type) ? []
        : type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(one => one.GetString()!)]
        : [type.GetString()!];

    /// <summary>The members that a schema requires.</summary>
    public static string[] Required(JsonElement schema) =>
        schema.TryGetProperty("required", out JsonElement names) ? [.. names.EnumerateArray().Select(name => name.GetString()!)] : [];

    private static IEnumerable<string> Lists(JsonElement schema)
    {
        JsonElement? items = schema.TryGetProperty("items", out JsonElement known) ? known : null;
        yield return "[]";
        yield return $"[{string.Join(',', Enumerable.Repeat(Example(items), 10_000))}]";
        if (items is null || !TypesOf(items.Value).Contains("string"))
            yield break;
        yield return $"[{Huge}]";
        yield return $"[{string.Join(',', Strings)}]";
        yield return $"[{string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"x{i}\""))}]";
    }

    private static IEnumerable<string> Objects() =>
    [
        "{}", """{"a":null}""", """{"":""}""", """{"a":{},"b":[]}""", $$"""{"a":{{Huge}}}""", $"{{{Huge}:1}}", Nested(50),
        Object(Enumerable.Range(0, 10_000).ToDictionary(i => $"m{i}", _ => "1")),
        $"{{{string.Join(',', Strings.Distinct().Select(text => $"{text}:{text}"))}}}",
        $$"""{"a":[{{string.Join(',', Enumerable.Repeat("{}", 10_000))}}]}""",
    ];

    /// <summary>Objects and lists of objects whose members are known: each with one that is wrong, one too few, one too many.</summary>
    private static IEnumerable<string> FaultyObjects(JsonElement schema)
    {
        if (schema.TryGetProperty("additionalProperties", out JsonElement any) && any.ValueKind == JsonValueKind.Object)
            foreach (string value in WrongTypes(any))
                yield return $$"""{"a":{{value}}}""";
        if (!TypesOf(schema).Contains("object") || !schema.TryGetProperty("properties", out JsonElement properties))
            yield break;
        Dictionary<string, string> good = Required(schema).ToDictionary(name => name, name => Example(properties.GetProperty(name)));
        foreach (JsonProperty property in properties.EnumerateObject())
            foreach (string value in WrongTypes(property.Value))
                yield return Object(new Dictionary<string, string>(good) { [property.Name] = value });
        foreach (string name in good.Keys)
            yield return Object(good.Where(pair => pair.Key != name));
        yield return Object(good.Append(new("no_such_member", "1")));
    }

    public static string Nested(int depth) => string.Concat(Enumerable.Repeat("{\"a\":", depth - 1)) + "{}" + new string('}', depth - 1);

    private static string Object(IEnumerable<KeyValuePair<string, string>> members) =>
        $"{{{string.Join(',', members.Select(member => $"{JsonSerializer.Serialize(member.Key)}:{member.Value}"))}}}";
}
