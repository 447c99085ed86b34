using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentCraft.Data;

/// <summary>Writes an enum as snake_case text on the wire, as the store keeps it: <c>Active</c> is <c>active</c>.</summary>
public sealed class SnakeCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
