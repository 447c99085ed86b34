using System.Text.Json;
using AgentCraft.Data.Activities;
using AgentCraft.Data.History;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Transfer;

/// <summary>Counts and sums of the rows that one transaction imports, kept in that same transaction as those who store such rows keep them.</summary>
internal sealed class DerivedRows
{
    private readonly Dictionary<(long To, long From), (long Unread, long Total)> _mail = [];
    private readonly Dictionary<(long Agent, string Name), (long Count, long Last)> _series = [];
    private readonly Dictionary<(string Session, string Role), Sum> _history = [];
    private readonly Dictionary<(string Session, string Name), long> _usage = [];

    /// <summary>Columns that do not travel, for a row that is to be made.</summary>
    public static IEnumerable<LooseValue> Columns(string table, IReadOnlyDictionary<string, object?> stored) => table switch
    {
        TransferRules.Messages => [new("conversation", MessageStore.ConversationOf((long)stored["from_seq"]!, (long)stored["to_seq"]!), typeof(long))],
        TransferRules.Documents => [new("version_seq", 0L, typeof(long))],
        _ => [],
    };

    /// <summary>A row was made.</summary>
    public void Add(Connection c, string table, long seq, IReadOnlyDictionary<string, object?> stored)
    {
        switch (table)
        {
            case TransferRules.Messages:
                var pair = ((long)stored["to_seq"]!, (long)stored["from_seq"]!);
                (long unread, long total) = _mail.GetValueOrDefault(pair);
                _mail[pair] = (unread + (stored["processed_at"] is null ? 1 : 0), total + 1);
                break;
            case TransferRules.Metrics:
                var series = ((long)stored["agent_seq"]!, (string)stored["name"]!);
                _series[series] = (_series.GetValueOrDefault(series).Count + 1, seq);
                break;
            case TransferRules.DocumentVersions:
                c.Execute("UPDATE documents SET version_seq = @Seq WHERE seq = @Document", new { Seq = seq, Document = (long)stored["document_seq"]! });
                break;
            case TransferRules.History:
                AddHistory(stored);
                break;
        }
    }

    /// <summary>Stores what has come together.</summary>
    public void Store(Connection c, string? agentId)
    {
        foreach (((long to, long from), (long unread, long total)) in _mail)
            c.Execute("""
                INSERT INTO inbox_counts (to_seq, from_seq, unread, total) VALUES (@To, @From, @Unread, @Total)
                ON CONFLICT (to_seq, from_seq) DO UPDATE SET unread = inbox_counts.unread + excluded.unread, total = inbox_counts.total + excluded.total
                """, new { To = to, From = from, Unread = unread, Total = total });
        foreach (long to in _mail.Keys.Select(pair => pair.To).Distinct())
            c.PulseAfterCommit(c.First<string>("SELECT name FROM agents WHERE seq = @To", new { To = to })!);
        foreach (((long agent, string name), (long count, long last)) in _series)
            c.Execute("""
                INSERT INTO metric_series (agent_seq, name, count, last_seq) VALUES (@Agent, @Name, @Count, @Last)
                ON CONFLICT (agent_seq, name) DO UPDATE SET count = metric_series.count + excluded.count, last_seq = excluded.last_seq
                """, new { Agent = agent, Name = name, Count = count, Last = last });
        foreach (((string session, string role), Sum sum) in _history)
            c.Execute("""
                INSERT INTO history_totals (agent_id, session_id, role, entries, cost, first_at, last_at) VALUES (@Agent, @Session, @Role, @Entries, @Cost, @First, @Last)
                ON CONFLICT (agent_id, session_id, role) DO UPDATE
                SET entries = history_totals.entries + excluded.entries, cost = history_totals.cost + excluded.cost, last_at = excluded.last_at
                """, new { Agent = agentId, Session = session, Role = role, sum.Entries, sum.Cost, sum.First, sum.Last });
        foreach (((string session, string name), long tokens) in _usage)
            HistoryTotals.AddUsage(c, agentId!, session, name, tokens);
        if (agentId is null)
            c.PulseAfterCommit(ActivityLog.Signal);
    }

    private void AddHistory(IReadOnlyDictionary<string, object?> stored)
    {
        string at = (string)stored["created_at"]!;
        foreach (string session in new[] { HistoryTotals.All, (string?)stored["session_id"] ?? "" })
        {
            foreach (string role in new[] { HistoryTotals.All, (string)stored["role"]! })
            {
                Sum sum = _history.GetValueOrDefault((session, role)) ?? new(0, 0, at, at);
                _history[(session, role)] = sum with { Entries = sum.Entries + 1, Cost = sum.Cost + (long)(stored.GetValueOrDefault("cost") ?? 0L), Last = at };
            }
            foreach ((string name, long tokens) in Usage((string?)stored.GetValueOrDefault("usage")))
                _usage[(session, name)] = _usage.GetValueOrDefault((session, name)) + tokens;
        }
    }

    private static IEnumerable<(string, long)> Usage(string? json)
    {
        JsonElement usage = JsonElement.Parse(json ?? "{}");
        return usage.ValueKind != JsonValueKind.Object ? [] : usage.EnumerateObject().Where(used => used.Value.ValueKind == JsonValueKind.Number && used.Value.TryGetInt64(out _))
            .Select(used => (used.Name, used.Value.GetInt64()));
    }

    private sealed record Sum(long Entries, long Cost, string First, string Last);
}
