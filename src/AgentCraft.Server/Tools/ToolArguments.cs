using System.Text.Json;
using AgentCraft.Data;

namespace AgentCraft.Server.Tools;

/// <summary>Checks a call's arguments against the tool's own schema, so that a mistake is named instead of thrown.</summary>
internal sealed class ToolArguments
{
    private readonly string _tool;
    private readonly Dictionary<string, ArgumentType> _types;
    private readonly string[] _required;

    public ToolArguments(string tool, JsonElement schema)
    {
        _tool = tool;
        _types = schema.TryGetProperty("properties", out JsonElement properties)
            ? properties.EnumerateObject().ToDictionary(p => p.Name, p => new ArgumentType(p.Value))
            : [];
        _required = schema.TryGetProperty("required", out JsonElement required) ? [.. required.EnumerateArray().Select(r => r.GetString()!)] : [];
    }

    /// <summary>The arguments, without those that are null and need not be there.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c> naming the first that is missing, unknown or of the wrong type;
    /// <c>invalid_text</c>.</exception>
    public Dictionary<string, JsonElement> Check(IDictionary<string, JsonElement>? given)
    {
        Dictionary<string, JsonElement> arguments = [];
        foreach ((string name, JsonElement value) in given ?? new Dictionary<string, JsonElement>())
        {
            if (!_types.TryGetValue(name, out ArgumentType? type))
                throw Invalid($"{_tool} has no argument '{Text.Shown(name, 60)}'.",
                    $"{Text.DidYouMean(name, _types.Keys)}Its arguments are: {string.Join(", ", _types.Keys)}.");
            if (value.ValueKind == JsonValueKind.Null)
                continue;
            ArgumentText.Check(name, value);
            if (type.Fault(name, value) is { } fault)
                throw Invalid($"{fault}.", $"Pass {name} as {type}.");
            arguments[name] = value;
        }
        if (_required.FirstOrDefault(name => !arguments.ContainsKey(name)) is { } missing)
            throw Invalid($"{missing} is missing.", $"Pass {missing} as {_types[missing]}. {_tool} needs: {string.Join(", ", _required)}.");
        return arguments;
    }

    private static AgentCraftException Invalid(string message, string hint) => new(ErrorCodes.InvalidArgument, message, hint);
}
