using AgentCraft.Data.Agents;
using AgentCraft.Data.Moves;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.History;

/// <summary>Reads the sums that <see cref="HistoryTotals"/> keeps.</summary>
public sealed class HistorySums(OwnFiles files)
{
    /// <summary>All of an agent's history, or that of one session, with one page of its sessions.</summary>
    public async Task<HistorySummary> Get(string agent, string? session, int limit, string? cursor, CancellationToken cancellationToken = default)
    {
        AgentRef owner = await files.FindReader(agent, session, cancellationToken);
        if (files.Existing(owner) is not { } file)
            return new() { Agent = owner.Name, Session = session, Usage = new Dictionary<string, long>(), Roles = [], Sessions = [] };
        string epoch = await file.Epoch(cancellationToken);
        string list = Paging.ListName("history_sessions", owner.Id);
        cursor = await FormerLives.Renew(file, cursor, countsRows: true, cancellationToken);
        long before = cursor is null ? long.MaxValue : Cursor.Parse(cursor, list, epoch).Seq;
        return await file.Read(c =>
        {
            List<TotalRow> sessions = session is null ? ListSessions(c, owner, before, limit + 1) : [];
            bool hasMore = Paging.CutToPage(sessions, limit);
            return Summary(c, owner, session) with
            {
                Sessions = [.. sessions.Select(row => Session(c, owner, row))],
                HasMore = hasMore,
                Cursor = sessions.Count == 0 ? cursor : new Cursor(list, epoch, sessions[^1].Seq).ToString(),
            };
        }, cancellationToken);
    }

    private static HistorySummary Summary(Connection c, AgentRef owner, string? session)
    {
        List<TotalRow> rows = c.Query<TotalRow>("""
            SELECT seq, session_id, role, entries, cost, first_at, last_at FROM history_totals WHERE agent_id = @Agent AND session_id = @Session ORDER BY role
            """, new { Agent = owner.Id, Session = session ?? HistoryTotals.All });
        TotalRow? all = rows.Find(row => row.Role == HistoryTotals.All);
        return new()
        {
            Agent = owner.Name,
            Session = session,
            Entries = all?.Entries ?? 0,
            CostUsd = Dollars.Of(all?.Cost ?? 0),
            Usage = Usage(c, owner, session ?? HistoryTotals.All),
            FirstAt = all?.FirstAt,
            LastAt = all?.LastAt,
            Roles = [.. rows.Where(row => row.Role != HistoryTotals.All)
                .Select(row => new RoleSum { Role = SnakeCase.Parse<HistoryRole>(row.Role), Entries = row.Entries, CostUsd = Dollars.Of(row.Cost) })],
            Sessions = [],
        };
    }

    private static List<TotalRow> ListSessions(Connection c, AgentRef owner, long before, int limit) => c.Query<TotalRow>("""
        SELECT seq, session_id, role, entries, cost, first_at, last_at FROM history_totals
        WHERE agent_id = @Agent AND role = '*' AND session_id <> '*' AND seq < @Before ORDER BY seq DESC LIMIT @Limit
        """, new { Agent = owner.Id, Before = before, Limit = limit });

    private static HistorySessionSum Session(Connection c, AgentRef owner, TotalRow row) => new()
    {
        Session = row.SessionId.Length == 0 ? null : row.SessionId,
        Entries = row.Entries,
        CostUsd = Dollars.Of(row.Cost),
        Usage = Usage(c, owner, row.SessionId),
        FirstAt = row.FirstAt,
        LastAt = row.LastAt,
    };

    private static Dictionary<string, long> Usage(Connection c, AgentRef owner, string session) => c.Query<UsageRow>(
        "SELECT name, tokens FROM history_usage WHERE agent_id = @Agent AND session_id = @Session ORDER BY name",
        new { Agent = owner.Id, Session = session }).ToDictionary(row => row.Name, row => row.Tokens);

    private sealed class TotalRow
    {
        public long Seq { get; init; }
        public string SessionId { get; init; } = "";
        public string Role { get; init; } = "";
        public long Entries { get; init; }
        public long Cost { get; init; }
        public DateTimeOffset FirstAt { get; init; }
        public DateTimeOffset LastAt { get; init; }
    }

    private sealed class UsageRow
    {
        public string Name { get; init; } = "";
        public long Tokens { get; init; }
    }
}
