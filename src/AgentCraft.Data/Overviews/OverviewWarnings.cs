using System.Globalization;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Overviews;

/// <summary>What somebody should look at, in sentences.</summary>
internal static class OverviewWarnings
{
    private const int MostNamed = 5;
    private const int MostCounted = 1000;

    // Unread mail may be a million messages, and no index knows which of them are urgent.
    private const string Urgent = """
        SELECT DISTINCT t.name FROM messages m JOIN agents t ON t.seq = m.to_seq
        WHERE m.processed_at IS NULL AND m.importance = 'urgent' ORDER BY t.name
        """;

    private const string UrgentAmongNewest = """
        SELECT t.name FROM (SELECT DISTINCT to_seq FROM inbox_counts WHERE unread > 0 LIMIT 200) i JOIN agents t ON t.seq = i.to_seq
        WHERE EXISTS (SELECT 1 FROM (SELECT m.importance FROM messages m WHERE m.to_seq = i.to_seq AND m.processed_at IS NULL ORDER BY m.seq DESC LIMIT 100) u
                      WHERE u.importance = 'urgent')
        ORDER BY t.name
        """;

    /// <summary>The sentences.</summary>
    /// <param name="c">The running transaction.</param>
    /// <param name="liveSince">Who was heard from later is live.</param>
    /// <param name="isQuick">Of unread mail look at the newest 100 messages of each agent only, of at most 200 agents.</param>
    public static IEnumerable<string> Of(Connection c, DateTimeOffset liveSince, bool isQuick = false)
    {
        if (Names(c, "SELECT name FROM agents WHERE status IN ('active', 'busy') AND (last_heartbeat_at IS NULL OR last_heartbeat_at <= @LiveSince) ORDER BY seq", liveSince) is { } silent)
            yield return $"Not heard from for longer than agents count as live, and never signed off: {silent}.";
        if (Names(c, isQuick ? UrgentAmongNewest : Urgent, null) is { } urgent)
            yield return $"Urgent mail is unread by: {urgent}.";
        if (Names(c, """
            SELECT DISTINCT a.name FROM inbox_counts i JOIN agents a ON a.seq = i.to_seq
            WHERE i.unread > 0 AND NOT (a.status IN ('active', 'busy') AND a.last_heartbeat_at IS NOT NULL AND a.last_heartbeat_at > @LiveSince) ORDER BY a.name
            """, liveSince) is { } waiting)
            yield return $"Mail waits for agents that are not here: {waiting}.";
        if (Names(c, """
            SELECT t.id FROM tasks t LEFT JOIN agents a ON a.seq = t.agent_seq
            WHERE t.status = 'running' AND (a.seq IS NULL OR a.status NOT IN ('active', 'busy') OR a.last_heartbeat_at IS NULL OR a.last_heartbeat_at <= @LiveSince)
            ORDER BY t.seq
            """, liveSince) is { } abandoned)
            yield return $"Tasks run in nobody's hands, and can be claimed when their leases end: {abandoned}.";
    }

    private static string Others(int count) => count <= MostNamed ? ""
        : string.Create(CultureInfo.InvariantCulture, $" and {count - MostNamed}{(count == MostCounted ? " or more" : "")} others");

    private static string? Names(Connection c, string sql, DateTimeOffset? liveSince)
    {
        List<string> names = c.Query<string>($"{sql} LIMIT {MostCounted}", new { LiveSince = liveSince });
        return names.Count == 0 ? null : string.Join(", ", names.Take(MostNamed)) + Others(names.Count);
    }
}
