using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Diagnosis.Checks;

/// <summary>A row that refers to one that is not there.</summary>
internal sealed record Orphan
{
    /// <summary>Its table.</summary>
    public string Table { get; init; } = "";
    /// <summary>Its number there; null in a table that has none.</summary>
    public long? RowId { get; init; }
    /// <summary>The table of what is not there.</summary>
    public string Parent { get; init; } = "";
    /// <summary>Which of its references.</summary>
    public long Fkid { get; init; }

    /// <summary>All of a file.</summary>
    public static List<Orphan> All(Connection c) => c.Query<Orphan>("PRAGMA foreign_key_check");
}
