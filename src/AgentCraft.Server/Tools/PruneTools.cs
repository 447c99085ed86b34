using AgentCraft.Data;
using AgentCraft.Data.Pruning;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>What is no longer needed.</summary>
internal sealed partial class PruneTools(Stores stores)
{
    /// <summary>Deletes history, events, outputs or metrics for good. Without confirm it changes nothing and says how many rows would go.</summary>
    /// <param name="kind">What</param>
    /// <param name="agent">Your name</param>
    /// <param name="filter">type: a type, role or metric's name</param>
    /// <param name="before">What is older, ISO 8601</param>
    /// <param name="confirm">true deletes</param>
    [McpServerTool(Name = "prune_records", Title = "Prune records", Destructive = true, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Admin)]
    public partial Task<PrunedRecords> PruneRecords(
        ToolCall call, RecordKind kind, string? agent = null, PruneFilter? filter = null, string? before = null, bool? confirm = null,
        CancellationToken cancellationToken = default) =>
        stores.Pruning.Prune(new()
        {
            Kind = kind, By = call.CallerIfKnown(agent), Filter = filter ?? new(), Before = TimeRange.ParseTime(before, nameof(before)),
        }, confirm ?? false, cancellationToken);
}
