using System.Text.Json;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Events;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Records;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Handovers;

/// <summary>
/// The tables <c>handover_documents</c> and <c>validation_results</c>, in the file of the project's hand-over agent. That file is written
/// first; the event in the central file, which names the document, after it.
/// </summary>
public sealed class HandoverStore(
    Databases databases, AgentStore agents, ProjectStore projects, SessionStore sessions, EventStore events,
    AnalysisStore analyses, IdempotencyKeys keys, HandoverSettings settings)
{
    /// <summary>Pulsed when another hand-over becomes the newest; no agent can have this name.</summary>
    public const string PublishedSignal = ".handovers";

    private const string Columns = """
        seq, message_seq, id, version, title, author_name AS author, template_name AS template, session_id AS session, status,
        validation_status, file_path, created_at, published_at, content
        """;

    /// <summary>Makes a document from its template, checks it, stores all of it, and publishes it if that was asked for and it passes.</summary>
    public async Task<CreatedHandover> Create(NewHandover handover, string? idempotencyKey, CancellationToken cancellationToken = default)
    {
        handover.Validated();
        HandoverTemplate template = HandoverTemplate.Embedded(handover.Template);
        // The author first: a mistyped name must not leave a keeper behind.
        (AgentRef author, DateTimeOffset now) = await databases.Central.Read(c => (agents.Identify(c, handover.Author), c.Time.Now), cancellationToken);
        string title = handover.Title ?? $"Hand-over of {now:yyyy-MM-dd HH:mm} UTC";
        IdempotencyKeys.Check(idempotencyKey);
        (Agent keeper, Project project) = await Keeper(cancellationToken);
        HandoverFacts facts = await databases.Central.Read(c => Gather(c, author, project, title, now), cancellationToken);
        Draft draft = Draft.Of(template, title, template.Fill(facts.Values, handover.Sections));
        (CreatedHandover created, bool replayed) = await FileOf(keeper).Write(c => keys.Run(c, facts.Author.Id, idempotencyKey, handover,
            DataJson.Default.NewHandover, DataJson.Default.CreatedHandover, () => Insert(c, keeper, facts, draft, handover.Publish)), cancellationToken);
        await Log(created, facts, replayed, cancellationToken);
        if (created.Status == HandoverStatus.Published)
            await WriteNewest(keeper, facts.ProjectId, cancellationToken);
        return created with { Replayed = replayed };
    }

    /// <summary>The newest published hand-over of the root's project, or one by id; with what moved since and, for an agent, its unread mail.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c></exception>
    public async Task<Takeover> Get(string? id, int? version, CancellationToken cancellationToken = default)
    {
        (Agent? keeper, Project? project) = await FindKeeper(cancellationToken);
        Handover? found = keeper is null ? null : await FileOf(keeper).Read(
            c => id is not null ? Find(c, keeper, id, version) : project is null ? null : FindNewest(c, keeper, project.Id), cancellationToken);
        if (found is null)
            throw id is null
                ? new AgentCraftException(ErrorCodes.NotFound, "No hand-over has been published yet.", "create_handover with publish: true makes one.")
                : new AgentCraftException(ErrorCodes.NotFound, $"No hand-over '{Text.Shown(id)}'{(version is null ? "" : $" with version {version}")}.",
                    "Leave id out for the newest published one.");
        return new()
        {
            Handover = found,
            Validation = await FileOf(keeper!).Read(c => ListResults(c, found), cancellationToken),
            Warnings = await databases.Central.Read(c => WhatMoved(c, found), cancellationToken),
        };
    }

    /// <summary>The newest published hand-over in one line; null when there is none.</summary>
    public async Task<HandoverBrief?> FindNewest(CancellationToken cancellationToken = default)
    {
        (Agent? keeper, Project? project) = await FindKeeper(cancellationToken);
        if (keeper is null || project is null || await FileOf(keeper).Read(c => FindNewest(c, keeper, project.Id), cancellationToken) is not { } newest)
            return null;
        return new()
        {
            Id = newest.Id,
            Version = newest.Version,
            Title = newest.Title,
            Author = newest.Author,
            PublishedAt = newest.PublishedAt,
            Warnings = await databases.Central.Read(c => WhatMoved(c, newest), cancellationToken),
        };
    }

    /// <summary>Id and version of the newest published hand-over, for who asks often; null when there is none.</summary>
    public async Task<string?> FindNewestName(CancellationToken cancellationToken = default)
    {
        (Agent? keeper, Project? project) = await FindKeeper(cancellationToken);
        return keeper is null || project is null ? null : await FileOf(keeper).Read(c => c.First<string>("""
            SELECT id || ' ' || CAST(version AS TEXT) FROM handover_documents
            WHERE agent_id = @Keeper AND project_id = @Project AND status IN ('published', 'accepted') ORDER BY published_seq DESC LIMIT 1
            """, new { Keeper = keeper.Id, Project = project.Id }), cancellationToken);
    }

    private Database FileOf(Agent keeper) => databases.Agent(keeper.Name, HandoverSettings.AgentType);

    private async Task<(Agent Keeper, Project Project)> Keeper(CancellationToken cancellationToken) =>
        await FindKeeper(cancellationToken) is ({ } keeper, { } project) ? (keeper, project) : await databases.Central.Write(c =>
        {
            // Not Register: it keeps documents, it does not work, so it is not live.
            NewAgent keeper = new() { Name = AgentName.Parse(settings.Agent), Type = HandoverSettings.AgentType, Instruction = "Keeps this project's hand-overs." };
            Project project = projects.GetOrCreateDefault(c);
            return (agents.AddInactive(c, keeper, project), project);
        }, cancellationToken);

    private Task<(Agent? Keeper, Project? Project)> FindKeeper(CancellationToken cancellationToken) =>
        databases.Central.Read(c => (agents.Find(c, settings.Agent), projects.FindDefault(c)), cancellationToken);

    private HandoverFacts Gather(Connection c, AgentRef author, Project project, string title, DateTimeOffset now)
    {
        Session? session = sessions.FindCurrent(c, author.Seq);
        List<PresentAgent> present = session is null ? [] : agents.ListPresent(c, session.Seq);
        return HandoverFacts.Gather(c, author, project, session, present, events, title, now);
    }

    private CreatedHandover Insert(Connection c, Agent keeper, HandoverFacts facts, Draft draft, bool publish)
    {
        bool publishes = publish && draft.Validation == ValidationStatus.Passed;
        DateTimeOffset now = c.Time.Now;
        if (publishes)
            c.Execute("UPDATE handover_documents SET status = 'superseded' WHERE agent_id = @Keeper AND project_id = @Project AND status = 'published'",
                new { Keeper = keeper.Id, Project = facts.ProjectId });
        string id = Ids.New("handover", now);
        long seq = c.First<long>("""
            INSERT INTO handover_documents (id, agent_id, author_id, author_name, project_id, session_id, template_name, title, content,
                placeholders_remaining, status, validation_status, file_path, message_seq, created_at, published_at, published_seq)
            VALUES (@Id, @Keeper, @AuthorId, @AuthorName, @Project, @Session, @Template, @Title, @Content,
                @Placeholders, @Status, @Validation, @Path, @MessageSeq, @Now, @PublishedAt,
                CASE WHEN @Published = 1 THEN (SELECT COALESCE(max(published_seq), 0) + 1 FROM handover_documents) END)
            RETURNING seq
            """,
            new
            {
                Id = id,
                Keeper = keeper.Id,
                AuthorId = facts.Author.Id,
                AuthorName = facts.Author.Name,
                Project = facts.ProjectId,
                Session = facts.SessionId,
                Template = draft.Template,
                draft.Title,
                draft.Content,
                Placeholders = draft.Placeholders.Select(p => p.Text).ToArray(),
                Status = publishes ? HandoverStatus.Published : HandoverStatus.Draft,
                draft.Validation,
                Path = publishes ? settings.Path : null,
                facts.MessageSeq,
                Now = now,
                PublishedAt = publishes ? now : (DateTimeOffset?)null,
                Published = publishes,
            });
        foreach (RuleResult result in draft.Results)
            InsertResult(c, keeper, seq, result, now);
        analyses.Append(c, keeper.Id, facts.SessionId, AnalysisStore.SessionFacts,
            JsonSerializer.Serialize(facts.Values, DataJson.Default.IReadOnlyDictionaryStringString));
        return draft.Created(id, publishes ? settings.Path : null);
    }

    private static void InsertResult(Connection c, Agent keeper, long handover, RuleResult result, DateTimeOffset now) => c.Execute("""
        INSERT INTO validation_results (id, agent_id, handover_seq, rule_name, rule_type, severity, status, line, message, created_at)
        VALUES (@Id, @Keeper, @Handover, @RuleName, @RuleType, @Severity, @Status, @Line, @Message, @Now)
        """,
        new
        {
            Id = Ids.New("validation", now),
            Keeper = keeper.Id,
            Handover = handover,
            result.RuleName,
            result.RuleType,
            result.Severity,
            result.Status,
            result.Line,
            result.Message,
            Now = now,
        });

    /// <summary>The call that made the document may have died before it came to this: a repeated one catches up, and logs nothing twice.</summary>
    /// <summary>The document is kept by now, so a failure here must not read as if nothing had been written.</summary>
    private async Task Log(CreatedHandover created, HandoverFacts facts, bool replayed, CancellationToken cancellationToken)
    {
        try
        {
            await databases.Central.Write(c => replayed && events.Has(c, facts.Author.Seq, "handover", created.Id) || Append(c, created, facts), cancellationToken);
        }
        catch (AgentCraftException failure)
        {
            throw new AgentCraftException(failure.Code, $"The hand-over {created.Id} is stored, but not its event: {failure.Message}",
                "Do not make it again: get_handover with this id shows it. Repeating the call with its idempotencyKey stores the event.", inner: failure);
        }
    }

    private bool Append(Connection c, CreatedHandover created, HandoverFacts facts)
    {
        if (created.Status == HandoverStatus.Published)
            c.PulseAfterCommit(PublishedSignal);
        events.Append(c, new(created.Status == HandoverStatus.Published ? "handover_published" : "handover_created")
        {
            SessionSeq = facts.SessionId is null ? null : sessions.Get(c, facts.SessionId).Seq,
            ProjectSeq = facts.Author.ProjectSeq,
            AgentSeq = facts.Author.Seq,
            EntityType = "handover",
            EntityId = created.Id,
            Data = JsonSerializer.Serialize(new Dictionary<string, string> { ["title"] = created.Title }, DataJson.Default.IReadOnlyDictionaryStringString),
        });
        return true;
    }

    /// <summary>
    /// Writes the newest one, which need not be the caller's: two may publish at once, and a repeated call may come late. It looks again
    /// after writing, because a newer one may have been published and written between the look and the writing, which undid it.
    /// </summary>
    private async Task WriteNewest(Agent keeper, string projectId, CancellationToken cancellationToken)
    {
        long written = 0;
        while (await FileOf(keeper).Read(c => FindNewest(c, keeper, projectId), cancellationToken) is { } newest && newest.Seq != written)
        {
            PublishedFile.Write(databases.Root, settings.Path, newest.Content);
            written = newest.Seq;
        }
    }

    private static Handover? FindNewest(Connection c, Agent keeper, string projectId) => c.First<Handover>($"""
        SELECT {Columns} FROM handover_documents
        WHERE agent_id = @Keeper AND project_id = @Project AND status IN ('published', 'accepted') ORDER BY published_seq DESC LIMIT 1
        """, new { Keeper = keeper.Id, Project = projectId });

    private static Handover? Find(Connection c, Agent keeper, string id, int? version) => c.First<Handover>($"""
        SELECT {Columns} FROM handover_documents
        WHERE agent_id = @Keeper AND id = @Id AND (@Version IS NULL OR version = @Version) ORDER BY version DESC LIMIT 1
        """, new { Keeper = keeper.Id, Id = id, Version = version });

    private static List<RuleResult> ListResults(Connection c, Handover handover) => [.. c.Query<ResultRow>(
        "SELECT rule_name, rule_type, status, severity, line, message FROM validation_results WHERE handover_seq = @Seq ORDER BY seq",
        new { handover.Seq }).Select(row => new RuleResult(row.RuleName, SnakeCase.Parse<RuleType>(row.RuleType), row.Status, row.Severity, row.Line, row.Message))];

    private static List<string> WhatMoved(Connection c, Handover handover)
    {
        long newer = c.First<long>("SELECT count(*) FROM messages WHERE seq > @Seq", new { Seq = handover.MessageSeq });
        return newer == 0 ? [] : [$"{newer} message{(newer == 1 ? " was" : "s were")} sent since it was written: read your inbox after the document."];
    }

    private sealed class ResultRow
    {
        public string RuleName { get; init; } = "";
        public string RuleType { get; init; } = "";
        public RuleStatus Status { get; init; }
        public RuleSeverity Severity { get; init; }
        public int? Line { get; init; }
        public string Message { get; init; } = "";
    }
}
