using AgentCraft.Data;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Metrics;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>What came of measuring.</summary>
internal sealed partial class MetricReportTools(Stores stores)
{
    /// <summary>Returns recorded values, newest first; with bucket, per stretch of time their count, min, max, mean, p50 and p95. list_metrics
    /// names what there is.</summary>
    /// <param name="names">1 to 10 metrics</param>
    /// <param name="agents">Up to 10, each on its own; default: all together</param>
    /// <param name="session">Of this session</param>
    /// <param name="since">From, ISO 8601</param>
    /// <param name="until">Before</param>
    /// <param name="bucket">Stretch of UTC time; all: one</param>
    /// <param name="order">desc: newest first</param>
    /// <param name="limit">Values or stretches: default 20, at most 200</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "query_metrics", Title = "Query metrics", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Metrics)]
    public partial Task<MetricSeries> QueryMetrics(
        string[] names, string[]? agents = null, string? session = null, string? since = null, string? until = null, BucketSize? bucket = null,
        ListOrder? order = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.MetricReports.Query(new()
        {
            Names = names,
            Agents = agents ?? [],
            Session = session,
            Range = TimeRange.Parse(since, until),
            Bucket = bucket,
            Order = order ?? ListOrder.Desc,
            Limit = Paging.Limit(limit),
            Cursor = cursor,
        }, cancellationToken);

    /// <summary>Lists the metrics that were recorded, each with unit, count and last value; query_metrics has the values.</summary>
    /// <param name="agent">This agent's</param>
    /// <param name="project">Only of this project's agents</param>
    /// <param name="limit">Default 20, max 200</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "list_metrics", Title = "List metrics", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Metrics)]
    public partial Task<MetricPage> ListMetrics(
        string? agent = null, string? project = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.MetricReports.List(new() { Agent = agent, Project = project, Limit = Paging.Limit(limit), Cursor = cursor }, cancellationToken);
}
