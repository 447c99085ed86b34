using AgentCraft.Data.Storage;

namespace AgentCraft.Data.History;

/// <summary>
/// The tables <c>history_totals</c> and <c>history_usage</c>: sums by session and role, kept in the transaction that appends or deletes, so
/// that a summary of any number of entries reads a few rows.
/// </summary>
internal static class HistoryTotals
{
    /// <summary>Stands for every session, and for every role.</summary>
    public const string All = "*";

    /// <summary>Adds what is appended to one session.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c> when the cost of all would be too large to be kept</exception>
    public static void Add(Connection c, string agentId, string? sessionId, IReadOnlyList<NewHistoryEntry> entries)
    {
        CheckCost(c, agentId, entries);
        foreach (string session in new[] { All, sessionId ?? "" })
        {
            Add(c, agentId, session, All, entries);
            foreach (IGrouping<HistoryRole, NewHistoryEntry> role in entries.GroupBy(entry => entry.Role))
                Add(c, agentId, session, SnakeCase.Of(role.Key), [.. role]);
            foreach (var used in entries.SelectMany(entry => entry.Usage ?? new Dictionary<string, long>()).GroupBy(used => used.Key))
                AddUsage(c, agentId, session, used.Key, used.Sum(x => x.Value));
        }
    }

    /// <summary>Takes away what was deleted, and says anew when the first of the rest was.</summary>
    public static void Subtract(Connection c, string agentId, IEnumerable<DeletedEntries> deleted)
    {
        foreach (DeletedEntries gone in deleted)
            foreach ((string session, string role) in new[] { (gone.SessionId, gone.Role), (gone.SessionId, All), (All, gone.Role), (All, All) })
                Subtract(c, agentId, session, role, gone);
        c.Execute("DELETE FROM history_totals WHERE agent_id = @Agent AND entries = 0", new { Agent = agentId });
        c.Execute("DELETE FROM history_usage WHERE agent_id = @Agent AND tokens = 0", new { Agent = agentId });
    }

    private static void Subtract(Connection c, string agentId, string sessionId, string role, DeletedEntries gone)
    {
        string ofSession = sessionId switch { All => "", "" => " AND h.session_id IS NULL", _ => " AND h.session_id = @Session" };
        string ofRole = role == All ? "" : " AND h.role = @Role";
        c.Execute($"""
            UPDATE history_totals SET entries = entries - @Entries, cost = cost - @Cost, first_at = COALESCE((
                SELECT h.created_at FROM agent_history h WHERE h.agent_id = @Agent{ofSession}{ofRole} ORDER BY h.seq LIMIT 1), first_at)
            WHERE agent_id = @Agent AND session_id = @Session AND role = @Role
            """, new { Agent = agentId, Session = sessionId, Role = role, gone.Entries, gone.Cost });
    }

    /// <summary>Adds to, or takes from, what was used.</summary>
    public static void AddUsage(Connection c, string agentId, string sessionId, string name, long tokens) => c.Execute("""
        INSERT INTO history_usage (agent_id, session_id, name, tokens) VALUES (@Agent, @Session, @Name, @Tokens)
        ON CONFLICT (agent_id, session_id, name) DO UPDATE SET tokens = history_usage.tokens + excluded.tokens
        """, new { Agent = agentId, Session = sessionId, Name = name, Tokens = tokens });

    private static void Add(Connection c, string agentId, string sessionId, string role, IReadOnlyList<NewHistoryEntry> entries) => c.Execute("""
        INSERT INTO history_totals (agent_id, session_id, role, entries, cost, first_at, last_at)
        VALUES (@Agent, @Session, @Role, @Entries, @Cost, @Now, @Now)
        ON CONFLICT (agent_id, session_id, role) DO UPDATE
        SET entries = history_totals.entries + excluded.entries, cost = history_totals.cost + excluded.cost, last_at = excluded.last_at
        """,
        new { Agent = agentId, Session = sessionId, Role = role, Entries = (long)entries.Count, Cost = entries.Sum(entry => entry.Cost), c.Time.Now });

    private static void CheckCost(Connection c, string agentId, IReadOnlyList<NewHistoryEntry> entries)
    {
        long kept = c.First<long>("SELECT cost FROM history_totals WHERE agent_id = @Agent AND session_id = '*' AND role = '*'", new { Agent = agentId });
        decimal sum = kept + entries.Sum(entry => (decimal)entry.Cost);
        if (sum > long.MaxValue)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "The total cost would be too large to be kept; nothing was appended.",
                $"A total of costs can be at most {Dollars.ToText(long.MaxValue)} dollars.");
    }
}

/// <summary>Entries of one session and role that were deleted.</summary>
internal sealed class DeletedEntries
{
    public string SessionId { get; init; } = "";
    public string Role { get; init; } = "";
    public long Entries { get; init; }
    public long Cost { get; init; }
}
