using System.Text.Json.Nodes;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Events;
using AgentCraft.Data.History;
using AgentCraft.Data.Outputs;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Pruning;

/// <summary>
/// The one way to delete history, events, outputs and metrics: by short transactions, so that nobody waits long for any of them. Whoever is
/// killed in between has deleted some, and doing it again deletes the rest.
/// </summary>
public sealed class RecordPruning
{
    private const int AtOnce = 500;

    private readonly Databases _databases;
    private readonly AgentStore _agents;
    private readonly ProjectStore _projects;
    private readonly HistoryStore _history;
    private readonly OutputFiles _files;
    private readonly EventStore _events;

    internal RecordPruning(Databases databases, AgentStore agents, ProjectStore projects, HistoryStore history, OutputFiles files, EventStore events) =>
        (_databases, _agents, _projects, _history, _files, _events) = (databases, agents, projects, history, files, events);

    /// <summary>Deletes what is selected once that is confirmed; without that, counts it.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c>; <c>not_found</c> for an agent or project that is not there</exception>
    public async Task<PrunedRecords> Prune(PruneWish wish, bool confirm, CancellationToken cancellationToken = default)
    {
        wish.Validated();
        if (!confirm)
            return await Count(wish, cancellationToken);
        List<AgentCraftException> failures = [];
        PrunedRecords pruned = await Prune(wish, failures, cancellationToken);
        return failures.Count == 0 ? pruned : throw new AgentCraftException(failures[0].Code,
            $"{pruned.Rows} rows of others were deleted. {failures[0].Message}{(failures.Count > 1 ? $" So it is with {failures.Count - 1} more." : "")}", failures[0].Hint, inner: failures[0]);
    }

    /// <summary>The same, but for those whose files cannot be worked on.</summary>
    internal async Task<PrunedRecords> PruneAll(PruneWish wish, List<string> problems, CancellationToken cancellationToken)
    {
        wish.Validated();
        List<AgentCraftException> failures = [];
        PrunedRecords pruned = await Prune(wish, failures, cancellationToken);
        problems.AddRange(failures.Select(failure => failure.Message));
        return pruned;
    }

    private async Task<PrunedRecords> Prune(PruneWish wish, List<AgentCraftException> failures, CancellationToken cancellationToken)
    {
        (PruneSelection all, List<AgentRef> owners, AgentRef? by) = await _databases.Central.Read(c => Select(c, wish), cancellationToken);
        long rows = wish.Kind != RecordKind.History ? await Delete(all, cancellationToken)
            : await OfEach(owners, owner => _history.Prune(owner, all.Before ?? DateTimeOffset.MaxValue, all.Type, cancellationToken), failures);
        long? contents = wish.Kind != RecordKind.Outputs ? null : await OfEach(owners, owner => DeleteContents(owner, cancellationToken), failures);
        if (rows > 0)
            await _databases.Central.Write(c => Log(c, wish, by, rows), cancellationToken);
        return new() { Kind = wish.Kind, Rows = rows, Contents = contents, Deleted = true };
    }

    /// <summary>One damaged file must not keep the others from being pruned.</summary>
    private static async Task<long> OfEach(List<AgentRef> owners, Func<AgentRef, Task<long>> prune, List<AgentCraftException> failures)
    {
        long rows = 0;
        foreach (AgentRef owner in owners)
            try
            {
                rows += await prune(owner);
            }
            catch (AgentCraftException failure) when (failure.Code is ErrorCodes.StoreDamaged or ErrorCodes.StoreUnavailable or ErrorCodes.StoreTooNew or ErrorCodes.MigrationMismatch)
            {
                failures.Add(failure);
            }
        return rows;
    }

    private (PruneSelection, List<AgentRef>, AgentRef?) Select(Connection c, PruneWish wish)
    {
        AgentRef? agent = wish.Filter.Agent is { } name ? _agents.Identify(c, name) : null;
        long? project = wish.Filter.Project is { } of ? _projects.FindKnown(c, of)?.Seq ?? 0 : null;
        PruneSelection all = new() { Kind = wish.Kind, Agent = agent?.Seq, Project = project, Type = wish.Filter.Type, Before = wish.Before, Limit = AtOnce };
        return (wish.Kind == RecordKind.History ? all : all.UpToNow(c), Owners(c, wish.Kind, agent?.Seq, project), wish.By is null ? null : _agents.Identify(c, wish.By));
    }

    /// <summary>Whose files it may concern: an output may belong to another project than its agent.</summary>
    private static List<AgentRef> Owners(Connection c, RecordKind kind, long? agent, long? project) => kind is not (RecordKind.History or RecordKind.Outputs) ? []
        : c.Query<AgentRef>("""
            SELECT seq, project_seq, status, id, name, type FROM agents
            WHERE (@Agent IS NULL OR seq = @Agent) AND (@Project IS NULL OR project_seq = @Project) ORDER BY seq
            """, new { Agent = agent, Project = kind == RecordKind.History ? project : null });

    private async Task<PrunedRecords> Count(PruneWish wish, CancellationToken cancellationToken)
    {
        (PruneSelection all, List<AgentRef> owners, _) = await _databases.Central.Read(c => Select(c, wish), cancellationToken);
        long rows = 0;
        if (wish.Kind != RecordKind.History)
            rows = await _databases.Central.ReadLong(all.Count, cancellationToken);
        else
            foreach (AgentRef owner in owners)
                rows += await _history.Count(owner, all.Before ?? DateTimeOffset.MaxValue, all.Type, cancellationToken);
        return new() { Kind = wish.Kind, Rows = rows, Next = "Pass confirm: true to delete them for good." };
    }

    /// <summary>
    /// Looks for the next few outside the write lock, which is the whole store's: what is rare or absent may take long to find. A
    /// transaction then sees only the stretch that they lie in.
    /// </summary>
    private async Task<long> Delete(PruneSelection rest, CancellationToken cancellationToken)
    {
        long deleted = 0;
        while (await _databases.Central.ReadLong(rest.NextStretch, cancellationToken) is { } stretch)
        {
            deleted += await _databases.Central.Write(c => Delete(c, rest with { After = stretch.Low - 1, High = stretch.High }), cancellationToken);
            rest = rest with { After = stretch.High };
        }
        return deleted;
    }

    private static int Delete(Connection c, PruneSelection stretch)
    {
        List<PrunedRow> rows = stretch.Next(c);
        stretch.Delete(c);
        if (stretch.Kind == RecordKind.Metrics)
            foreach (IGrouping<(long? Agent, string Name), PrunedRow> series in rows.GroupBy(row => (row.AgentSeq, row.Name)))
                Subtract(c, series.Key.Agent, series.Key.Name, series.Count());
        return rows.Count;
    }

    private static void Subtract(Connection c, long? agent, string name, int count)
    {
        var series = new { Agent = agent, Name = name, Count = count };
        c.Execute("""
            UPDATE metric_series
            SET count = count - @Count, last_seq = COALESCE((SELECT max(m.seq) FROM agent_metrics m WHERE m.agent_seq = @Agent AND m.name = @Name), 0)
            WHERE agent_seq = @Agent AND name = @Name
            """, series);
        c.Execute("DELETE FROM metric_series WHERE agent_seq = @Agent AND name = @Name AND count <= 0", series);
    }

    private async Task<long> DeleteContents(AgentRef owner, CancellationToken cancellationToken)
    {
        // In this order: a content that gets a reference after they were read has been kept again, and is too young to go.
        List<string> old = await _files.ListOld(owner, cancellationToken);
        if (old.Count == 0)
            return 0;
        HashSet<string> referred = [.. await _databases.Central.ReadLong(
            c => c.Query<string>("SELECT DISTINCT checksum FROM outputs WHERE agent_seq = @Seq", new { owner.Seq }), cancellationToken)];
        long deleted = 0;
        foreach (string[] some in old.Where(checksum => !referred.Contains(checksum)).Chunk(AtOnce))
            deleted += await _files.DeleteOld(owner, some, cancellationToken);
        return deleted;
    }

    private Identity Log(Connection c, PruneWish wish, AgentRef? by, long rows) => _events.Append(c, new("records_pruned")
    {
        AgentSeq = by?.Seq,
        ProjectSeq = by?.ProjectSeq,
        Data = new JsonObject
        {
            ["kind"] = SnakeCase.Of(wish.Kind), ["rows"] = rows, ["agent"] = wish.Filter.Agent, ["project"] = wish.Filter.Project, ["type"] = wish.Filter.Type,
            ["before"] = wish.Before is { } before ? Times.ToText(before) : null,
        }.ToJsonString(),
    });
}
