using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Schemas;

namespace AgentCraft.Data.Transfer;

/// <summary>A table as it travels: its columns without what each store makes anew, and what its rows are known by elsewhere.</summary>
internal sealed class TransferTable
{
    private readonly Dictionary<string, TransferColumn> _byName;
    private readonly Dictionary<string, int> _places;

    public TransferTable(TableDefinition definition)
    {
        Name = definition.Name;
        Columns = [.. definition.Columns.Where(column => column.Name != "seq" && !TransferRules.IsDerived(Name, column.Name)).Select(column => new TransferColumn(Name, column))];
        _byName = Columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        _places = Columns.Index().ToDictionary(column => column.Item.Name, column => column.Index, StringComparer.Ordinal);
        Uniques = [.. definition.Uniques.Where(unique => unique.All(_byName.ContainsKey))];
        Key = Uniques.FirstOrDefault(unique => unique is ["id"]) ?? Uniques.FirstOrDefault()
            ?? throw new InvalidOperationException($"Nothing tells the rows of {Name} apart in another store; give the table an id or a UNIQUE.");
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>What travels, in the table's order.</summary>
    public IReadOnlyList<TransferColumn> Columns { get; }

    /// <summary>The columns by which a row is known in every store.</summary>
    public IReadOnlyList<string> Key { get; }

    /// <summary>What no two rows may share, the key included.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Uniques { get; }

    /// <summary>Its rows say whose they are.</summary>
    public bool HasOwner => _byName.ContainsKey(TransferRules.Owner);

    /// <summary>The place of a column; -1 when none of that name travels.</summary>
    public int IndexOf(string column) => _places.GetValueOrDefault(column, -1);

    /// <summary>The column of that name; null when none travels.</summary>
    public TransferColumn? Find(string column) => _byName.GetValueOrDefault(column);
}

/// <summary>A column that travels.</summary>
internal sealed class TransferColumn(string table, ColumnDefinition definition)
{
    /// <summary>Its name.</summary>
    public string Name => definition.Name;

    /// <summary>It may be NULL.</summary>
    public bool IsNullable => !definition.NotNull;

    /// <summary>A row without a value for it gets one.</summary>
    public bool HasDefault => definition.Default is not null;

    /// <summary>The table whose rows it names by their number; null for one that holds a value.</summary>
    public string? Target { get; } = definition.References is { } target && definition.ReferencedColumn == "seq" ? target : TransferRules.TargetOf(table, definition.Name);

    /// <summary>Integer, real or text in the store.</summary>
    public Type Type { get; } = definition.Kind switch { ColumnKind.Integer => typeof(long), ColumnKind.Real => typeof(double), _ => typeof(string) };

    /// <summary>What it may hold, where the schema lists that; else empty.</summary>
    public IReadOnlyList<string> Values => definition.Values;

    /// <summary>What its text must be when it is read as JSON; null when it is not.</summary>
    public JsonShape? Json { get; } = TransferRules.JsonOf(table, definition.Name)
        ?? (definition.Kind != ColumnKind.Json ? null : definition.Default switch { "[]" => JsonShape.List, "{}" => JsonShape.Object, _ => JsonShape.Any });

    /// <summary>Its text is a time.</summary>
    public bool IsTime { get; } = definition.Kind == ColumnKind.Time || TransferRules.IsTime(definition.Name);
}

/// <summary>The tables of one database that travel, those referred to before those that refer.</summary>
internal sealed class TransferSchema
{
    private readonly Dictionary<string, TransferTable> _byName;

    private TransferSchema(IEnumerable<TableDefinition> tables)
    {
        Tables = Order([.. tables.Where(table => !TransferRules.IsLeftOut(table.Name)).DistinctBy(table => table.Name).Select(table => new TransferTable(table))]);
        _byName = Tables.ToDictionary(table => table.Name, StringComparer.Ordinal);
    }

    /// <summary>In the order in which they are written.</summary>
    public IReadOnlyList<TransferTable> Tables { get; }

    /// <summary>The table of that name; null when none travels.</summary>
    public TransferTable? Find(string table) => _byName.GetValueOrDefault(table);

    /// <summary>The table of that name, which must travel.</summary>
    public TransferTable Get(string table) => _byName[table];

    /// <summary>The central tables.</summary>
    public static TransferSchema OfCentral(string engine) => new(MigrationSet.Get("central", engine).Tables);

    /// <summary>What an agent has of its own: the tables of these sets whose rows say whose they are, or refer to such.</summary>
    public static TransferSchema OfAgent(IEnumerable<MigrationSet> sets) => new(sets.SelectMany(set => set.Tables).Where(table => table.Find(TransferRules.Owner) is not null));

    private static List<TransferTable> Order(List<TransferTable> tables)
    {
        List<TransferTable> ordered = [];
        while (tables.Count > 0)
        {
            TransferTable next = tables.Find(table => table.Columns.All(column => column.Target is not { } target || target == table.Name || !tables.Exists(other => other.Name == target)))
                ?? throw new InvalidOperationException($"Tables refer to each other in a circle: {string.Join(", ", tables.Select(table => table.Name))}.");
            ordered.Add(next);
            tables.Remove(next);
        }
        return ordered;
    }
}

/// <summary>What JSON in a column is.</summary>
internal enum JsonShape
{
    /// <summary>Whatever.</summary>
    Any,
    /// <summary>An object.</summary>
    Object,
    /// <summary>A list.</summary>
    List,
    /// <summary>A list of texts.</summary>
    Texts,
}
