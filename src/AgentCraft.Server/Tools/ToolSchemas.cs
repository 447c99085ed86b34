using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Data.Messages;
using Microsoft.Extensions.AI;

namespace AgentCraft.Server.Tools;

/// <summary>The JSON schemas of a tool's arguments and result: what the SDK's exporter makes, without what only costs tokens.</summary>
internal static class ToolSchemas
{
    /// <summary>How a method is looked at: the call's context is bound, everything else is an argument.</summary>
    public static AIFunctionFactoryOptions FactoryOptions(string name) => new()
    {
        Name = name,
        SerializerOptions = ToolJson.Serializer,
        JsonSchemaCreateOptions = new() { TransformSchemaNode = static (context, node) => SayMore(context.TypeInfo.Type, node) },
        ConfigureParameterBinding = parameter => parameter.ParameterType != typeof(ToolCall) ? default : new()
        {
            ExcludeFromSchema = true,
            BindParameter = static (_, _) => null,
        },
    };

    /// <summary>What arguments are checked by. Optional ones need no null type and no null default: leaving them out says the same in fewer tokens.</summary>
    public static JsonElement Arguments(JsonElement schema)
    {
        JsonObject root = JsonNode.Parse(schema.GetRawText())!.AsObject();
        foreach ((_, JsonNode? property) in root["properties"]?.AsObject() ?? [])
            Simplify(property!.AsObject());
        return Element(root);
    }

    /// <summary>What a client is shown of them: nothing twice.</summary>
    public static JsonElement Input(JsonElement schema)
    {
        JsonObject root = JsonNode.Parse(Arguments(schema).GetRawText())!.AsObject();
        JsonObject arguments = root["properties"]?.AsObject() ?? [];
        foreach ((_, JsonNode? property) in arguments)
            SayOnce(property!.AsObject(), arguments);
        return Element(root);
    }

    /// <summary>Every result may carry the hint; what is null is left out, so nothing that can be null is required.</summary>
    public static JsonElement Output(JsonElement schema)
    {
        JsonObject root = JsonNode.Parse(schema.GetRawText())!.AsObject();
        root.Remove("$schema");
        WriteOut(root, root);
        LeaveOutNulls(root);
        root["properties"]!.AsObject()["unreadHint"] = JsonNode.Parse(
            AIJsonUtilities.CreateJsonSchema(typeof(UnreadHint), serializerOptions: ToolJson.Serializer).GetRawText());
        root["properties"]!["unreadHint"]!.AsObject().Remove("$schema");
        return Element(root);
    }

    /// <summary>The exporter cannot look into a converter, and of free-form JSON it does not know that tools take and give objects only.</summary>
    private static JsonNode SayMore(Type type, JsonNode exported) =>
        type == typeof(Recipients) ? With(exported, new() { ["type"] = new JsonArray("string", "array"), ["items"] = new JsonObject { ["type"] = "string" } })
        : type == typeof(HandoverWish) ? With(exported, new() { ["type"] = new JsonArray("boolean", "object") })
        : type == typeof(DollarAmount) ? With(exported, new() { ["type"] = new JsonArray("number", "string") })
        : type == typeof(JsonElement) || type == typeof(JsonElement?) ? With(exported, new() { ["type"] = "object" })
        : type == typeof(DateTimeOffset) || type == typeof(DateTimeOffset?) ? With(exported, new() { ["type"] = "string", ["format"] = "date-time" })
        : exported;

    private static JsonObject With(JsonNode exported, JsonObject more)
    {
        JsonObject schema = exported as JsonObject ?? [];
        foreach ((string name, JsonNode? value) in more)
            schema[name] = value!.DeepClone();
        return schema;
    }

    /// <summary>The exporter names a type that comes a second time by where it came first; not every client follows that.</summary>
    private static void WriteOut(JsonNode? node, JsonObject root)
    {
        foreach (JsonNode? child in node is JsonObject members ? members.Select(member => member.Value).ToList() : node is JsonArray items ? [.. items] : [])
            if (child is JsonObject reference && reference["$ref"]?.GetValue<string>() is { } path)
                child.ReplaceWith(path[2..].Split('/').Aggregate((JsonNode)root, (at, name) => at[name]!).DeepClone());
            else
                WriteOut(child, root);
    }

    private static void LeaveOutNulls(JsonObject schema)
    {
        if (schema["type"] is JsonArray { Count: 2 } types && types.Any(IsNull))
            schema["type"] = types.First(t => !IsNull(t))!.DeepClone();
        if (schema["items"] is JsonObject items)
            LeaveOutNulls(items);
        if (schema["properties"] is not JsonObject properties)
            return;
        JsonArray required = schema["required"] as JsonArray ?? [];
        foreach ((string name, JsonNode? property) in properties)
            if (property is JsonObject inner)
            {
                if (inner["type"] is JsonArray { Count: 2 } either && either.Any(IsNull))
                    required.RemoveAll(r => r!.GetValue<string>() == name);
                LeaveOutNulls(inner);
            }
    }

    private static void Simplify(JsonObject property)
    {
        property.Remove("default");
        if (property["type"] is JsonArray types)
            property["type"] = types.Count == 2 && types.Any(IsNull) ? types.First(t => !IsNull(t))!.DeepClone() : types.DeepClone();
        if (property["enum"] is JsonArray values)
            property["enum"] = new JsonArray([.. values.Where(v => v is not null).Select(v => v!.DeepClone())]);
        if (property["additionalProperties"] is JsonObject members)
            Simplify(members);
        foreach ((_, JsonNode? nested) in property["properties"]?.AsObject() ?? [])
            Simplify(nested!.AsObject());
        if (property["items"] is JsonObject item)
            Simplify(item);
        // Free-form JSON in a list, of which the exporter says nothing at all.
        if (property["items"] is JsonObject { Count: 0 })
            property["items"] = new JsonObject { ["type"] = "object" };
    }

    /// <summary>A list of what the tool takes one of: its arguments have said what that is.</summary>
    private static void SayOnce(JsonObject property, JsonObject arguments)
    {
        if (property["items"]?["properties"] is JsonObject members && members.All(member => arguments.ContainsKey(member.Key)))
            property["items"] = new JsonObject { ["type"] = "object" };
    }

    private static bool IsNull(JsonNode? type) => type?.GetValue<string>() == "null";

    private static JsonElement Element(JsonNode node) => JsonElement.Parse(node.ToJsonString());
}
