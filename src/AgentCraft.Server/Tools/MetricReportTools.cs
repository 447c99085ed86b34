using AgentCraft.Data;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Metrics;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>What came of measuring.</summary>
internal sealed partial class MetricReportTools(Stores stores)
{
    /// <summary>Returns recorded values, newest first; with bucket, count, min, max, mean, p50 and p95 per stretch of time.</summary>
    /// <param name="names">1 to 10 metrics</param>
    /// <param name="agents">Up to 10; default: all together</param>
    /// <param name="session">Of this session</param>
    /// <param name="since">ISO 8601</param>
    /// <param name="until">Before</param>
    /// <param name="bucket">Stretch of UTC time; all: one</param>
    /// <param name="order">Default desc</param>
    /// <param name="limit">Default 20</param>
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

    /// <summary>Lists the metrics there are, each with unit, count and last value.</summary>
    /// <param name="agent">This agent's</param>
    /// <param name="project">Of this project's agents</param>
    /// <param name="limit">Default 20</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "list_metrics", Title = "List metrics", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Metrics)]
    public partial Task<MetricPage> ListMetrics(
        string? agent = null, string? project = null, int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.MetricReports.List(new() { Agent = agent, Project = project, Limit = Paging.Limit(limit), Cursor = cursor }, cancellationToken);
}
