using AgentCraft.Data;
using AgentCraft.Data.Tokens;
using ModelContextProtocol.Protocol;

namespace AgentCraft.Server.Tools;

/// <summary>Who a request comes from, as its token says. Where there is none (stdio, loopback without tokens) names are taken on trust.</summary>
/// <param name="Agent">The name of the agent that the token stands for.</param>
/// <param name="Scope">What it allows.</param>
/// <param name="Source">How it is known: the token's id, or the issuer's subject.</param>
/// <param name="Remote">The address it came from.</param>
internal sealed record Principal(string Agent, TokenScope Scope, string Source, string? Remote = null)
{
    /// <summary>Under this name a transport puts it into the items of a message's context.</summary>
    public const string Item = "agentcraft.principal";

    /// <summary>The same for all tokens of an agent: what sessions are bound to.</summary>
    public string Key => Agent.ToLowerInvariant();

    /// <summary>The principal of a request; null where names are taken on trust.</summary>
    public static Principal? Of(JsonRpcMessage request) =>
        request.Context?.Items is { } items && items.TryGetValue(Item, out object? principal) ? (Principal?)principal : null;

    /// <summary>Whether it may call a tool at all.</summary>
    public bool May(CatalogTool tool) => Scope >= tool.Scope;

    /// <summary>Whether this is its own name or id. An id has the name in it, and no name looks like one.</summary>
    public bool Is(string nameOrId) => Agent.Equals(nameOrId, StringComparison.OrdinalIgnoreCase)
        || (nameOrId.StartsWith($"agent_{Agent}_", StringComparison.OrdinalIgnoreCase) && nameOrId.AsSpan(Agent.Length + 7).IndexOfAnyExceptInRange('0', '9') < 0
            && nameOrId.Length > Agent.Length + 7);

    /// <summary>Why it cannot be somebody else.</summary>
    public AgentCraftException CannotBe(string other, string argument) => new(ErrorCodes.NotAllowed,
        $"Your token is that of '{Agent}': you cannot act as '{Text.Shown(other, 80)}'.", $"Leave {argument} out, or pass {argument}: \"{Agent}\".");

    /// <summary>Why a tool is not for it.</summary>
    public AgentCraftException CannotCall(CatalogTool tool) => new(ErrorCodes.InsufficientScope,
        $"{tool.Name} needs a token of scope {Word(tool.Scope)}; yours has {Word(Scope)}.", $"Ask your user for one: agentcraft token create --agent {Agent} --scope {Word(tool.Scope)}.");

    /// <summary>A scope as tokens and headers spell it.</summary>
    public static string Word(TokenScope scope) => scope.ToString().ToLowerInvariant();
}
