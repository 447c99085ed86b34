using System.Reflection;
using System.Text.Json;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Tokens;
using Microsoft.Extensions.AI;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>
/// A tool of the catalogue: a method with its attributes. Schemas and the invoker are made by its first use, because a client that only
/// connects needs none of them.
/// </summary>
internal sealed class CatalogTool
{
    private readonly McpServerToolAttribute _attribute;
    private readonly Lazy<AIFunction> _function;
    private readonly Lazy<Tool> _definition;
    private readonly Lazy<ToolArguments> _arguments;

    /// <param name="method">The method, with the attributes of the SDK and of the toolset.</param>
    /// <param name="instance">Makes the object that it is called on.</param>
    public CatalogTool(MethodInfo method, Func<object> instance)
    {
        _attribute = method.GetCustomAttribute<McpServerToolAttribute>()!;
        Toolset = method.GetCustomAttribute<ToolsetAttribute>()!.Name;
        AsksWhoCalls = method.GetParameters().Any(parameter => parameter.ParameterType == typeof(ToolCall));
        _function = new(() => AIFunctionFactory.Create(method, _ => instance(), ToolSchemas.FactoryOptions(Name)));
        _definition = new(() => Define(_function.Value));
        _arguments = new(() => new ToolArguments(Name, ToolSchemas.Arguments(_function.Value.JsonSchema)));
    }

    /// <summary>snake_case, final.</summary>
    public string Name => _attribute.Name!;

    /// <summary>The toolset it belongs to.</summary>
    public string Toolset { get; }

    /// <summary>Its arguments say who calls; those of other tools by the same names are mere filters.</summary>
    public bool AsksWhoCalls { get; }

    /// <summary>It changes no row.</summary>
    public bool IsReadOnly => _attribute.ReadOnly;

    /// <summary>What a token must allow for it.</summary>
    public TokenScope Scope => Toolset == ToolsetAttribute.Admin || _attribute.Destructive ? TokenScope.Admin : IsReadOnly ? TokenScope.Read : TokenScope.Agent;

    /// <summary>What <c>tools/list</c> shows.</summary>
    public Tool Definition => _definition.Value;

    /// <summary>Checks the arguments and runs the method.</summary>
    public async ValueTask<object> Invoke(ToolCall call, IDictionary<string, JsonElement>? given, CancellationToken cancellationToken)
    {
        AIFunctionArguments arguments = _arguments.Value.Check(given);
        arguments.Context = new Dictionary<object, object?> { [typeof(ToolCall)] = call };
        return (await _function.Value.InvokeAsync(arguments, cancellationToken))!;
    }

    /// <summary>One object, with the hint where there is one: as structured content, and the same as text.</summary>
    public static CallToolResult ToResult(object result, UnreadHint? hint)
    {
        string text = ToolJson.Visible(result);
        if (hint is not null)
            text = $"{text[..^1]}{(text.Length > 2 ? "," : "")}\"unreadHint\":{ToolJson.Visible(hint)}}}";
        return new() { Content = [new TextContentBlock { Text = text }], StructuredContent = JsonElement.Parse(text) };
    }

    private Tool Define(AIFunction function) => new()
    {
        Name = Name,
        Title = _attribute.Title,
        Description = function.Description,
        InputSchema = ToolSchemas.Input(function.JsonSchema),
        OutputSchema = ToolSchemas.Output(function.ReturnJsonSchema!.Value),
        Annotations = new()
        {
            Title = _attribute.Title,
            ReadOnlyHint = _attribute.ReadOnly,
            DestructiveHint = _attribute.Destructive,
            IdempotentHint = _attribute.Idempotent,
            OpenWorldHint = false,
        },
    };
}
