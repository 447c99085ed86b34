using System.Text.Json;
using AgentCraft.Data.History;

namespace AgentCraft.Server.Tools;

/// <summary>One entry of <c>append_history</c>.</summary>
internal sealed record HistoryWish
{
    public required HistoryRole Role { get; init; }
    public string? Content { get; init; }
    public JsonElement[]? ToolCalls { get; init; }
    public JsonElement[]? ToolResults { get; init; }
    public Dictionary<string, int>? Usage { get; init; }
    public DollarAmount? CostUsd { get; init; }

    /// <summary>The same for the store.</summary>
    public NewHistoryEntry Entry() => new()
    {
        Role = Role, Content = Content ?? "", ToolCalls = ToolCalls, ToolResults = ToolResults,
        Usage = Usage?.ToDictionary(used => used.Key, used => (long)used.Value), Cost = CostUsd?.Billionths("costUsd") ?? 0,
    };
}
