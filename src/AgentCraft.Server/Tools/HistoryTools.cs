using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.History;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Search;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>What an agent and its model said to each other.</summary>
internal sealed partial class HistoryTools(Stores stores)
{
    /// <summary>Keeps what you and your model said, for later contexts: one entry, or several with entries. Totals change by add_agent_usage
    /// only.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="role">Who said it</param>
    /// <param name="content">Text, up to 1 MiB</param>
    /// <param name="toolCalls">As your model has them</param>
    /// <param name="toolResults">Likewise</param>
    /// <param name="usage">{input, output, …}</param>
    /// <param name="costUsd">Dollars, to 9 decimals</param>
    /// <param name="entries">Or up to 100 of these</param>
    /// <param name="session">Default: current</param>
    /// <param name="idempotencyKey">Same key: once</param>
    [McpServerTool(Name = "append_history", Title = "Append history", Destructive = false, Idempotent = false, OpenWorld = false)]
    [Toolset(ToolsetAttribute.History)]
    public partial Task<AppendedHistory> AppendHistory(
        ToolCall call, string? agent = null, HistoryRole? role = null, string? content = null, JsonElement[]? toolCalls = null, JsonElement[]? toolResults = null,
        Dictionary<string, int>? usage = null, DollarAmount? costUsd = null, HistoryWish[]? entries = null, string? session = null,
        string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        bool saysOne = content is not null || toolCalls is not null || toolResults is not null || usage is not null || costUsd is not null;
        if (role is null ? entries is null || saysOne : entries is not null)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "Pass either role with what was said, or entries.",
                "For example role: \"assistant\", content: \"…\"; or entries: [{\"role\": \"user\", \"content\": \"…\"}].");
        HistoryWish[] wishes = entries
            ?? [new() { Role = role!.Value, Content = content, ToolCalls = toolCalls, ToolResults = toolResults, Usage = usage, CostUsd = costUsd }];
        return stores.History.Append(new() { Agent = call.Me(agent), Entries = [.. wishes.Select(wish => wish.Entry())], Session = session },
            idempotencyKey, cancellationToken);
    }

    /// <summary>Reads your own history, newest first, whole entries.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="id">One entry</param>
    /// <param name="session">Of this session</param>
    /// <param name="role">This role</param>
    /// <param name="hasToolCalls">With tool calls, or without</param>
    /// <param name="since">ISO 8601</param>
    /// <param name="until">Before</param>
    /// <param name="order">Default desc</param>
    /// <param name="limit">Default 20</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "get_history", Title = "Get history", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.History)]
    public partial Task<HistoryPage> GetHistory(
        ToolCall call, string? agent = null, string? id = null, string? session = null, HistoryRole? role = null, bool? hasToolCalls = null,
        string? since = null, string? until = null, ListOrder? order = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.History.List(new()
        {
            Agent = call.Me(agent), Id = id, Session = session, Role = role, HasToolCalls = hasToolCalls, Range = TimeRange.Parse(since, until),
            Order = order ?? ListOrder.Desc, Limit = Paging.Limit(limit), Cursor = cursor,
        }, cancellationToken);

    /// <summary>Finds words in your own history, tool calls and results too: all must occur. Returns excerpts with the places of the
    /// matches.</summary>
    /// <param name="query">Words, "a phrase", prefix*</param>
    /// <param name="agent">Your name</param>
    /// <param name="session">Of this session</param>
    /// <param name="role">This role</param>
    /// <param name="since">ISO 8601</param>
    /// <param name="until">Before</param>
    /// <param name="order">rank: best of newest 200</param>
    /// <param name="limit">Default 20</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "search_history", Title = "Search history", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.History)]
    public partial Task<HistoryHitPage> SearchHistory(
        ToolCall call, string query, string? agent = null, string? session = null, HistoryRole? role = null, string? since = null, string? until = null,
        SearchOrder? order = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.HistorySearch.Find(
            new() { Agent = call.Me(agent), Query = query, Session = session, Role = role, Range = TimeRange.Parse(since, until) },
            new() { Order = order ?? SearchOrder.Desc, Limit = Paging.Limit(limit), Cursor = cursor }, cancellationToken);

    /// <summary>Sums up your own history: entries, tokens by kind, exact cost, by role and by session.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="session">This session</param>
    /// <param name="limit">Default 20</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "summarize_history", Title = "Summarize history", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.History)]
    public partial Task<HistorySummary> SummarizeHistory(
        ToolCall call, string? agent = null, string? session = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.HistorySums.Get(call.Me(agent), session, Paging.Limit(limit), cursor, cancellationToken);
}
