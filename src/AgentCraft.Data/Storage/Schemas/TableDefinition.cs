namespace AgentCraft.Data.Storage.Schemas;

/// <summary>A table as its schema's text defines it.</summary>
/// <param name="Name">snake_case.</param>
/// <param name="Columns">In their order.</param>
internal sealed record TableDefinition(string Name, IReadOnlyList<ColumnDefinition> Columns)
{
    /// <summary>Columns whose values together no two rows share, in the order in which the schema says so.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Uniques { get; init; } = [];

    /// <summary>What a message can offer: whose a row is, is nobody's to choose.</summary>
    public IEnumerable<string> Choices => Columns.Select(column => column.Name).Where(name => name != "agent_id");

    /// <summary>The column of that name; null when there is none.</summary>
    public ColumnDefinition? Find(string column) => Columns.FirstOrDefault(c => c.Name == column);
}

/// <summary>What a column holds.</summary>
internal enum ColumnKind
{
    /// <summary>Text.</summary>
    Text,
    /// <summary>Whole numbers; 0 and 1 where it means no and yes.</summary>
    Integer,
    /// <summary>Numbers.</summary>
    Real,
    /// <summary>Text that is JSON.</summary>
    Json,
    /// <summary>Text that is a time.</summary>
    Time,
}

/// <summary>A column.</summary>
internal sealed record ColumnDefinition
{
    public required string Name { get; init; }
    /// <summary>As the schema spells it.</summary>
    public required string Type { get; init; }
    public bool NotNull { get; init; }
    /// <summary>A literal's value; null when there is none.</summary>
    public string? Default { get; init; }
    /// <summary>What a CHECK … IN allows; empty for anything.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];
    /// <summary>The table that it refers to.</summary>
    public string? References { get; init; }
    /// <summary>Which column there: <c>seq</c> unless the schema says otherwise.</summary>
    public string ReferencedColumn { get; init; } = "seq";

    /// <summary>
    /// TEXT is JSON when its default is an empty list or object, or its name is <c>data</c> or ends in <c>_data</c> or <c>_json</c>; it is a
    /// time when its name ends in <c>_at</c>.
    /// </summary>
    public ColumnKind Kind => Type switch
    {
        "INTEGER" => ColumnKind.Integer,
        "REAL" => ColumnKind.Real,
        _ when Default is "[]" or "{}" || Name == "data" || Name.EndsWith("_data", StringComparison.Ordinal) || Name.EndsWith("_json", StringComparison.Ordinal) => ColumnKind.Json,
        _ when Name.EndsWith("_at", StringComparison.Ordinal) => ColumnKind.Time,
        _ => ColumnKind.Text,
    };
}
