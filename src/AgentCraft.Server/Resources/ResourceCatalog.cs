using AgentCraft.Data;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Handovers;
using AgentCraft.Data.Messages;
using AgentCraft.Server.Tools;

namespace AgentCraft.Server.Resources;

/// <summary>All kinds of resources there are, a line or two each.</summary>
internal static class ResourceCatalog
{
    private const int LongestPage = 50;

    /// <summary>The template of what moved since a hand-over was written.</summary>
    public const string HandoverWarnings = "agentcraft://handovers/{id}/warnings";

    public static IReadOnlyList<ResourceKind> All { get; } =
    [
        new("agentcraft://agents", "agents", "Agents", "Who is live here, and what they work on.", ResourceKind.Json,
            async (stores, _, cancellationToken) => Json(await stores.Agents.List(new() { Limit = Paging.LargestLimit }, cancellationToken))),
        new("agentcraft://agents/{name}", "agent", "Agent", "One agent: what it is, does and has used.", ResourceKind.Json,
            async (stores, values, cancellationToken) => Json(await stores.Agents.Get(values["name"], cancellationToken))),
        new("agentcraft://agents/{name}/inbox", "inbox", "Inbox", "What an agent has not acknowledged, oldest first; reading changes nothing.", ResourceKind.Json,
            async (stores, values, cancellationToken) => Json(await stores.Inboxes.Read(values["name"], LongestPage, cursor: null, cancellationToken)))
            {
                IsOwn = true,
                Changes = new(async (stores, values, cancellationToken) => (await stores.Agents.Get(values["name"], cancellationToken)).Name, InboxState),
            },
        new("agentcraft://conversations/{a}/{b}", "conversation", "Conversation", "The newest messages of two agents, newest first.", ResourceKind.Json,
            async (stores, values, cancellationToken) => Json(await stores.Messages.GetConversation(
                new() { AgentA = values["a"], AgentB = values["b"], Limit = LongestPage }, cancellationToken))),
        new("agentcraft://handovers/latest", "latest_handover", "Newest hand-over", "The newest published hand-over, a Markdown document.", ResourceKind.Markdown,
            async (stores, _, cancellationToken) => (await stores.Handovers.Get(id: null, version: null, caller: null, cancellationToken)).Handover.Content)
            {
                Changes = new((_, _, _) => Task.FromResult(HandoverStore.PublishedSignal), HandoverState),
            },
        new("agentcraft://handovers/{id}", "handover", "Hand-over", "A hand-over, a Markdown document.", ResourceKind.Markdown,
            async (stores, values, cancellationToken) => (await stores.Handovers.Get(values["id"], version: null, caller: null, cancellationToken)).Handover.Content),
        new(HandoverWarnings, "handover_warnings", "What moved since a hand-over", "Warnings: commits, cited files, tasks, messages since it was written.", ResourceKind.Markdown,
            async (stores, values, cancellationToken) => (await stores.Handovers.Get(values["id"] == "latest" ? null : values["id"], version: null, caller: null, cancellationToken)).ListWarnings()),
        new("agentcraft://sessions/{id}", "session", "Session", "A session: who is in it, its newest messages and latest metrics.", ResourceKind.Json,
            async (stores, values, cancellationToken) => Json(await stores.SessionViews.Get(values["id"], agent: null, Paging.DefaultLimit, cancellationToken))),
        new("agentcraft://documents/{name}", "document", "Document", "A document in its newest version, with who saved it.", ResourceKind.Json,
            async (stores, values, cancellationToken) => Json(await stores.Documents.Get(values["name"], version: null, cancellationToken))),
        new("agentcraft://outputs/{id}", "output", "Output", "What an agent made: content and where it belongs.", ResourceKind.Json,
            async (stores, values, cancellationToken) => Json(await stores.OutputReading.Get(new() { Id = values["id"] }, cancellationToken))),
    ];

    /// <summary>The kind of this URI, and what its template's names stand for; null when there is none.</summary>
    public static (ResourceKind Kind, IReadOnlyDictionary<string, string> Values)? Find(string? uri) =>
        ResourceAddress.Parse(uri) is { } address && All.Select(kind => (kind, values: kind.Match(address))).FirstOrDefault(found => found.values is not null) is { kind: not null } match
            ? (match.kind, match.values!) : null;

    private static async Task<string> InboxState(Stores stores, IReadOnlyDictionary<string, string> values, CancellationToken cancellationToken)
    {
        (long unread, long total) = await stores.Inboxes.Count(values["name"], cancellationToken);
        return $"{unread} of {total}";
    }

    private static async Task<string> HandoverState(Stores stores, IReadOnlyDictionary<string, string> values, CancellationToken cancellationToken) =>
        await stores.Handovers.FindNewestName(cancellationToken) ?? "";

    private static string Json(object result) => ToolJson.Visible(result);
}
