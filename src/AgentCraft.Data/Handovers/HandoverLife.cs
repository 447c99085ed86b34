using AgentCraft.Data.Agents;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Handovers;

/// <summary>What becomes of a hand-over: published, then accepted by a successor or sent back.</summary>
public sealed class HandoverLife
{
    private const int LongestNote = 64 * 1024;

    private readonly HandoverKeeper _keeper;
    private readonly HandoverRevisions _revisions;

    internal HandoverLife(HandoverKeeper keeper, HandoverRevisions revisions) => (_keeper, _revisions) = (keeper, revisions);

    /// <summary>
    /// Makes the newest version the published one if it passes its rules as things are now; the former is superseded. Publishing what is
    /// published changes nothing.
    /// </summary>
    /// <param name="caller">Who publishes.</param>
    /// <param name="id">Which hand-over.</param>
    /// <param name="expectedVersion">Refuse if the newest version is another one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="AgentCraftException"><c>validation_failed</c> with what to fix; <c>version_conflict</c>; <c>invalid_transition</c></exception>
    public async Task<DecidedHandover> Publish(string caller, string id, int? expectedVersion, CancellationToken cancellationToken = default)
    {
        Text.Storable(id, "id");
        (Agent keeper, AgentRef who, Handover handover) = await _keeper.Get(caller, id, version: null, cancellationToken);
        CheckVersion(handover, expectedVersion);
        (HandoverKit kit, Draft draft) = await _revisions.Check(keeper, handover, cancellationToken);
        string path = await _keeper.PathOf(handover.ProjectId, cancellationToken);
        DecidedHandover published = await _keeper.FileOf(keeper).Write(c =>
        {
            Handover now = HandoverRows.Find(c, keeper.Id, id, version: null)!;
            CheckVersion(now, handover.Version);
            return now.Status == HandoverStatus.Published ? Answer(now, changed: false) : Publish(c, keeper, now, kit, draft, path);
        }, cancellationToken);
        await _keeper.Log("handover_published", who, handover.Session, (id, handover.Version, handover.Title), repeatable: true, cancellationToken);
        await _keeper.WriteNewest(keeper, handover.ProjectId, withdrawn: null, cancellationToken);
        return published;
    }

    /// <summary>Takes over: the caller is the successor. Accepting again changes nothing but the corrections, when there are others.</summary>
    /// <param name="caller">The successor.</param>
    /// <param name="id">Which hand-over; null for the newest published.</param>
    /// <param name="corrections">What the successor found to be otherwise.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<DecidedHandover> Accept(string caller, string? id, string? corrections, CancellationToken cancellationToken = default)
    {
        Text.Within(corrections, "corrections", LongestNote, "Keep corrections short; update_handover makes a new version.");
        (_, _, DecidedHandover accepted) = await Decide(caller, id, HandoverStatus.Accepted, corrections, cancellationToken);
        return accepted;
    }

    /// <summary>Sends it back: it is not the newest any more, and the published file shows the one before. Rejecting again changes nothing.</summary>
    /// <param name="caller">Who sends it back.</param>
    /// <param name="id">Which hand-over; null for the newest published.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<DecidedHandover> Reject(string caller, string? id, string reason, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrWhiteSpace(reason))
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "reason is empty.", "Say what the author must mend.");
        Text.Within(reason, "reason", LongestNote, "Keep the reason short.");
        (Agent keeper, Handover handover, DecidedHandover rejected) = await Decide(caller, id, HandoverStatus.Rejected, reason, cancellationToken);
        await _keeper.WriteNewest(keeper, handover.ProjectId, handover, cancellationToken);
        return rejected;
    }

    private async Task<(Agent Keeper, Handover Handover, DecidedHandover Decided)> Decide(
        string caller, string? id, HandoverStatus status, string? note, CancellationToken cancellationToken)
    {
        Text.Storable(id, "id");
        (Agent keeper, AgentRef who, Handover handover) = await FindDecidable(caller, id, cancellationToken);
        DecidedHandover decided = await _keeper.FileOf(keeper).Write(c => Decide(c, keeper, who, handover, status, note), cancellationToken);
        string happened = status == HandoverStatus.Accepted ? "handover_accepted" : "handover_rejected";
        await _keeper.Log(happened, who, handover.Session, (handover.Id, handover.Version, handover.Title), repeatable: id is not null, cancellationToken);
        return (keeper, handover, decided);
    }

    /// <summary>The published version, which need not be the newest of its id.</summary>
    private async Task<(Agent Keeper, AgentRef Caller, Handover Handover)> FindDecidable(string caller, string? id, CancellationToken cancellationToken)
    {
        (Agent keeper, AgentRef who, Handover newest) = await _keeper.Get(caller, id, version: null, cancellationToken);
        Handover? published = await _keeper.FileOf(keeper).Read(c => c.First<Handover>($"""
            SELECT {HandoverRows.Columns} FROM handover_documents
            WHERE agent_id = @Keeper AND id = @Id AND status IN ('published', 'accepted', 'rejected') ORDER BY version DESC LIMIT 1
            """, new { Keeper = keeper.Id, newest.Id }), cancellationToken);
        return (keeper, who, published ?? newest);
    }

    private static DecidedHandover Decide(Connection c, Agent keeper, AgentRef who, Handover handover, HandoverStatus status, string? note)
    {
        Handover now = HandoverRows.Find(c, keeper.Id, handover.Id, handover.Version)!;
        bool isOwn = now.Status == status && now.DecidedById == who.Id;
        if (isOwn && (note is null || note == now.DecisionNote))
            return Answer(now, changed: false);
        // Its successor finds things out little by little.
        if (now.Status != HandoverStatus.Published && !isOwn)
            throw NotPublished(now, status);
        c.Execute("""
            UPDATE handover_documents SET status = @Status, decided_by_id = @WhoId, decided_by = @Who, decided_at = @Now, decision_note = @Note
            WHERE agent_id = @Keeper AND seq = @Seq
            """, new { Status = status, WhoId = who.Id, Who = who.Name, c.Time.Now, Note = note, Keeper = keeper.Id, now.Seq });
        return Answer(HandoverRows.Find(c, keeper.Id, handover.Id, handover.Version)!, changed: true);
    }

    private static DecidedHandover Publish(Connection c, Agent keeper, Handover handover, HandoverKit kit, Draft draft, string path)
    {
        if (handover.Status != HandoverStatus.Draft)
            throw new AgentCraftException(ErrorCodes.InvalidTransition, $"Version {handover.Version} of {handover.Id} is {SnakeCase.Of(handover.Status)}, and only a draft can be published.",
                "update_handover makes a new version of it, which can.");
        if (draft.Validation == ValidationStatus.Failed)
            throw Failing(handover, draft);
        TemplateCache.Keep(c, keeper.Id, kit);
        HandoverRevisions.StoreRun(c, keeper.Id, handover, draft);
        string? former = HandoverRows.FindNewest(c, keeper.Id, handover.ProjectId) is { Status: HandoverStatus.Published } newest ? newest.Id : null;
        HandoverRows.Publish(c, keeper.Id, handover.ProjectId, handover.Seq, path);
        return Answer(HandoverRows.Find(c, keeper.Id, handover.Id, handover.Version)!, changed: true) with { Superseded = former };
    }

    private static void CheckVersion(Handover newest, int? expected)
    {
        if (expected is not null && newest.Version != expected)
            throw new AgentCraftException(ErrorCodes.VersionConflict, $"The newest version of {newest.Id} is {newest.Version}, by {newest.Author}, not {expected}; nothing was published.",
                $"get_handover with this id shows it; then pass expectedVersion: {newest.Version}, or leave it out.");
    }

    private static AgentCraftException Failing(Handover handover, Draft draft)
    {
        List<RuleResult> failed = [.. draft.Results.Where(result => result.Status == RuleStatus.Failed)];
        return new(ErrorCodes.ValidationFailed,
            $"{handover.Id} fails {Shown.Count(failed.Count, "rule")}, so it is not published: {OneLine.Short(string.Join(" ", failed.Take(2).Select(result => OneLine.Short(result.Message, 280))), 600)}",
            "update_handover fills placeholders and replaces sections; validate_handover lists all results.");
    }

    private static AgentCraftException NotPublished(Handover handover, HandoverStatus wanted) => new(ErrorCodes.InvalidTransition,
        $"Version {handover.Version} of {handover.Id} is {SnakeCase.Of(handover.Status)}{(handover.DecidedBy is null ? "" : $" by {handover.DecidedBy}")}; only a published one can be {SnakeCase.Of(wanted)}.",
        handover.Status == HandoverStatus.Draft ? "publish_handover publishes it." : "get_handover without id shows the newest published one.");

    private static DecidedHandover Answer(Handover handover, bool changed) => new()
    {
        Id = handover.Id,
        Version = handover.Version,
        Status = handover.Status,
        Changed = changed,
        Path = handover.Status == HandoverStatus.Published ? handover.FilePath : null,
        Decision = handover.Decision,
    };
}
