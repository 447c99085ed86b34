using System.Text.Json;
using AgentCraft.Data;

namespace AgentCraft.Server.Tools;

/// <summary>
/// The one place that knows which arguments of tools say who acts, and for whom. They are looked at before the tool runs, so that none can
/// forget it; a test walks every argument of every tool.
/// </summary>
internal static class ActorArguments
{
    /// <summary>The caller's own name, in every tool that asks who calls (<see cref="CatalogTool.AsksWhoCalls"/>).</summary>
    public static readonly string[] OfCaller = ["agent", "from"];

    /// <summary>
    /// Whom it is done for: the caller, or an agent directly below it; one that administers may name anybody. What
    /// <c>register_agent</c> may name is decided where it registers.
    /// </summary>
    public static readonly IReadOnlyDictionary<string, string[]> OfOthers = new Dictionary<string, string[]>
    {
        ["update_agent_status"] = ["name"],
        ["add_agent_usage"] = ["name"],
        ["create_instance"] = ["name", "parent"],
        ["transition_instance"] = ["name"],
    };

    /// <summary>Refuses what a caller with a token may not say of itself and others; without one, names are taken on trust.</summary>
    /// <exception cref="AgentCraftException"><c>not_allowed</c></exception>
    public static async Task Check(ToolCall call, CatalogTool tool, IDictionary<string, JsonElement>? arguments, CancellationToken cancellationToken)
    {
        if (call.Principal is not { } principal || arguments is null)
            return;
        foreach (string argument in tool.AsksWhoCalls ? OfCaller : [])
            if (Named(arguments, argument) is { } name && !principal.Is(name))
                throw principal.CannotBe(name, argument);
        foreach (string other in Others(tool, principal, arguments))
            await call.CheckActsFor(other, cancellationToken);
    }

    /// <summary>The others that a call names and acts for.</summary>
    public static IEnumerable<string> Others(CatalogTool tool, Principal principal, IDictionary<string, JsonElement>? arguments) =>
        OfOthers.GetValueOrDefault(tool.Name, []).Select(argument => Named(arguments, argument)).OfType<string>().Where(name => !principal.Is(name));

    /// <summary>The text of an argument; null when it is missing or something else.</summary>
    public static string? Named(IDictionary<string, JsonElement>? arguments, string argument) =>
        arguments is not null && arguments.TryGetValue(argument, out JsonElement name) && name.ValueKind == JsonValueKind.String ? Text(name) : null;

    // JSON can spell half of a surrogate pair, which no string can hold; the tool refuses it.
    private static string? Text(JsonElement name)
    {
        try
        {
            return name.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
