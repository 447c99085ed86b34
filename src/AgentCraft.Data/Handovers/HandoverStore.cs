using System.Text.Json;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Events;
using AgentCraft.Data.Handovers.Git;
using AgentCraft.Data.Moves;
using AgentCraft.Data.Outputs;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Records;
using AgentCraft.Data.Search;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Handovers;

/// <summary>Hand-overs as they are written and read; <see cref="HandoverRevisions"/> and <see cref="HandoverLife"/> have what becomes of them.</summary>
public sealed class HandoverStore
{
    /// <summary>Pulsed when another hand-over becomes the newest; no agent can have this name.</summary>
    public const string PublishedSignal = ".handovers";

    private readonly HandoverKeeper _keeper;
    private readonly HandoverLibrary _library;
    private readonly AgentStore _agents;
    private readonly SessionStore _sessions;
    private readonly EventStore _events;
    private readonly AnalysisStore _analyses;
    private readonly IdempotencyKeys _keys;

    internal HandoverStore(
        HandoverKeeper keeper, HandoverLibrary library, AgentStore agents, SessionStore sessions, EventStore events, AnalysisStore analyses, IdempotencyKeys keys) =>
        (_keeper, _library, _agents, _sessions, _events, _analyses, _keys) = (keeper, library, agents, sessions, events, analyses, keys);

    /// <summary>Makes a document from its template, checks it, stores all of it, and publishes it if that was asked for and it passes.</summary>
    public async Task<CreatedHandover> Create(NewHandover handover, string? idempotencyKey, CancellationToken cancellationToken = default)
    {
        handover.Validated();
        HandoverKit? named = handover.Template is { } template ? _library.Load(template) : null;
        (AgentRef author, Session? session, DateTimeOffset now) = await _keeper.Central.Read(
            c => _agents.Identify(c, handover.Author) is var who ? (who, _sessions.FindCurrent(c, who.Seq), c.Time.Now) : default, cancellationToken);
        HandoverKit kit = named ?? _library.Load(_keeper.TemplateOf(author.Type, _library));
        string title = handover.Title ?? $"Hand-over of {now:yyyy-MM-dd HH:mm} UTC";
        IdempotencyKeys.Check(idempotencyKey);
        GitView git = await GitView.Look(_keeper.Root, session?.StartedAt);
        Project project = await _keeper.ProjectOf(author, cancellationToken);
        string path = await _keeper.PathOf(project.Id, cancellationToken);
        HandoverFacts facts = await Gather(author, project, git, title, now, cancellationToken);
        Draft draft = await Draft.Of(kit, title, kit.Template.Fill(facts.Values, handover.Sections), _keeper.Root, git);
        // Only now: what is refused must not leave a keeper behind.
        Agent keeper = await _keeper.GetOrCreate(cancellationToken);
        (CreatedHandover created, bool replayed) = await _keeper.FileOf(keeper).Write(c => _keys.Run(c, author.Id, idempotencyKey, handover,
            DataJson.Default.NewHandover, DataJson.Default.CreatedHandover, () => Insert(c, keeper, facts, kit, draft, handover.Publish ? path : null)), cancellationToken);
        string happened = created.Status == HandoverStatus.Published ? "handover_published" : "handover_created";
        await _keeper.Log(happened, author, facts.SessionId, (created.Id, created.Version, created.Title), idempotencyKey is not null, cancellationToken);
        if (created.Status == HandoverStatus.Published)
            await _keeper.WriteNewest(keeper, facts.ProjectId, withdrawn: null, cancellationToken);
        return created with { Replayed = replayed };
    }

    /// <summary>The newest published hand-over of the caller's project, or one by id; with what moved since.</summary>
    /// <param name="id">Null for the newest published.</param>
    /// <param name="version">Null for the newest of that id.</param>
    /// <param name="caller">Who takes over; null for nobody in particular, in the default project.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="AgentCraftException"><c>not_found</c></exception>
    public async Task<Takeover> Get(string? id, int? version, string? caller = null, CancellationToken cancellationToken = default)
    {
        (Agent? keeper, Project? project) = await _keeper.Find(caller, cancellationToken);
        Handover found = await _keeper.Get(keeper, project, id, version, cancellationToken) ?? throw HandoverKeeper.Unknown(id, version);
        return new()
        {
            Handover = found,
            Validation = await _keeper.FileOf(keeper!).Read(c => HandoverRows.ListResults(c, keeper!.Id, found.Seq), cancellationToken),
            Warnings = await HandoverMoves.Since(_keeper, found, cancellationToken),
        };
    }

    /// <summary>Versions in which a piece of text stands, the newest first.</summary>
    public async Task<List<FoundText>> Search(string text, int limit, CancellationToken cancellationToken = default)
    {
        (Agent? keeper, _) = await _keeper.Find(caller: null, cancellationToken);
        return keeper is null ? [] : await _keeper.FileOf(keeper).ReadLong(c => c.Query<FoundText>("""
            SELECT id, title, status AS excerpt, created_at AS at FROM handover_documents
            WHERE agent_id = @Keeper AND (id = @Text OR lower(title) LIKE lower(@Like) ESCAPE '\' OR lower(content) LIKE lower(@Like) ESCAPE '\') ORDER BY seq DESC LIMIT @Limit
            """, new { Keeper = keeper.Id, Text = text, Like = PlainSearch.Anywhere(text), Limit = limit }), cancellationToken);
    }

    /// <summary>What one version has that another has not.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c></exception>
    public async Task<HandoverDiff> Compare(string id, int from, int to, CancellationToken cancellationToken = default)
    {
        (Agent? keeper, Project? project) = await _keeper.Find(caller: null, cancellationToken);
        Handover before = await _keeper.Get(keeper, project, id, from, cancellationToken) ?? throw HandoverKeeper.Unknown(id, from);
        Handover after = await _keeper.Get(keeper, project, id, to, cancellationToken) ?? throw HandoverKeeper.Unknown(id, to);
        UnifiedDiff diff = UnifiedDiff.Of(before.Content, after.Content, id);
        return new() { Id = id, From = from, To = to, Diff = diff.Text, Added = diff.Added, Removed = diff.Removed };
    }

    /// <summary>What an agent's hand-over is made from when it names no template; also for one that is not known yet.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c> of the agent's type</exception>
    public async Task<string> FindTemplate(string agent, CancellationToken cancellationToken = default) =>
        await _keeper.Central.Read(c => _agents.Find(c, agent), cancellationToken) is { } known ? _keeper.TemplateOf(known.Type, _library) : NewHandover.DefaultTemplate;

    /// <summary>The newest published hand-over of the caller's project, of the default one for null, in one line; null when there is none.</summary>
    public async Task<HandoverBrief?> FindNewest(string? caller, CancellationToken cancellationToken = default)
    {
        (Agent? keeper, Project? project) = await _keeper.Find(caller, cancellationToken);
        if (await _keeper.Get(keeper, project, id: null, version: null, cancellationToken) is not { } newest)
            return null;
        return new()
        {
            Id = newest.Id,
            Version = newest.Version,
            Title = newest.Title,
            Author = newest.Author,
            PublishedAt = newest.PublishedAt,
            Warnings = await HandoverMoves.Since(_keeper, newest, cancellationToken),
        };
    }

    /// <summary>Id and version of the newest published hand-over of the default project, for who asks often; null when there is none.</summary>
    public async Task<string?> FindNewestName(CancellationToken cancellationToken = default)
    {
        (Agent? keeper, Project? project) = await _keeper.Find(caller: null, cancellationToken);
        return keeper is null || project is null ? null : await _keeper.FileOf(keeper).Read(c => c.First<string>("""
            SELECT id || ' ' || CAST(version AS TEXT) FROM handover_documents
            WHERE agent_id = @Keeper AND project_id = @Project AND status IN ('published', 'accepted') ORDER BY published_seq DESC LIMIT 1
            """, new { Keeper = keeper.Id, Project = project.Id }), cancellationToken);
    }

    /// <summary>One page of versions, the newest first unless asked otherwise; no agent's file is opened but the keeper's.</summary>
    public async Task<HandoverPage> List(HandoverFilter filter, CancellationToken cancellationToken = default)
    {
        filter.Validated();
        (Agent? keeper, _) = await _keeper.Find(caller: null, cancellationToken);
        if (keeper is null)
            return new() { Handovers = [] };
        if (filter.Session is { } session)
            await _keeper.Central.Read(c => _sessions.Get(c, session), cancellationToken);
        AgentRef? author = filter.Author is null ? null : await _keeper.Central.Read(c => _agents.Identify(c, filter.Author), cancellationToken);
        Database file = _keeper.FileOf(keeper);
        string epoch = await file.Epoch(cancellationToken);
        filter = filter with { Cursor = await FormerLives.Renew(file, filter.Cursor, countsRows: true, cancellationToken) };
        return await file.Read(c => HandoverList.Page(c, keeper.Id, author?.Id, filter, epoch), cancellationToken);
    }

    private Task<HandoverFacts> Gather(AgentRef author, Project project, GitView git, string title, DateTimeOffset now, CancellationToken cancellationToken) =>
        _keeper.Central.Read(c =>
        {
            Session? session = _sessions.FindCurrent(c, author.Seq);
            List<PresentAgent> present = session is null ? [] : _agents.ListPresent(c, session.Seq);
            return HandoverFacts.Gather(c, author, project, session, present, _events, git, title, now);
        }, cancellationToken);

    private CreatedHandover Insert(Connection c, Agent keeper, HandoverFacts facts, HandoverKit kit, Draft draft, string? path)
    {
        TemplateCache.Keep(c, keeper.Id, kit);
        NewVersion version = new()
        {
            Id = Ids.New("handover", c.Time.Now),
            AuthorId = facts.Author.Id,
            Author = facts.Author.Name,
            Project = facts.ProjectId,
            Session = facts.SessionId,
            MessageSeq = facts.MessageSeq,
            PublishTo = path,
        };
        CreatedHandover created = HandoverRows.Insert(c, keeper.Id, version, draft);
        _analyses.Append(c, keeper.Id, facts.SessionId, AnalysisStore.SessionFacts,
            JsonSerializer.Serialize(facts.All, DataJson.Default.IReadOnlyDictionaryStringHandoverFact));
        return created;
    }
}
