using System.Text.Json.Serialization;

namespace AgentCraft.Data.Maintenance;

/// <summary>What keeps a store fit.</summary>
[JsonConverter(typeof(SnakeCaseEnum<MaintenanceTask>))]
public enum MaintenanceTask
{
    /// <summary>Archive sessions that ended long ago.</summary>
    Archive,
    /// <summary>Delete what the settings <c>maintenance.keep…Days</c> no longer keep.</summary>
    Prune,
    /// <summary>Forget idempotency keys that have expired.</summary>
    Keys,
    /// <summary>Let SQLite look how its tables are filled.</summary>
    Optimize,
    /// <summary>Give free pages back to the disk.</summary>
    Vacuum,
    /// <summary>Empty the logs.</summary>
    Checkpoint,
}

/// <summary>What is to be done.</summary>
public sealed record MaintenanceWish
{
    /// <summary>Who wants it, by name or id; null for the server itself.</summary>
    public string? By { get; init; }
    /// <summary>What; null or empty for everything.</summary>
    public IReadOnlyList<MaintenanceTask>? Tasks { get; init; }
    /// <summary>Days after its end that a session is archived; null for the setting.</summary>
    public int? ArchiveDays { get; init; }

    /// <summary>Checks everything that can be checked without the store.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c></exception>
    public MaintenanceWish Validated() => ArchiveDays is < 0 or > 36_500
        ? throw new AgentCraftException(ErrorCodes.InvalidArgument, $"archiveDays must be 0 to 36500, not {ArchiveDays}.", "0 archives every session that has ended.")
        : this;

    internal bool Has(MaintenanceTask task) => Tasks is not { Count: > 0 } tasks || tasks.Contains(task);
}

/// <summary>What was done.</summary>
public sealed record MaintenanceReport
{
    /// <summary>Sessions that were archived now.</summary>
    public long Archived { get; init; }
    /// <summary>Rows that were deleted because the settings keep them no longer, by kind.</summary>
    public IReadOnlyDictionary<string, long> Pruned { get; init; } = new Dictionary<string, long>();
    /// <summary>Expired idempotency keys that were forgotten.</summary>
    public long ExpiredKeys { get; init; }
    /// <summary>Files that were gone through: the central one and those of agents.</summary>
    public int Files { get; init; }
    /// <summary>Files about which SQLite has learnt how they are filled.</summary>
    public int Optimized { get; init; }
    /// <summary>Pages that were given back to the disk.</summary>
    public long FreedPages { get; init; }
    /// <summary>Files whose log was emptied; those that are in use just then are left to the next time.</summary>
    public int EmptiedLogs { get; init; }
    /// <summary>Files that could not be worked on, and why.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
    /// <summary>What does not apply here, and who does it instead.</summary>
    public string? Note { get; init; }

    internal bool ChangedRows => Archived + Pruned.Values.Sum() + ExpiredKeys + FreedPages > 0;
}
