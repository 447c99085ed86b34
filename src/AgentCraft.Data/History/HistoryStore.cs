using System.Text.Json;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Moves;
using AgentCraft.Data.Search;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.History;

/// <summary>The table <c>agent_history</c> in an agent's own file. Its costs are sums of their own: agents' totals grow by usage alone.</summary>
public sealed class HistoryStore(OwnFiles files, IdempotencyKeys keys, SearchIndex index)
{
    private const int MostCounted = 10_000;
    private const int DeletedAtOnce = 500;
    private const string OlderOnes = "agent_id = @Agent AND created_at < @Before AND (@Role IS NULL OR role = @Role)";

    internal const string Columns = "h.seq, h.id, h.role, h.content, h.tool_calls, h.tool_results, h.usage, h.cost, h.session_id AS session, h.created_at";

    /// <summary>Stores all entries or none.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c>, <c>invalid_argument</c>, <c>payload_too_large</c>, <c>secret_refused</c></exception>
    public async Task<AppendedHistory> Append(NewHistory history, string? idempotencyKey, CancellationToken cancellationToken = default)
    {
        history.Validated();
        IdempotencyKeys.Check(idempotencyKey);
        Owner owner = await files.Find(history.Agent, history.Session, cancellationToken);
        AppendedHistory appended = await files.Of(owner.Agent).Write(c =>
        {
            (AppendedHistory stored, bool replayed) = keys.Run(c, owner.Agent.Id, idempotencyKey, history,
                DataJson.Default.NewHistory, DataJson.Default.AppendedHistory, () => Append(c, owner, history.Entries));
            return stored with { Replayed = replayed };
        }, cancellationToken);
        index.Changed($"history of {owner.Agent.Id}", stopping => HistoryIndex.CatchUp(files.Of(owner.Agent), owner.Agent.Id, stopping));
        return appended;
    }

    /// <summary>One page of an agent's own history.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c>, <c>invalid_cursor</c></exception>
    public async Task<HistoryPage> List(HistoryFilter filter, CancellationToken cancellationToken = default)
    {
        AgentRef owner = await files.FindReader(filter.Agent, filter.Session, cancellationToken);
        if (files.Existing(owner) is not { } file)
            return new() { Agent = owner.Name, Entries = [], Total = 0 };
        string epoch = await file.Epoch(cancellationToken);
        string list = filter.ListName(owner.Id);
        long? after = await FormerLives.Renew(file, filter.Cursor, countsRows: true, cancellationToken) is { } text ? Cursor.Parse(text, list, epoch).Seq : null;
        return await file.Read(c =>
        {
            HistorySelection all = HistorySelection.Of(c, owner, filter);
            List<HistoryEntry> entries = List(c, all, filter, after);
            bool hasMore = Paging.CutToPage(entries, filter.Limit);
            return new HistoryPage
            {
                Agent = owner.Name,
                Entries = entries,
                Total = Count(c, all),
                HasMore = hasMore,
                Cursor = entries.Count == 0 ? filter.Cursor : new Cursor(list, epoch, entries[^1].Seq).ToString(),
            };
        }, cancellationToken);
    }

    /// <summary>Deletes what is older, and takes it out of the sums, by short transactions. Returns how many entries went.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="before">Than what.</param>
    /// <param name="role">Only of this role; null: of all.</param>
    /// <param name="cancellationToken">Gives up between two transactions.</param>
    internal async Task<long> Prune(AgentRef owner, DateTimeOffset before, string? role = null, CancellationToken cancellationToken = default)
    {
        long deleted = 0;
        if (files.Existing(owner) is { } file)
            for (int some = DeletedAtOnce; some == DeletedAtOnce; deleted += some)
                some = await file.Write(c => Prune(c, owner.Id, before, role), cancellationToken);
        return deleted;
    }

    /// <summary>How many would go.</summary>
    internal async Task<long> Count(AgentRef owner, DateTimeOffset before, string? role, CancellationToken cancellationToken = default) =>
        files.Existing(owner) is not { } file ? 0 : await file.ReadLong(c => c.First<long>(
            $"SELECT count(*) FROM agent_history WHERE {OlderOnes}", new { Agent = owner.Id, Before = before, Role = role }), cancellationToken);

    internal static HistoryEntry Read(HistoryRow row) => new()
    {
        Id = row.Id,
        Seq = row.Seq,
        Role = SnakeCase.Parse<HistoryRole>(row.Role),
        Content = row.Content,
        ToolCalls = Items(row.ToolCalls),
        ToolResults = Items(row.ToolResults),
        Usage = UsageOf(row.Usage),
        CostUsd = Dollars.Of(row.Cost),
        Session = row.Session,
        CreatedAt = row.CreatedAt,
    };

    private static AppendedHistory Append(Connection c, Owner owner, IReadOnlyList<NewHistoryEntry> entries)
    {
        HistoryTotals.Add(c, owner.Agent.Id, owner.SessionId, entries);
        List<(string Id, long Seq)> stored = [.. entries.Select(entry => Insert(c, owner, entry))];
        return new()
        {
            Agent = owner.Agent.Name,
            Ids = [.. stored.Select(entry => entry.Id)],
            Seq = stored[^1].Seq,
            Session = owner.SessionId,
            CostUsd = Dollars.Of(entries.Sum(entry => entry.Cost)),
            CreatedAt = c.Time.Now,
        };
    }

    private static (string, long) Insert(Connection c, Owner owner, NewHistoryEntry entry)
    {
        string id = Ids.New("history", c.Time.Now);
        long seq = c.First<long>("""
            INSERT INTO agent_history (id, agent_id, session_id, role, content, tool_calls, tool_results, usage, cost, created_at)
            VALUES (@Id, @Agent, @Session, @Role, @Content, @ToolCalls, @ToolResults, @Usage, @Cost, @Now)
            RETURNING seq
            """,
            new
            {
                Id = id,
                Agent = owner.Agent.Id,
                Session = owner.SessionId,
                entry.Role,
                entry.Content,
                ToolCalls = Json(entry.ToolCalls),
                ToolResults = Json(entry.ToolResults),
                Usage = entry.Usage is { Count: > 0 } ? JsonSerializer.Serialize(entry.Usage, DataJson.Default.IReadOnlyDictionaryStringInt64) : null,
                entry.Cost,
                c.Time.Now,
            });
        return (id, seq);
    }

    private static List<HistoryEntry> List(Connection c, HistorySelection all, HistoryFilter filter, long? after)
    {
        bool newestFirst = filter.Order == ListOrder.Desc;
        HistorySelection rest = after is not { } seq ? all : newestFirst ? all with { High = Math.Min(all.High, seq - 1) } : all with { Low = Math.Max(all.Low, seq + 1) };
        return [.. c.Query<HistoryRow>($"SELECT {Columns} FROM agent_history h WHERE {rest.Where} ORDER BY h.seq {(newestFirst ? "DESC" : "ASC")} LIMIT @Limit",
            rest with { Limit = filter.Limit + 1 }).Select(Read)];
    }

    private static long? Count(Connection c, HistorySelection all)
    {
        if (all.IsCounted)
            return c.First<long>("SELECT entries FROM history_totals WHERE agent_id = @Agent AND session_id = @Session AND role = @Role",
                new { all.Agent, Session = all.Session ?? HistoryTotals.All, Role = all.Role is { } role ? SnakeCase.Of(role) : HistoryTotals.All });
        long counted = c.First<long>($"SELECT count(*) FROM (SELECT 1 FROM agent_history h WHERE {all.Where} LIMIT @Limit) counted", all with { Limit = MostCounted + 1 });
        return counted > MostCounted ? null : counted;
    }

    private static int Prune(Connection c, string agentId, DateTimeOffset before, string? role)
    {
        List<HistoryRow> old = c.Query<HistoryRow>($"""
            SELECT seq, role, usage, cost, session_id AS session FROM agent_history
            WHERE {OlderOnes} ORDER BY created_at, seq LIMIT @Limit
            """, new { Agent = agentId, Before = before, Role = role, Limit = DeletedAtOnce });
        foreach (HistoryRow row in old)
        {
            c.Execute("DELETE FROM agent_history WHERE seq = @Seq", new { row.Seq });
            foreach ((string name, long tokens) in UsageOf(row.Usage) ?? new Dictionary<string, long>())
                foreach (string session in new[] { HistoryTotals.All, row.Session ?? "" })
                    HistoryTotals.AddUsage(c, agentId, session, name, -tokens);
        }
        HistoryTotals.Subtract(c, agentId, old.GroupBy(row => (Session: row.Session ?? "", row.Role))
            .Select(rows => new DeletedEntries { SessionId = rows.Key.Session, Role = rows.Key.Role, Entries = rows.Count(), Cost = rows.Sum(row => row.Cost) }));
        return old.Count;
    }

    private static string? Json(IReadOnlyList<JsonElement>? items) => items is { Count: > 0 } ? JsonSerializer.Serialize(items, DataJson.Default.IReadOnlyListJsonElement) : null;

    private static IReadOnlyList<JsonElement>? Items(string? json) => json is null ? null : JsonSerializer.Deserialize(json, DataJson.Default.IReadOnlyListJsonElement);

    private static IReadOnlyDictionary<string, long>? UsageOf(string? json) =>
        json is null ? null : JsonSerializer.Deserialize(json, DataJson.Default.IReadOnlyDictionaryStringInt64);
}

/// <summary>A row as it is stored.</summary>
internal sealed class HistoryRow
{
    public long Seq { get; init; }
    public string Id { get; init; } = "";
    public string Role { get; init; } = "";
    public string Content { get; init; } = "";
    public string? ToolCalls { get; init; }
    public string? ToolResults { get; init; }
    public string? Usage { get; init; }
    public long Cost { get; init; }
    public string? Session { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
