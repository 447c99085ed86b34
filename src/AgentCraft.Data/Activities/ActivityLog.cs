using System.Runtime.CompilerServices;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Activities;

/// <summary>
/// Messages and events as they are committed, by whichever process. Both have numbers in the order of their commits, so that what was shown
/// and what is still to come meet at a number, and nothing is shown twice or never.
/// </summary>
public sealed class ActivityLog(Databases databases, AgentStore agents, ProjectStore projects, SessionStore sessions)
{
    // Events wake nobody: on a database server every commit would have to ask who listens, and most commits have an event.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);

    /// <summary>Whoever stores a message wakes who listens for this.</summary>
    internal const string Signal = ".activity";

    private const int PageSize = 200;
    private const int DefaultLines = 10;

    /// <summary>
    /// What there is already, then what comes, until cancelled. Each step is what one look found, in the order of the commits; an empty one
    /// says that nothing has come for a while.
    /// </summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> for an agent, session or project that there is not.</exception>
    public async IAsyncEnumerable<IReadOnlyList<Activity>> Follow(ActivityFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Before the first look: whatever is committed from now on is either seen by it or wakes.
        using ChangeSignal.Listener listener = databases.Signals.Listen(Signal);
        (ActivitySelection selection, Place place, List<Activity> backlog) = await databases.Central.ReadLong(c => Begin(c, filter), cancellationToken);
        yield return backlog;
        while (true)
        {
            (IReadOnlyList<Activity> found, Place next, bool hasMore) = await TryLook(selection, place, cancellationToken);
            place = next;
            if (found.Count > 0 || !hasMore)
                yield return found;
            if (hasMore)
                continue;
            selection = selection with { Since = null };
            await listener.Wait(databases.Signals.Recheck < LookAgain ? databases.Signals.Recheck : LookAgain, cancellationToken);
        }
    }

    /// <summary>The newest of what there is, the oldest of them first.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> for an agent, session or project that there is not.</exception>
    public async IAsyncEnumerable<IReadOnlyList<Activity>> Read(ActivityFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        (ActivitySelection selection, Place place, List<Activity> backlog) = await databases.Central.ReadLong(c => Begin(c, filter), cancellationToken);
        yield return backlog;
        Bounds end = await databases.Central.Read(FindBounds, cancellationToken);
        for (bool hasMore = filter.Since is not null && filter.Lines is null; hasMore;)
        {
            (IReadOnlyList<Activity> found, place, hasMore) = await databases.Central.ReadLong(c => Look(c, selection, place, end), cancellationToken);
            yield return found;
        }
    }

    /// <summary>The backlog as far as it is asked for by count, and where it ends.</summary>
    private (ActivitySelection, Place, List<Activity>) Begin(Connection c, ActivityFilter filter)
    {
        Agent? agent = filter.Agent is null ? null : agents.Get(c, filter.Agent);
        ActivitySelection selection = new()
        {
            Agent = agent?.Seq,
            AgentId = agent?.Id,
            Session = filter.Session is null ? null : sessions.Get(c, filter.Session).Seq,
            Project = filter.Project is null ? null : projects.FindKnown(c, filter.Project)?.Seq ?? 0,
            Since = filter.Since,
            Messaged = filter.Includes(ActivityKind.Message),
            Happened = filter.Includes(ActivityKind.Event),
            Tasks = filter.Includes(ActivityKind.Task),
            Handovers = filter.Includes(ActivityKind.Handover),
        };
        Bounds bounds = FindBounds(c);
        // All since a moment may be much: it is read page by page, from the beginning.
        if (filter.Since is not null && filter.Lines is null)
            return (selection, new(bounds.Epoch, 0, 0), []);
        int lines = filter.Lines ?? DefaultLines;
        List<Activity> newest = lines == 0 ? [] : Merge(
            (selection with { UpTo = bounds.Messages, Limit = lines }).ListMessages(c, newestFirst: true).AsEnumerable().Reverse(),
            (selection with { UpTo = bounds.Events, Limit = lines }).ListEvents(c, newestFirst: true).AsEnumerable().Reverse());
        return (selection, new(bounds.Epoch, bounds.Messages, bounds.Events), newest.Count > lines ? newest[^lines..] : newest);
    }

    /// <summary>Waits out what passes by itself; everything else ends the watch.</summary>
    private async Task<(IReadOnlyList<Activity>, Place, bool)> TryLook(ActivitySelection selection, Place place, CancellationToken cancellationToken)
    {
        try
        {
            return await databases.Central.ReadLong(c => Look(c, selection, place, FindBounds(c)), cancellationToken);
        }
        catch (AgentCraftException passing) when (passing.Retryable)
        {
            return ([], place, false);
        }
    }

    private static (IReadOnlyList<Activity> Found, Place Next, bool HasMore) Look(Connection c, ActivitySelection selection, Place place, Bounds end)
    {
        if (end.Epoch != place.Epoch)
            return ([Replaced(c)], new(end.Epoch, end.Messages, end.Events), false);
        List<ActivityRow> messages = (selection with { After = place.Messages, UpTo = end.Messages, Limit = PageSize }).ListMessages(c, newestFirst: false);
        List<ActivityRow> events = (selection with { After = place.Events, UpTo = end.Events, Limit = PageSize }).ListEvents(c, newestFirst: false);
        List<Activity> found = Merge(messages, events);
        bool hasMore = messages.Count == PageSize || events.Count == PageSize;
        if (!hasMore)
            return (found, new(end.Epoch, end.Messages, end.Events), false);
        // What lies behind the end of a full page comes after everything that is on it: only so much is sure to be in order.
        List<Activity> page = found[..PageSize];
        return (page, new(end.Epoch,
            page.FindLast(entry => entry.Kind == ActivityKind.Message)?.Seq ?? place.Messages,
            page.FindLast(entry => entry.Kind != ActivityKind.Message)?.Seq ?? place.Events), true);
    }

    /// <summary>Both in their own order, and by time among each other.</summary>
    private static List<Activity> Merge(IEnumerable<ActivityRow> messages, IEnumerable<ActivityRow> events)
    {
        List<Activity> merged = [];
        Queue<ActivityRow> others = new(events);
        foreach (ActivityRow message in messages)
        {
            while (others.TryPeek(out ActivityRow? other) && other.CreatedAt <= message.CreatedAt)
                merged.Add(others.Dequeue().ToActivity());
            merged.Add(message.ToActivity());
        }
        merged.AddRange(others.Select(other => other.ToActivity()));
        return merged;
    }

    private static Activity Replaced(Connection c) => new()
    {
        Kind = ActivityKind.Note,
        Type = "store_replaced",
        CreatedAt = c.Time.Now,
        Content = "The store was replaced, by a restore for instance. What comes from now on is shown.",
    };

    private static Bounds FindBounds(Connection c) => c.First<Bounds>("""
        SELECT (SELECT value FROM store_info WHERE key = 'epoch') AS epoch, COALESCE((SELECT max(seq) FROM messages), 0) AS messages,
               COALESCE((SELECT max(seq) FROM session_events), 0) AS events
        """)!;

    /// <summary>Up to where everything was shown, in which life of the store.</summary>
    private sealed record Place(string Epoch, long Messages, long Events);

    private sealed class Bounds
    {
        public string Epoch { get; init; } = "";
        public long Messages { get; init; }
        public long Events { get; init; }
    }
}
