using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;

namespace AgentCraft.Data.Configuration.Schemas;

/// <summary>
/// A JSON Schema (draft 2020-12) of <c>schemas/config/</c>, which is embedded: the one description of a format that editors, people and we
/// check by.
/// </summary>
internal sealed class ConfigSchema
{
    private static readonly ConcurrentDictionary<string, ConfigSchema> Known = new();

    private ConfigSchema(JsonElement root) => Root = root;

    /// <summary>The whole of it.</summary>
    public JsonElement Root { get; }

    /// <summary>The schema of a kind of configuration file: <c>template</c>.</summary>
    public static ConfigSchema Of(string kind) => Known.GetOrAdd(kind, Load);

    /// <summary>From text; for tests.</summary>
    public static ConfigSchema Parse(string json) => new(JsonDocument.Parse(json).RootElement);

    /// <summary>What <c>$ref</c> points to; here only <c>#/$defs/NAME</c>.</summary>
    public JsonElement Resolve(string reference) => Root.GetProperty("$defs").GetProperty(reference["#/$defs/".Length..]);

    private static ConfigSchema Load(string kind)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"schemas/config/{kind}.schema.json")
            ?? throw new InvalidOperationException($"There is no schema for '{kind}'.");
        return new(JsonDocument.Parse(stream).RootElement);
    }
}
