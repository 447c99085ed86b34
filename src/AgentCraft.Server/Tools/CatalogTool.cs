using System.Text.Json;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Tokens;
using ModelContextProtocol.Protocol;

namespace AgentCraft.Server.Tools;

/// <summary>A tool of the catalogue: its definition, and the method behind it, which is not even looked up before its first call.</summary>
internal sealed class CatalogTool
{
    private readonly ToolDefinition _definition;
    private readonly Func<object> _instance;
    private readonly Lazy<ToolMethod> _method;
    private readonly Lazy<ToolArguments> _arguments;

    /// <param name="definition">What is said of it.</param>
    /// <param name="type">The class that has its method.</param>
    /// <param name="instance">Makes the object that it is called on.</param>
    public CatalogTool(ToolDefinition definition, Type type, Func<object> instance)
    {
        (_definition, _instance) = (definition, instance);
        _method = new(() => new ToolMethod(type.GetMethod(definition.Method)!));
        _arguments = new(() => new ToolArguments(Name, definition.Arguments));
    }

    /// <summary>snake_case, final.</summary>
    public string Name => _definition.Name;

    /// <summary>The toolset it belongs to.</summary>
    public string Toolset => _definition.Toolset;

    /// <summary>Its arguments say who calls; those of other tools by the same names are mere filters.</summary>
    public bool AsksWhoCalls => _definition.AsksWhoCalls;

    /// <summary>It changes no row.</summary>
    public bool IsReadOnly => _definition.IsReadOnly;

    /// <summary>What a token must allow for it.</summary>
    public TokenScope Scope => Toolset == ToolsetAttribute.Admin || _definition.IsDestructive ? TokenScope.Admin : IsReadOnly ? TokenScope.Read : TokenScope.Agent;

    /// <summary>What <c>tools/list</c> shows.</summary>
    public Tool Definition => _definition.Listed;

    /// <summary>Checks the arguments and runs the method.</summary>
    public ValueTask<object> Invoke(ToolCall call, IDictionary<string, JsonElement>? given, CancellationToken cancellationToken) =>
        _method.Value.Invoke(_instance(), call, _arguments.Value.Check(given), cancellationToken);

    /// <summary>One object, with the hint where there is one: as structured content, and the same as text.</summary>
    public static CallToolResult ToResult(object result, UnreadHint? hint)
    {
        string text = ToolJson.Visible(result);
        if (hint is not null)
            text = $"{text[..^1]}{(text.Length > 2 ? "," : "")}\"unreadHint\":{ToolJson.Visible(hint)}}}";
        return new() { Content = [new TextContentBlock { Text = text }], StructuredContent = JsonElement.Parse(text) };
    }
}
