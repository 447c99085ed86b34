using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>Makes a tool's definition from its method: attributes, parameters and documentation.</summary>
internal static class ToolExport
{
    /// <summary>The tools that are methods of a class, in the order in which they are declared there.</summary>
    public static IEnumerable<ToolDefinition> Of(Type type) =>
        type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => method.IsDefined(typeof(McpServerToolAttribute)))
            .OrderBy(method => method.MetadataToken)
            .Select(Of);

    private static ToolDefinition Of(MethodInfo method)
    {
        McpServerToolAttribute said = method.GetCustomAttribute<McpServerToolAttribute>()!;
        AIFunction function = AIFunctionFactory.Create(method, _ => throw new InvalidOperationException("Only its schema is asked for."), ToolSchemas.FactoryOptions(said.Name!));
        JsonElement arguments = ToolSchemas.Arguments(function.JsonSchema), shown = ToolSchemas.Input(function.JsonSchema);
        JsonObject json = new()
        {
            ["class"] = method.DeclaringType!.FullName,
            ["method"] = method.Name,
            ["toolset"] = method.GetCustomAttribute<ToolsetAttribute>()!.Name,
            ["asksWhoCalls"] = method.GetParameters().Any(parameter => parameter.ParameterType == typeof(ToolCall)),
            ["tool"] = JsonSerializer.SerializeToNode(Tool(said, function, shown), McpJsonUtilities.DefaultOptions),
        };
        if (!JsonElement.DeepEquals(arguments, shown))
            json["arguments"] = JsonNode.Parse(arguments.GetRawText());
        return new(JsonElement.Parse(json.ToJsonString(ToolJson.Serializer)));
    }

    private static Tool Tool(McpServerToolAttribute said, AIFunction function, JsonElement input) => new()
    {
        Name = said.Name!,
        Title = said.Title,
        Description = function.Description,
        InputSchema = input,
        OutputSchema = ToolSchemas.Output(function.ReturnJsonSchema!.Value),
        Annotations = new()
        {
            Title = said.Title,
            ReadOnlyHint = said.ReadOnly,
            DestructiveHint = said.Destructive,
            IdempotentHint = said.Idempotent,
            OpenWorldHint = false,
        },
    };
}
