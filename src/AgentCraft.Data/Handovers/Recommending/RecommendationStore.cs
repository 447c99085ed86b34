using System.Text.Json;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Handovers.Git;
using AgentCraft.Data.Paths;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Handovers;

/// <summary>Recommends what to look at next, and keeps that in the table <c>session_recommendations</c>.</summary>
public sealed class RecommendationStore
{
    private readonly HandoverKeeper _keeper;
    private readonly SessionAnalyses _sessions;
    private readonly IdempotencyKeys _keys;

    internal RecommendationStore(HandoverKeeper keeper, SessionAnalyses sessions, IdempotencyKeys keys) => (_keeper, _sessions, _keys) = (keeper, sessions, keys);

    /// <summary>Weighs everything anew; the same state of files and store gives the same answer.</summary>
    /// <param name="caller">For whom.</param>
    /// <param name="wanted">What for.</param>
    /// <param name="idempotencyKey">Repeating a call with its key keeps nothing and returns the first result.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Recommendations> Recommend(string caller, RecommendationWish wanted, string? idempotencyKey, CancellationToken cancellationToken = default)
    {
        Text.Storable(wanted.Handover, "handover");
        IdempotencyKeys.Check(idempotencyKey);
        (AgentRef who, Session? session) = await _keeper.Central.Read(c => _sessions.Find(c, caller, wanted.Session), cancellationToken);
        (Agent? known, Project? project) = await _keeper.Find(who.Id, cancellationToken);
        Handover? handover = await _keeper.Get(known, project, wanted.Handover, version: null, cancellationToken);
        if (handover is null && wanted.Handover is not null)
            throw HandoverKeeper.Unknown(wanted.Handover, version: null);
        Recommendations found = await Weigh(who, session, handover, wanted.Limit, cancellationToken);
        Agent keeper = await _keeper.GetOrCreate(cancellationToken);
        (Recommendations kept, bool replayed) = await _keeper.FileOf(keeper).Write(c => _keys.Run(c, who.Id, idempotencyKey, wanted,
            DataJson.Default.RecommendationWish, DataJson.Default.Recommendations, () => Keep(c, keeper.Id, found)), cancellationToken);
        return kept with { Replayed = replayed };
    }

    private async Task<Recommendations> Weigh(AgentRef who, Session? session, Handover? handover, int limit, CancellationToken cancellationToken)
    {
        Weighing files = new(), priorities = new(), notes = new();
        // Side by side: each has a deadline of its own for a git that hangs.
        Task<GitView> viewing = GitView.Look(_keeper.Root, session?.StartedAt);
        Task<LookBack> looking = Look(handover);
        IReadOnlyList<string> warnings = handover is null ? [] : await HandoverMoves.Since(_keeper, handover, cancellationToken);
        GitView view = await viewing;
        LookBack past = await looking;
        FilesToRead reading = new(files, past.Tracked);
        Priorities doing = new(priorities);
        Notes knowing = new(notes);
        if (handover is not null)
        {
            MarkdownOutline document = MarkdownOutline.Parse(handover.Content);
            reading.AddCited(CitationReport.Of(document, _keeper.Root, HandoverMoves.Fingerprints(handover)), handover.Id);
            doing.AddOpen(handover, document);
        }
        else
        {
            reading.AddIntroductions();
        }
        reading.AddChanged(view, past.Moves);
        reading.AddHistory(past.Recent, view.Commits.Select(commit => commit.Id).ToHashSet());
        doing.AddConflicts(view);
        knowing.AddRepository(view);
        knowing.AddHandover(handover, warnings);
        await _keeper.Central.Read(c => AddStored(c, who, doing, knowing), cancellationToken);
        return new() { Session = session?.Id, Handover = handover?.Id, FilesToRead = files.Best(limit, path => path != handover?.FilePath && IsThere(path)), Priorities = priorities.Best(limit), Notes = notes.Best(limit) };
    }

    private async Task<LookBack> Look(Handover? handover)
    {
        if ((await GitRepository.Open(_keeper.Root)).Repository is not { } repository)
            return new([], [], null);
        Task<IReadOnlyList<GitChange>> recent = repository.Recent();
        Task<IReadOnlyList<string>> tracked = repository.Tracked();
        GitMoves? moves = handover?.CommitId is { } commit ? await repository.MovesSince(commit) : null;
        return new(await tracked, await recent, moves);
    }

    /// <summary>Git may track what somebody has deleted meanwhile.</summary>
    private bool IsThere(string path) => ProjectPath.Find(path) is { } inside && new ProjectTree(_keeper.Root).IsFile(inside, Links.Inside);

    private static bool AddStored(Connection c, AgentRef who, Priorities doing, Notes knowing)
    {
        doing.AddStored(c, who);
        knowing.AddClaims(c, who);
        return true;
    }

    private static Recommendations Keep(Connection c, string keeper, Recommendations found)
    {
        foreach ((string type, IReadOnlyList<Recommendation> list) in new[] { ("files_to_read", found.FilesToRead), ("priorities", found.Priorities), ("notes", found.Notes) })
            foreach (Recommendation one in list)
                c.Execute("""
                    INSERT INTO session_recommendations (id, agent_id, session_id, recommendation_type, recommendation_data, confidence_score, created_at)
                    VALUES (@Id, @Keeper, @Session, @Type, @Data, @Confidence, @Now)
                    """,
                    new
                    {
                        Id = Ids.New("recommendation", c.Time.Now),
                        Keeper = keeper,
                        found.Session,
                        Type = type,
                        Data = JsonSerializer.Serialize(one, DataJson.Default.Recommendation),
                        one.Confidence,
                        c.Time.Now,
                    });
        return found;
    }

    private sealed record LookBack(IReadOnlyList<string> Tracked, IReadOnlyList<GitChange> Recent, GitMoves? Moves);
}
