using AgentCraft.Data.Agents;
using AgentCraft.Data.Handovers.Git;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Handovers;

/// <summary>New versions of hand-overs, and checks of those that there are.</summary>
public sealed class HandoverRevisions
{
    private const int Attempts = 20;

    private readonly HandoverKeeper _keeper;
    private readonly HandoverLibrary _library;
    private readonly IdempotencyKeys _keys;

    internal HandoverRevisions(HandoverKeeper keeper, HandoverLibrary library, IdempotencyKeys keys) => (_keeper, _library, _keys) = (keeper, library, keys);

    /// <summary>
    /// Makes a new version of the newest one; the old ones stay. Two who change it at once both get their change in, one after the other,
    /// unless they say which version they expect.
    /// </summary>
    /// <exception cref="AgentCraftException"><c>not_found</c>; <c>version_conflict</c> when the newest is not the expected version.</exception>
    public async Task<CreatedHandover> Update(HandoverChange change, string? idempotencyKey, CancellationToken cancellationToken = default)
    {
        change.Validated();
        IdempotencyKeys.Check(idempotencyKey);
        for (int attempt = 1; ; attempt++)
        {
            (Agent keeper, AgentRef author, Handover former) = await _keeper.Get(change.Author, change.Id, version: null, cancellationToken);
            try
            {
                return await Update(keeper, author, former, change, idempotencyKey, cancellationToken);
            }
            catch (AgentCraftException conflict) when (conflict.Code == ErrorCodes.VersionConflict && change.ExpectedVersion is null && attempt < Attempts)
            {
                // Somebody else was first: the change is made to theirs.
            }
        }
    }

    /// <summary>Runs the rules on a version again, as files and commits are now, and stores what they say.</summary>
    public async Task<ValidatedHandover> Validate(string caller, HandoverCheck wanted, string? idempotencyKey, CancellationToken cancellationToken = default)
    {
        Text.Storable(wanted.Id, "id");
        IdempotencyKeys.Check(idempotencyKey);
        (Agent keeper, AgentRef who, Handover handover) = await _keeper.Get(caller, wanted.Id, wanted.Version, cancellationToken);
        (HandoverKit kit, Draft draft) = await Check(keeper, handover, cancellationToken);
        (ValidatedHandover validated, bool replayed) = await _keeper.FileOf(keeper).Write(c => _keys.Run(c, who.Id, idempotencyKey, wanted,
            DataJson.Default.HandoverCheck, DataJson.Default.ValidatedHandover, () => Keep(c, keeper, handover, kit, draft)), cancellationToken);
        return validated with { Replayed = replayed };
    }

    private static ValidatedHandover Keep(Connection c, Agent keeper, Handover handover, HandoverKit kit, Draft draft)
    {
        TemplateCache.Keep(c, keeper.Id, kit);
        StoreRun(c, keeper.Id, handover, draft);
        return new()
        {
            Id = handover.Id,
            Version = handover.Version,
            ValidationStatus = draft.Validation,
            PlaceholdersRemaining = draft.Placeholders,
            Validation = draft.Results,
        };
    }

    /// <summary>What the rules of its template say of a stored version now.</summary>
    internal async Task<(HandoverKit Kit, Draft Draft)> Check(Agent keeper, Handover handover, CancellationToken cancellationToken)
    {
        HandoverKit kit = await KitOf(keeper, handover.Template, cancellationToken);
        return (kit, await Draft.Of(kit, handover.Title, handover.Content, _keeper.Root, git: null, HandoverMoves.Fingerprints(handover)));
    }

    /// <summary>Stores a run of the rules, and how it came out.</summary>
    internal static void StoreRun(Connection c, string keeper, Handover handover, Draft draft)
    {
        HandoverRows.StoreRun(c, keeper, handover.Seq, draft.Results);
        c.Execute("UPDATE handover_documents SET validation_status = @Validation, placeholders_remaining = @Placeholders WHERE agent_id = @Keeper AND seq = @Seq",
            new { Keeper = keeper, handover.Seq, draft.Validation, Placeholders = draft.Placeholders.Select(p => p.Text).ToArray() });
    }

    private async Task<CreatedHandover> Update(Agent keeper, AgentRef author, Handover former, HandoverChange change, string? key, CancellationToken cancellationToken)
    {
        HandoverKit kit = await KitOf(keeper, former.Template, cancellationToken);
        Func<Draft> drafted = await Revised(kit, former, change);
        long newest = await _keeper.Central.Read(MessageStore.NewestSeq, cancellationToken);
        string? path = change.Publish ? await _keeper.PathOf(former.ProjectId, cancellationToken) : null;
        (CreatedHandover created, bool replayed) = await _keeper.FileOf(keeper).Write(c => _keys.Run(c, author.Id, key, change,
            DataJson.Default.HandoverChange, DataJson.Default.CreatedHandover, () => Insert(c, keeper, author, former, change, kit, drafted, newest, path)), cancellationToken);
        string happened = created.Status == HandoverStatus.Published ? "handover_published" : "handover_updated";
        await _keeper.Log(happened, author, former.Session, (created.Id, created.Version, created.Title), key is not null, cancellationToken);
        if (created.Status == HandoverStatus.Published)
            await _keeper.WriteNewest(keeper, former.ProjectId, withdrawn: null, cancellationToken);
        return created with { Replayed = replayed };
    }

    /// <summary>The new text. A repeated call finds another text than the first one did, so what is wrong counts only if it is not a repeated one.</summary>
    private async Task<Func<Draft>> Revised(HandoverKit kit, Handover former, HandoverChange change)
    {
        try
        {
            string content = HandoverTemplate.Parse(former.Template, former.Content).Revise(change.Fill, change.Sections);
            Draft draft = await Draft.Of(kit, former.Title, content, _keeper.Root, await GitView.Look(_keeper.Root, since: null));
            return () => draft;
        }
        catch (AgentCraftException fault)
        {
            return () => throw fault;
        }
    }

    private CreatedHandover Insert(
        Connection c, Agent keeper, AgentRef author, Handover former, HandoverChange change, HandoverKit kit, Func<Draft> drafted, long newestMessage, string? path)
    {
        Handover newest = HandoverRows.Find(c, keeper.Id, former.Id, version: null)!;
        if (newest.Version != (change.ExpectedVersion ?? former.Version) || newest.Version != former.Version)
            throw new AgentCraftException(ErrorCodes.VersionConflict,
                $"The newest version of {former.Id} is {newest.Version}, by {newest.Author}{(change.ExpectedVersion is { } expected ? $", not {expected}" : "")}; nothing was changed.",
                $"get_handover with this id shows it. Pass expectedVersion: {newest.Version} with what still holds, or leave expectedVersion out.");
        TemplateCache.Keep(c, keeper.Id, kit);
        return HandoverRows.Insert(c, keeper.Id, new()
        {
            Id = former.Id,
            Version = former.Version + 1,
            AuthorId = author.Id,
            Author = author.Name,
            Project = former.ProjectId,
            Session = former.Session,
            MessageSeq = newestMessage,
            PublishTo = path,
        }, drafted());
    }

    private async Task<HandoverKit> KitOf(Agent keeper, string template, CancellationToken cancellationToken) =>
        _library.Find(template)
        ?? (await _keeper.FileOf(keeper).Read(c => TemplateCache.Find(c, keeper.Id, template), cancellationToken) is { } kept ? _library.With(kept) : throw _library.Unknown(template));
}
