using AgentCraft.Data;
using AgentCraft.Data.Storage.Backups;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>What is kept against loss.</summary>
internal sealed partial class BackupTools(Stores stores)
{
    /// <summary>Backs up the whole store while others go on working. Restoring is for people: agentcraft backup restore.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="idempotencyKey">Repeat-safe key</param>
    /// <param name="confirm">true, with a token</param>
    [McpServerTool(Name = "create_backup", Title = "Create backup", Destructive = false, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Admin)]
    public partial Task<CreatedBackup> CreateBackup(ToolCall call, string? agent = null, string? idempotencyKey = null, bool? confirm = null, CancellationToken cancellationToken = default)
    {
        string? me = call.CallerIfKnown(agent);
        call.Confirmed(confirm, "may remove the oldest backup");
        return stores.Backups.Create(me, idempotencyKey, cancellationToken: cancellationToken);
    }

    /// <summary>Lists the backups, newest first, with what looks wrong about them.</summary>
    /// <param name="limit">Default 20, max 200</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "list_backups", Title = "List backups", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Admin)]
    public partial Task<BackupPage> ListBackups(int? limit = null, string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.Backups.List(Paging.Limit(limit), cursor, cancellationToken);
}
