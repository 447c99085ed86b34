using AgentCraft.Data;
using AgentCraft.Data.Handovers;
using AgentCraft.Server.Resources;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Prompts;

/// <summary>Answers <c>completion/complete</c>: names that a person may mean, for the arguments of prompts and of resource templates.</summary>
internal sealed class Completions(Lazy<Stores> stores)
{
    // The protocol's own limit.
    private const int Most = 100;
    private const int LongestName = 200;

    /// <summary>Puts the handler into a server's options.</summary>
    public void AddTo(McpServerOptions options) => options.Handlers.CompleteHandler = Complete;

    private async ValueTask<CompleteResult> Complete(RequestContext<CompleteRequestParams> request, CancellationToken cancellationToken)
    {
        if (request.Params is not { Ref: { } reference, Argument: { Name: { } argument, Value: { } begun } })
            throw new McpProtocolException("ref and argument, with name and value, say what to complete.", McpErrorCode.InvalidParams);
        Check(reference, argument);
        try
        {
            IReadOnlyList<string> found = begun.Length > LongestName || begun.Contains('\0') ? [] : await Find(reference, argument, begun, cancellationToken);
            return new() { Completion = new() { Values = [.. found.Take(Most).Select(VisibleText.Of)], Total = found.Count > Most ? null : found.Count, HasMore = found.Count > Most } };
        }
        catch (AgentCraftException failure)
        {
            throw ResourceRequests.Refusal(failure);
        }
    }

    private static void Check(Reference reference, string argument)
    {
        IEnumerable<string> known = reference switch
        {
            PromptReference { Name: { } name } when PromptCatalog.All.FirstOrDefault(one => one.Prompt.Name == name) is { } prompt => prompt.Prompt.Arguments!.Select(one => one.Name),
            ResourceTemplateReference { Uri: { } uri } when ResourceCatalog.All.FirstOrDefault(one => one.Template == uri) is { } kind => kind.Names,
            _ => throw new McpProtocolException("ref names no prompt or resource template; prompts/list and resources/templates/list show which there are.", McpErrorCode.InvalidParams),
        };
        if (!known.Contains(argument))
            throw new McpProtocolException($"What ref names has no argument '{Text.Shown(argument, 40)}'; it has {string.Join(", ", known)}.", McpErrorCode.InvalidParams);
    }

    private async Task<IReadOnlyList<string>> Find(Reference reference, string argument, string begun, CancellationToken cancellationToken) => (Subject(reference), argument) switch
    {
        (_, "agent") or ("agents", "name") or ("conversations", "a" or "b") => await stores.Value.Names.Agents(begun, Most + 1, cancellationToken),
        (_, "template") => [.. stores.Value.HandoverTemplates.Names.Where(name => name.StartsWith(begun, StringComparison.OrdinalIgnoreCase))],
        ("documents", "name") => await stores.Value.Names.Documents(begun, Most + 1, cancellationToken),
        ("sessions", "id") => await stores.Value.Names.Sessions(begun, Most + 1, cancellationToken),
        _ => [],
    };

    /// <summary>The first part of a resource template; empty for a prompt.</summary>
    private static string Subject(Reference reference) => reference is ResourceTemplateReference { Uri: var uri } ? ResourceAddress.Parse(uri)!.Parts[0] : "";
}
