using AgentCraft.Data;
using AgentCraft.Data.Maintenance;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>Whether the store is fit, and how it is kept so.</summary>
internal sealed partial class MaintenanceTools(Stores stores)
{
    /// <summary>Keeps the store fit now; servers do so by themselves at intervals. Returns what it did.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="tasks">Default all; prune deletes what settings no longer keep</param>
    /// <param name="archiveDays">Archive sessions that ended so long ago; default as set</param>
    /// <param name="confirm">true, with a token</param>
    [McpServerTool(Name = "run_maintenance", Title = "Run maintenance", Destructive = true, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Admin)]
    public partial Task<MaintenanceReport> RunMaintenance(
        ToolCall call, string? agent = null, MaintenanceTask[]? tasks = null, int? archiveDays = null, bool? confirm = null, CancellationToken cancellationToken = default)
    {
        string? me = call.CallerIfKnown(agent);
        call.Confirmed(confirm, "may delete what settings no longer keep");
        return stores.Maintenance.Run(new() { By = me, Tasks = tasks, ArchiveDays = archiveDays }, cancellationToken);
    }

    /// <summary>Checks that every page, index and reference of the store is whole; reads everything. Returns what is wrong, where.</summary>
    /// <param name="file">central, or an agent's name; default all</param>
    [McpServerTool(Name = "verify_database", Title = "Verify database", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Admin)]
    public partial Task<CheckedStore> VerifyDatabase(string? file = null, CancellationToken cancellationToken = default) => stores.Check.Verify(file, cancellationToken);

    /// <summary>Numbers of the store: engine, schema version, sizes of files and logs, free pages, rows, last maintenance.</summary>
    [McpServerTool(Name = "get_database_stats", Title = "Get database stats", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Admin)]
    public partial Task<StoreStats> GetDatabaseStats(CancellationToken cancellationToken = default) => stores.Statistics.Get(cancellationToken);
}
