using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Audit;
using AgentCraft.Data.Tokens;
using Microsoft.Extensions.Logging;

namespace AgentCraft.Server.Tools;

/// <summary>
/// What calls leave in the audit log: what administers, destroys, overrules somebody or is done for another, on every transport; and what a
/// caller with a token was refused. Reading and an agent's own work leave nothing, so that they cost no second transaction.
/// </summary>
internal sealed class ToolAudit(Lazy<Stores> stores, ILogger log)
{
    /// <summary>Under this name a transport puts the caller's address into the items of a message's context.</summary>
    public const string RemoteItem = "agentcraft.remote";

    private const string Stdio = "stdio";
    private static readonly string[] Targets = ["agent", "from", "name", "project", "task", "tool", "to", "template", "kind", "before", "file", "id"];
    private static readonly string[] Refusals = [ErrorCodes.NotAllowed, ErrorCodes.InsufficientScope, ErrorCodes.ConfirmationRequired];

    // Of a call that says nothing sensible there is nothing to tell, and it must not make a store.
    private static readonly string[] Mistakes = [ErrorCodes.InvalidArgument, ErrorCodes.InvalidText, ErrorCodes.NotFound];

    /// <summary>The call did what it was asked for.</summary>
    public Task Done(ToolCall call, CatalogTool tool, IDictionary<string, JsonElement>? arguments) =>
        IsDeed(call, tool, arguments) ? Append(Entry(call, tool, arguments) with { Detail = Confirmation(tool, arguments) }) : Task.CompletedTask;

    /// <summary>It did not.</summary>
    public Task Failed(ToolCall call, CatalogTool tool, IDictionary<string, JsonElement>? arguments, ToolError error) =>
        (call.Principal is not null && Refusals.Contains(error.Code)) || (IsDeed(call, tool, arguments) && !Mistakes.Contains(error.Code))
            ? Append(Entry(call, tool, arguments) with { IsRefused = true, Detail = error.Message }) : Task.CompletedTask;

    private static bool IsDeed(ToolCall call, CatalogTool tool, IDictionary<string, JsonElement>? arguments) =>
        (tool.Scope == TokenScope.Admin && !tool.IsReadOnly) || Flag(arguments, "force")
        || (call.Principal is { } principal && ActorArguments.Others(tool, principal, arguments).Any());

    private static AuditEntry Entry(ToolCall call, CatalogTool tool, IDictionary<string, JsonElement>? arguments) => new(tool.Name)
    {
        Principal = call.Principal?.Source ?? (call.Remote is null ? AuditEntry.Account : null),
        Agent = call.Principal?.Agent ?? call.Caller,
        Remote = call.Remote ?? Stdio,
        Target = Target(call, arguments),
    };

    /// <summary>What the arguments name, without what is said besides: that may be anything.</summary>
    private static string? Target(ToolCall call, IDictionary<string, JsonElement>? arguments)
    {
        string target = string.Join(' ', Targets.Select(name => (name, value: ActorArguments.Named(arguments, name)))
            .Where(pair => pair.value is not null && !(ActorArguments.OfCaller.Contains(pair.name) && IsCaller(call, pair.value)))
            .Select(pair => $"{pair.name}={Text.Shown(pair.value!, 100)}"));
        return target.Length == 0 ? null : target;
    }

    private static bool IsCaller(ToolCall call, string name) => call.Principal?.Is(name) ?? string.Equals(name, call.Caller, StringComparison.OrdinalIgnoreCase);

    /// <summary>Two tools that destroy only say, without it, what they would.</summary>
    private static string? Confirmation(CatalogTool tool, IDictionary<string, JsonElement>? arguments) =>
        tool.Scope != TokenScope.Admin ? null : Flag(arguments, "confirm") || ActorArguments.Named(arguments, "confirm") is not null ? "confirmed" : "not confirmed";

    private static bool Flag(IDictionary<string, JsonElement>? arguments, string name) =>
        arguments is not null && arguments.TryGetValue(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    /// <summary>That it could not be written down undoes nothing, and is no reason to let a refusal pass.</summary>
    private async Task Append(AuditEntry entry)
    {
        try
        {
            await stores.Value.Audit.Append(entry);
        }
        catch (AgentCraftException unwritten)
        {
            log.LogWarning("{Action} could not be written to the audit log: {Reason}", entry.Action, unwritten.Message);
        }
    }
}
