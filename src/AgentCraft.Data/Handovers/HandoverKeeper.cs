using System.Text.Json;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Events;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Handovers;

/// <summary>
/// The agent in whose file all hand-overs lie. That file is written first; the event in the central file, which names the document, and the
/// published file after it, so both are caught up on by a repeated call.
/// </summary>
internal sealed class HandoverKeeper(Databases databases, AgentStore agents, ProjectStore projects, EventStore events, SessionStore sessions, HandoverSettings settings)
{
    /// <summary>The project's directory.</summary>
    public string Root => databases.Root;

    /// <summary>Coordination.</summary>
    public Database Central => databases.Central;

    /// <summary>The template of a type's hand-overs.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c> for a type whose file cannot be used, or names a template that there is not</exception>
    public string TemplateOf(string type, HandoverLibrary library) => databases.Types.Find(type) is not { HandoverTemplate: { } named } said ? NewHandover.DefaultTemplate
        : library.Names.Contains(named) ? named
        : throw said.File.Invalid(said.TemplateLine, $"there is no hand-over template '{Text.Shown(named, 40)}'. There are: {Shown.List([.. library.Names], 20)}.");

    /// <summary>The keeper, made by its first use.</summary>
    public async Task<Agent> GetOrCreate(CancellationToken cancellationToken) =>
        await databases.Central.Read(c => agents.Find(c, settings.Agent), cancellationToken) ?? await databases.Central.Write(c =>
        {
            // Not Register: it keeps documents, it does not work, so it is not live.
            NewAgent keeper = new() { Name = AgentName.Parse(settings.Agent), Type = HandoverSettings.AgentType, Instruction = "Keeps this project's hand-overs." };
            return agents.AddInactive(c, keeper, projects.GetOrCreateDefault(c));
        }, cancellationToken);

    /// <summary>The project that an agent works in.</summary>
    public Task<Project> ProjectOf(AgentRef agent, CancellationToken cancellationToken) => databases.Central.Read(c => ProjectOf(c, agent), cancellationToken);

    /// <summary>The keeper and the project that the caller works in, the default one for null; null before there was any use for them.</summary>
    public Task<(Agent? Keeper, Project? Project)> Find(string? caller, CancellationToken cancellationToken) =>
        databases.Central.Read(c => (agents.Find(c, settings.Agent), ProjectOf(c, caller)), cancellationToken);

    /// <summary>Where the newest hand-over of a project is written, relative to the root.</summary>
    public Task<string> PathOf(string projectId, CancellationToken cancellationToken) => databases.Central.Read(
        c => ProjectStore.Find(c, projectId) is { } project ? PublishedPath.Of(c, projects, settings.Path, project) : settings.Path, cancellationToken);

    /// <summary>The keeper's rows.</summary>
    public Database FileOf(Agent keeper) => databases.Agent(keeper.Name, HandoverSettings.AgentType);

    /// <summary>Finds a document, and who asks for it.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c></exception>
    public async Task<(Agent Keeper, AgentRef Caller, Handover Handover)> Get(string caller, string? id, int? version, CancellationToken cancellationToken)
    {
        AgentRef who = await databases.Central.Read(c => agents.Identify(c, caller), cancellationToken);
        (Agent? keeper, Project? project) = await Find(who.Id, cancellationToken);
        return await Get(keeper, project, id, version, cancellationToken) is { } found ? (keeper!, who, found) : throw Unknown(id, version);
    }

    /// <summary>The document of that id, in that version or the newest; without an id the newest published of the project. Null when there is none.</summary>
    public async Task<Handover?> Get(Agent? keeper, Project? project, string? id, int? version, CancellationToken cancellationToken) => keeper is null ? null
        : await FileOf(keeper).Read(c => id is not null ? HandoverRows.Find(c, keeper.Id, id, version) : project is null ? null : HandoverRows.FindNewest(c, keeper.Id, project.Id), cancellationToken);

    public static AgentCraftException Unknown(string? id, int? version) => id is null
        ? new(ErrorCodes.NotFound, "No hand-over has been published yet.", "create_handover with publish: true makes one.")
        : new(ErrorCodes.NotFound, $"No hand-over '{Text.Shown(id)}'{(version is null ? "" : $" with version {version}")}.",
            "Leave id out for the newest published one; list_handovers shows all.");

    /// <summary>Logs what happened to a document, once. The document is kept by now, so a failure here must not read as if nothing had been written.</summary>
    /// <param name="happened">What happened.</param>
    /// <param name="by">Who did it.</param>
    /// <param name="sessionId">In which session.</param>
    /// <param name="about">The document.</param>
    /// <param name="repeatable">The same call again would change nothing but this.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task Log(string happened, AgentRef by, string? sessionId, (string Id, int Version, string Title) about, bool repeatable, CancellationToken cancellationToken)
    {
        string id = about.Id, data = JsonSerializer.Serialize(new Dictionary<string, string> { ["title"] = about.Title, ["version"] = $"{about.Version}" }, DataJson.Default.IReadOnlyDictionaryStringString);
        try
        {
            await databases.Central.Write(c => IsLogged(c, happened, id, data) || Append(c, happened, by, sessionId, id, data), cancellationToken);
        }
        catch (AgentCraftException failure)
        {
            throw new AgentCraftException(failure.Code, $"The hand-over {id} is stored, but not its event: {failure.Message}",
                repeatable ? "Repeat the call as it was: that stores the event, and nothing else a second time."
                    : "Do not make it again: get_handover with this id shows it. With an idempotencyKey the call could be repeated to store the event.",
                failure.Retryable && repeatable, failure);
        }
    }

    /// <summary>
    /// Writes the newest one, which need not be the caller's: two may publish at once, and a repeated call may come late. It looks again
    /// after writing, because a newer one may have been published and written between the look and the writing, which undid it.
    /// </summary>
    /// <param name="keeper">In whose file it lies.</param>
    /// <param name="projectId">Of which project.</param>
    /// <param name="withdrawn">What was just taken back: when nothing else is published, the file that shows it goes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task WriteNewest(Agent keeper, string projectId, Handover? withdrawn, CancellationToken cancellationToken)
    {
        string path = await PathOf(projectId, cancellationToken);
        if (withdrawn is not null && await Newest(keeper, projectId, cancellationToken) is null)
            PublishedFile.Withdraw(databases.Root, path, withdrawn.Content);
        long written = 0;
        while (await Newest(keeper, projectId, cancellationToken) is { } newest && newest.Seq != written)
        {
            PublishedFile.Write(databases.Root, path, newest.Content);
            written = newest.Seq;
        }
    }

    private Task<Handover?> Newest(Agent keeper, string projectId, CancellationToken cancellationToken) =>
        FileOf(keeper).Read(c => HandoverRows.FindNewest(c, keeper.Id, projectId), cancellationToken);

    /// <summary>Of the session that the agent is in, else the agent's own; the default one for nobody, and for who is not known yet.</summary>
    private Project? ProjectOf(Connection c, string? agent) =>
        agent is null || agents.Find(c, agent) is not { } known ? projects.FindDefault(c) : ProjectOf(c, known.Ref);

    private Project ProjectOf(Connection c, AgentRef agent) => projects.Get(c, sessions.FindCurrent(c, agent.Seq)?.ProjectSeq ?? agent.ProjectSeq);

    private static bool IsLogged(Connection c, string type, string id, string data) => c.First<long>("""
        SELECT count(*) FROM (SELECT 1 FROM session_events
                              WHERE event_type = @Type AND entity_type = 'handover' AND entity_id = @Id AND event_data = @Data LIMIT 1) found
        """, new { Type = type, Id = id, Data = data }) > 0;

    private bool Append(Connection c, string type, AgentRef by, string? sessionId, string id, string data)
    {
        if (type is "handover_published" or "handover_rejected")
            c.PulseAfterCommit(HandoverStore.PublishedSignal);
        Session? session = sessionId is null ? null : sessions.Get(c, sessionId);
        events.Append(c, new(type)
        {
            SessionSeq = session?.Seq,
            ProjectSeq = session?.ProjectSeq ?? by.ProjectSeq,
            AgentSeq = by.Seq,
            EntityType = "handover",
            EntityId = id,
            Data = data,
        });
        return true;
    }
}
