using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Records;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>What agents keep for themselves, in the tables of their type.</summary>
internal sealed partial class RecordTools(Stores stores)
{
    /// <summary>Keeps what you found out about a session, by kind: git_analysis, todo_analysis … Earlier ones stay.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="type">Its kind</param>
    /// <param name="data">Free form</param>
    /// <param name="session">Default: current</param>
    /// <param name="idempotencyKey">Same key: once</param>
    [McpServerTool(Name = "store_analysis", Title = "Store analysis", Destructive = false, Idempotent = false, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Records)]
    public partial Task<StoredAnalysis> StoreAnalysis(
        ToolCall call, string type, JsonElement data, string? agent = null, string? session = null, string? idempotencyKey = null,
        CancellationToken cancellationToken = default) =>
        stores.AnalysisLog.Append(new() { Agent = call.Me(agent), Type = type, Data = data, Session = session }, idempotencyKey, cancellationToken);

    /// <summary>Reads the newest analysis that you stored.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="type">Of this kind</param>
    /// <param name="session">Of this session</param>
    [McpServerTool(Name = "get_latest_analysis", Title = "Get latest analysis", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Records)]
    public partial Task<Analysis> GetLatestAnalysis(
        ToolCall call, string? agent = null, string? type = null, string? session = null, CancellationToken cancellationToken = default) =>
        stores.AnalysisLog.GetLatest(call.Me(agent), type, session, cancellationToken);

    /// <summary>Shows the tables of your agent type: columns, what they take, what a record must have. Read it before save_records.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="table">This one</param>
    [McpServerTool(Name = "describe_records", Title = "Describe records", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Records)]
    public partial Task<DescribedRecords> DescribeRecords(
        ToolCall call, string? agent = null, string? table = null, CancellationToken cancellationToken = default) =>
        stores.RecordTables.Describe(call.Me(agent), table, cancellationToken);

    /// <summary>Saves records of yours in a table of your agent type, all or none: new ones without id, changes with it.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="table">One of yours</param>
    /// <param name="records">Up to 100 {column: value}</param>
    /// <param name="session">Default: current</param>
    /// <param name="idempotencyKey">Same key: once</param>
    [McpServerTool(Name = "save_records", Title = "Save records", Destructive = false, Idempotent = false, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Records)]
    public partial Task<SavedRecords> SaveRecords(
        ToolCall call, string table, JsonElement[] records, string? agent = null, string? session = null, string? idempotencyKey = null,
        CancellationToken cancellationToken = default) =>
        stores.Records.Save(new() { Agent = call.Me(agent), Table = table, Records = records, Session = session }, idempotencyKey, cancellationToken);

    /// <summary>Finds records of yours in a table of your agent type, newest first.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="table">One of yours</param>
    /// <param name="where">{column: value} or {column: {op: value}}: eq, ne, lt, lte, gt, gte, like, contains, in, isNull</param>
    /// <param name="columns">These, and id</param>
    /// <param name="order">Default desc</param>
    /// <param name="limit">Default 20</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "query_records", Title = "Query records", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Records)]
    public partial Task<RecordPage> QueryRecords(
        ToolCall call, string table, string? agent = null, JsonElement? where = null, string[]? columns = null, ListOrder? order = null, int? limit = null,
        string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.RecordQuery.List(new()
        {
            Agent = call.Me(agent), Table = table, Where = where, Columns = columns, Order = order ?? ListOrder.Desc, Limit = Paging.Limit(limit), Cursor = cursor,
        }, cancellationToken);
}
