using AgentCraft.Data.Agents;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Messages;

/// <summary>The recipient's side of the table <c>messages</c>, with its counts in <c>inbox_counts</c>.</summary>
public sealed class InboxStore(Databases databases, AgentStore agents)
{
    private const int MostIds = 500;

    /// <summary>One page of what the agent has not acknowledged; changes nothing.</summary>
    /// <param name="agent">Name or id.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cursor">Only what came after it; null from the oldest unacknowledged.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Inbox> Read(string agent, int limit, string? cursor, CancellationToken cancellationToken = default)
    {
        string epoch = await databases.Central.Epoch(cancellationToken);
        return await databases.Central.Read(c =>
        {
            AgentRef reader = agents.Identify(c, agent);
            return Read(c, reader, limit, cursor is null ? 0 : Cursor.Parse(cursor, ListOf(reader), epoch).Seq, epoch);
        }, cancellationToken);
    }

    /// <summary>As reading, but waits until there is something after the cursor, whichever process writes it.</summary>
    /// <param name="agent">Name or id.</param>
    /// <param name="cursor">Where the last look ended; null from the oldest unacknowledged.</param>
    /// <param name="atMost">How long.</param>
    /// <param name="looked">Called after each look that found nothing, with the time waited so far: for heartbeats and progress.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    public async Task<Inbox> Wait(
        string agent, string? cursor, TimeSpan atMost, Func<TimeSpan, ValueTask>? looked = null, CancellationToken cancellationToken = default)
    {
        AgentRef reader = await databases.Central.Read(c => agents.Identify(c, agent), cancellationToken);
        using ChangeSignal.Listener listener = databases.Signals.Listen(reader.Name);
        long start = databases.Time.GetTimestamp();
        while (true)
        {
            Inbox inbox = await Read(reader.Id, Paging.DefaultLimit, cursor, cancellationToken);
            TimeSpan waited = databases.Time.GetElapsedTime(start);
            if (inbox.Messages.Count > 0 || waited >= atMost)
                return inbox with { TimedOut = inbox.Messages.Count == 0 };
            if (looked is not null)
                await looked(waited);
            await listener.Wait(Shorter(databases.Signals.Recheck, atMost - waited), cancellationToken);
        }
    }

    /// <summary>Marks messages as dealt with. Only their recipient may; repeating it changes nothing.</summary>
    /// <param name="agent">The recipient.</param>
    /// <param name="ids">Which; null when <paramref name="upTo"/> says it.</param>
    /// <param name="upTo">An inbox cursor: everything up to it; null when <paramref name="ids"/> say it.</param>
    /// <param name="cancellationToken">Gives up while still queued.</param>
    public async Task<Acknowledged> Acknowledge(
        string agent, IReadOnlyList<string>? ids, string? upTo, CancellationToken cancellationToken = default)
    {
        if (ids is null == upTo is null)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "Pass either ids or upTo.",
                "ids: the messages you have dealt with; upTo: the cursor of read_inbox, for everything up to it.");
        if (ids?.Count is 0 or > MostIds)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"ids must name 1 to {MostIds} messages, not {ids.Count}.", "For more, use upTo with an inbox cursor.");
        string epoch = await databases.Central.Epoch(cancellationToken);
        return await databases.Central.Write(c =>
        {
            AgentRef reader = agents.Identify(c, agent);
            long changed = ids is null ? AcknowledgeUpTo(c, reader, Cursor.Parse(upTo!, ListOf(reader), epoch).Seq) : ids.Distinct().Sum(id => AcknowledgeOne(c, reader, id));
            return new Acknowledged { Agent = reader.Name, Changed = changed, Unread = Counts(c, reader).Unread };
        }, cancellationToken);
    }

    /// <summary>How many messages the agent has not acknowledged, and has ever been sent: one of them differs whenever the inbox does.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c></exception>
    public Task<(long Unread, long Total)> Count(string agent, CancellationToken cancellationToken = default) => databases.Central.Read(c =>
    {
        InboxCount counts = Counts(c, agents.Identify(c, agent));
        return (counts.Unread, counts.Total);
    }, cancellationToken);

    /// <summary>How much unread mail the agent has, and from whom; null when there is none or no such agent.</summary>
    public Task<UnreadHint?> FindUnread(string agent, CancellationToken cancellationToken = default) => databases.Central.Read(c =>
    {
        List<SenderCount> senders = c.Query<SenderCount>("""
            SELECT f.name, i.unread AS count FROM inbox_counts i JOIN agents t ON t.seq = i.to_seq JOIN agents f ON f.seq = i.from_seq
            WHERE (t.name_key = @Key OR t.id = @Agent) AND i.unread > 0 ORDER BY i.unread DESC, f.name
            """, new { Key = agent.ToLowerInvariant(), Agent = agent });
        return senders.Count == 0 ? null : new UnreadHint { Count = senders.Sum(s => s.Count), From = [.. senders.Take(10).Select(s => s.Name)] };
    }, cancellationToken);

    internal static void CountNew(Connection c, long to, long from) => c.Execute("""
        INSERT INTO inbox_counts (to_seq, from_seq, unread, total) VALUES (@To, @From, 1, 1)
        ON CONFLICT (to_seq, from_seq) DO UPDATE SET unread = inbox_counts.unread + 1, total = inbox_counts.total + 1
        """, new { To = to, From = from });

    private static Inbox Read(Connection c, AgentRef agent, int limit, long after, string epoch)
    {
        List<Message> messages = c.Query<Message>($"""
            SELECT {MessageStore.Columns} FROM {MessageStore.Tables}
            WHERE m.to_seq = @Agent AND m.processed_at IS NULL AND m.seq > @After ORDER BY m.seq LIMIT @Limit
            """, new { Agent = agent.Seq, After = after, Limit = limit + 1 });
        bool hasMore = Paging.CutToPage(messages, limit);
        InboxCount counts = Counts(c, agent);
        return new()
        {
            Agent = agent.Name,
            Messages = messages,
            Unread = counts.Unread,
            Total = counts.Total,
            HasMore = hasMore,
            Cursor = new Cursor(ListOf(agent), epoch, messages.Count > 0 ? messages[^1].Seq : after).ToString(),
        };
    }

    /// <summary>A cursor of another agent's inbox would skip older mail without a word.</summary>
    private static string ListOf(AgentRef agent) => $"inbox/{agent.Seq}";

    private static InboxCount Counts(Connection c, AgentRef agent) => c.First<InboxCount>(
        "SELECT CAST(COALESCE(sum(unread), 0) AS BIGINT) AS unread, CAST(COALESCE(sum(total), 0) AS BIGINT) AS total FROM inbox_counts WHERE to_seq = @Agent",
        new { Agent = agent.Seq })!;

    private long AcknowledgeUpTo(Connection c, AgentRef reader, long last)
    {
        List<SenderSeq> senders = c.Query<SenderSeq>("""
            SELECT from_seq, count(*) AS count FROM messages WHERE to_seq = @To AND processed_at IS NULL AND seq <= @Last GROUP BY from_seq
            """, new { To = reader.Seq, Last = last });
        c.Execute("UPDATE messages SET processed_at = @Now WHERE to_seq = @To AND processed_at IS NULL AND seq <= @Last",
            new { Now = c.Time.Now, To = reader.Seq, Last = last });
        foreach (SenderSeq sender in senders)
            CountRead(c, reader.Seq, sender.FromSeq, sender.Count);
        return senders.Sum(sender => sender.Count);
    }

    private long AcknowledgeOne(Connection c, AgentRef reader, string id)
    {
        Addressee found = c.First<Addressee>("SELECT seq, from_seq, to_seq FROM messages WHERE id = @Id", new { Id = id })
            ?? throw new AgentCraftException(ErrorCodes.NotFound, $"No message '{Text.Shown(id)}'; nothing was acknowledged.", "Use ids that read_inbox returned.");
        if (found.ToSeq != reader.Seq)
            throw new AgentCraftException(ErrorCodes.NotAllowed, $"Message '{id}' is not addressed to '{reader.Name}'; nothing was acknowledged.",
                "Only the recipient can acknowledge. Use ids that read_inbox returned for this agent.");
        int changed = c.Execute("UPDATE messages SET processed_at = @Now WHERE seq = @Seq AND processed_at IS NULL",
            new { Now = c.Time.Now, found.Seq });
        if (changed > 0)
            CountRead(c, reader.Seq, found.FromSeq, changed);
        return changed;
    }

    private static void CountRead(Connection c, long to, long from, long count) => c.Execute(
        "UPDATE inbox_counts SET unread = unread - @Count WHERE to_seq = @To AND from_seq = @From", new { Count = count, To = to, From = from });

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private sealed class InboxCount
    {
        public long Unread { get; init; }
        public long Total { get; init; }
    }

    private sealed class SenderCount
    {
        public string Name { get; init; } = "";
        public long Count { get; init; }
    }

    private sealed class SenderSeq
    {
        public long FromSeq { get; init; }
        public long Count { get; init; }
    }

    private sealed class Addressee
    {
        public long Seq { get; init; }
        public long FromSeq { get; init; }
        public long ToSeq { get; init; }
    }
}
