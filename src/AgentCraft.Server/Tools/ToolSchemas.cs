using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Data.Messages;
using Microsoft.Extensions.AI;

namespace AgentCraft.Server.Tools;

/// <summary>The JSON schemas of a tool's arguments and result: what the SDK's exporter makes, without what only costs tokens.</summary>
internal static class ToolSchemas
{
    /// <summary>How a method becomes a function: the call's context is bound, everything else is an argument.</summary>
    public static AIFunctionFactoryOptions FactoryOptions(string name) => new()
    {
        Name = name,
        SerializerOptions = ToolJson.Serializer,
        MarshalResult = static (result, _, _) => new(result),
        JsonSchemaCreateOptions = new() { TransformSchemaNode = static (context, node) => context.TypeInfo.Type == typeof(Recipients) ? OneOrMany(node) : node },
        ConfigureParameterBinding = parameter => parameter.ParameterType != typeof(ToolCall) ? default : new()
        {
            ExcludeFromSchema = true,
            BindParameter = static (_, arguments) => arguments.Context![typeof(ToolCall)],
        },
    };

    /// <summary>Optional arguments need no null type and no null default: leaving them out says the same in fewer tokens.</summary>
    public static JsonElement Input(JsonElement schema)
    {
        JsonObject root = JsonNode.Parse(schema.GetRawText())!.AsObject();
        foreach ((_, JsonNode? property) in root["properties"]?.AsObject() ?? [])
            Simplify(property!.AsObject());
        return Element(root);
    }

    /// <summary>Every result may carry the hint.</summary>
    public static JsonElement Output(JsonElement schema)
    {
        JsonObject root = JsonNode.Parse(schema.GetRawText())!.AsObject();
        root.Remove("$schema");
        root["properties"]!.AsObject()["unreadHint"] = JsonNode.Parse(
            AIJsonUtilities.CreateJsonSchema(typeof(UnreadHint), serializerOptions: ToolJson.Serializer).GetRawText());
        root["properties"]!["unreadHint"]!.AsObject().Remove("$schema");
        return Element(root);
    }

    /// <summary>The exporter cannot look into a converter.</summary>
    private static JsonObject OneOrMany(JsonNode exported)
    {
        JsonObject schema = exported as JsonObject ?? [];
        schema["type"] = new JsonArray("string", "array");
        schema["items"] = new JsonObject { ["type"] = "string" };
        return schema;
    }

    private static void Simplify(JsonObject property)
    {
        property.Remove("default");
        if (property["type"] is JsonArray types)
            property["type"] = types.Count == 2 && types.Any(IsNull) ? types.First(t => !IsNull(t))!.DeepClone() : types.DeepClone();
        if (property["enum"] is JsonArray values)
            property["enum"] = new JsonArray([.. values.Where(v => v is not null).Select(v => v!.DeepClone())]);
        if (property["items"] is JsonObject items)
            foreach ((_, JsonNode? nested) in items["properties"]?.AsObject() ?? [])
                Simplify(nested!.AsObject());
        if (property["items"] is JsonObject item)
            Simplify(item);
    }

    private static bool IsNull(JsonNode? type) => type?.GetValue<string>() == "null";

    private static JsonElement Element(JsonNode node) => JsonElement.Parse(node.ToJsonString());
}
