using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentCraft.Data;

/// <summary>Writes an enum as snake_case text on the wire, as the store keeps it: <c>Active</c> is <c>active</c>.</summary>
public sealed class SnakeCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>The same spelling for the store's columns.</summary>
internal static class SnakeCase
{
    public static string Of(Enum value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>Dapper reads an enum by its C# name, which suffices for one word only.</summary>
    public static T Parse<T>(string text) where T : struct, Enum => Enum.Parse<T>(text.Replace("_", ""), ignoreCase: true);
}
