using AgentCraft.Data;
using AgentCraft.Data.Metrics;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>What agents measure.</summary>
internal sealed partial class MetricTools(Stores stores)
{
    /// <summary>Records one value, or several at once with metrics, for later comparison: tests passed, response times, tokens.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="name">e.g. tests_passed</param>
    /// <param name="value">A number</param>
    /// <param name="unit">e.g. ms</param>
    /// <param name="metrics">Instead: a list of {name, value, unit}</param>
    /// <param name="session">Default: current</param>
    /// <param name="idempotencyKey">Same key: once</param>
    [McpServerTool(Name = "record_metric", Title = "Record metric", Destructive = false, Idempotent = false, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Core)]
    public partial Task<RecordedMetrics> RecordMetric(
        ToolCall call, string? agent = null, string? name = null, double? value = null, string? unit = null,
        MetricValue[]? metrics = null, string? session = null, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        bool isOne = name is not null && value is not null && metrics is null;
        bool isSeveral = metrics is not null && name is null && value is null && unit is null;
        if (!isOne && !isSeveral)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "Pass either name and value (and unit), or metrics.",
                "For example name: \"tests_passed\", value: 42; or metrics: [{\"name\": \"tests_passed\", \"value\": 42}].");
        IReadOnlyList<MetricValue> values = metrics ?? [new MetricValue { Name = name!, Value = value!.Value, Unit = unit }];
        return stores.Metrics.Append(new() { Agent = call.Me(agent), Values = values, Session = session }, idempotencyKey, cancellationToken);
    }
}
