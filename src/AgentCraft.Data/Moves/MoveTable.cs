using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Schemas;

namespace AgentCraft.Data.Moves;

/// <summary>A table that is moved: every one but the ledger of migrations, which each engine has of its own, and search indexes, which are made again.</summary>
internal sealed record MoveTable(string Name, IReadOnlyList<MoveColumn> Columns)
{
    /// <summary>The one whose rows say what the store itself is.</summary>
    public const string Info = "store_info";

    /// <summary>The one whose rows name whose file they would be in, where agents share it.</summary>
    public const string Keys = "idempotency_keys";

    /// <summary>With commas between.</summary>
    public string ColumnNames { get; } = string.Join(", ", Columns.Select(column => column.Name));

    /// <summary>The tables of these sets, in the order in which they are made.</summary>
    public static IReadOnlyList<MoveTable> Of(IEnumerable<MigrationSet> sets) =>
        [.. sets.SelectMany(set => set.Tables).DistinctBy(table => table.Name).Where(table => IsMoved(table.Name)).Select(Of)];

    /// <summary>False for what the target makes by itself.</summary>
    public static bool IsMoved(string table) => !table.StartsWith("search_", StringComparison.Ordinal) && !table.StartsWith('_') && !table.StartsWith("sqlite_", StringComparison.Ordinal);

    private static MoveTable Of(TableDefinition table) => new(table.Name, [.. table.Columns.OrderBy(column => column.Name != "seq").Select(column => new MoveColumn(column))]);
}

/// <summary>One of its columns; <c>seq</c> is the first.</summary>
internal sealed class MoveColumn(ColumnDefinition definition)
{
    public string Name { get; } = definition.Name;

    /// <summary>long, double or string.</summary>
    public Type Type { get; } = definition.Type switch { "INTEGER" or "INTEGER PRIMARY KEY AUTOINCREMENT" => typeof(long), "REAL" => typeof(double), _ => typeof(string) };

    /// <summary>It holds the number of a row of the same database: its own, or the one that it refers to.</summary>
    public bool IsNumber { get; } = definition.Name == "seq" || (definition.References is not null && definition.ReferencedColumn == "seq");
}

/// <summary>What would be one file: the central tables, or what one agent has.</summary>
/// <param name="Owner">The agent's name; null for central.</param>
/// <param name="Sets">The schemas that it has.</param>
internal sealed record MovePart(string? Owner, IReadOnlyList<MigrationSet> Sets)
{
    /// <summary>Its tables.</summary>
    public IReadOnlyList<MoveTable> Tables { get; } = Owner is null ? MoveTable.Of(Sets) : [.. MoveTable.Of(Sets).Where(table => table.Name != MoveTable.Info)];

    /// <summary>What the journal, and statements on a database server, call it.</summary>
    public string Key => Owner?.ToLowerInvariant() ?? "";

    /// <summary>For people.</summary>
    public string Shown => Owner is null ? "the central tables" : $"agent {Owner}";
}
