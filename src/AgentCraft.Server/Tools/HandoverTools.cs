using AgentCraft.Data;
using AgentCraft.Data.Handovers;
using AgentCraft.Data.Messages;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>Handing work over and taking it up.</summary>
internal sealed partial class HandoverTools(Stores stores)
{
    /// <summary>Writes a hand-over for whoever continues: a template, filled from the store and with your sections, checked by its rules, kept
    /// in versions. The answer says what is still open and what failed.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="template">Default: your type's, else standard</param>
    /// <param name="title">One line</param>
    /// <param name="sections">Heading to Markdown; required: Goal, Current state, Next steps; also Decisions, Constraints, Dead ends, Open questions, Files to read</param>
    /// <param name="publish">Publish if it passes</param>
    /// <param name="idempotencyKey">Same key: once</param>
    [McpServerTool(Name = "create_handover", Title = "Create hand-over", Destructive = false, Idempotent = false, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Core)]
    public partial Task<CreatedHandover> CreateHandover(
        ToolCall call, string? agent = null, string? template = null, string? title = null,
        Dictionary<string, string>? sections = null, bool? publish = null, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        stores.Handovers.Create(new()
        {
            Author = call.Me(agent),
            Template = template,
            Title = title,
            Sections = sections ?? [],
            Publish = publish ?? false,
        }, idempotencyKey, cancellationToken);

    /// <summary>Takes over: the newest published hand-over (or one by id), warnings on what moved since, then your unread mail. Read them in
    /// that order.</summary>
    /// <param name="id">Default: newest</param>
    /// <param name="agent">Your name, to get your mail too</param>
    /// <param name="version">Default: the newest of that id</param>
    [McpServerTool(Name = "get_handover", Title = "Get hand-over", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Core)]
    public async partial Task<Takeover> GetHandover(
        ToolCall call, string? id = null, string? agent = null, int? version = null, CancellationToken cancellationToken = default)
    {
        if (version is not null && id is null)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "version belongs to an id.", "Pass id too, or leave version out for the newest published.");
        string? me = agent is null ? call.Caller : call.Me(agent);
        Takeover takeover = await stores.Handovers.Get(id, version, me, cancellationToken);
        return me is null ? takeover
            : takeover with { Inbox = await stores.Inboxes.Read(me, Paging.DefaultLimit, cursor: null, cancellationToken) };
    }
}
