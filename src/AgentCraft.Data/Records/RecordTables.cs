using System.Text.Json.Serialization;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Schemas;

namespace AgentCraft.Data.Records;

/// <summary>The tables of an agent's type, as the agent may use them; what every agent has, and what we keep for ourselves, are not among them.</summary>
public sealed class RecordTables(Databases databases, OwnFiles files)
{
    private const string Folder = "agents/";

    /// <summary>Filled in by us.</summary>
    internal static readonly string[] Managed = ["seq", "id", "agent_id", "session_id", "created_at", "updated_at"];

    /// <summary>All tables of the agent's type, or one of them.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c>, <c>invalid_configuration</c></exception>
    public async Task<DescribedRecords> Describe(string agent, string? table, CancellationToken cancellationToken = default)
    {
        AgentRef owner = await files.FindReader(agent, null, cancellationToken);
        MigrationSet set = databases.SchemaOf(owner.Type);
        return new()
        {
            Agent = owner.Name,
            Type = owner.Type,
            Description = databases.Types.Find(owner.Type)?.Description,
            Schema = set.Name[Folder.Length..],
            Tables = [.. (table is null ? Of(set) : [Get(owner, table)]).Select(Describe)],
        };
    }

    /// <summary>The type whose schema the agent has.</summary>
    internal string SchemaOf(AgentRef owner) => databases.SchemaOf(owner.Type).Name[Folder.Length..];

    /// <summary>The table of that name.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> with the nearest names</exception>
    internal TableDefinition Get(AgentRef owner, string name)
    {
        List<TableDefinition> tables = [.. Of(databases.SchemaOf(owner.Type))];
        return tables.Find(table => table.Name == name) ?? throw new AgentCraftException(ErrorCodes.NotFound,
            $"'{Text.Shown(name, 60)}' is no table of agents of the type '{Text.Shown(owner.Type, 40)}'.",
            $"{Text.DidYouMean(name, tables.Select(table => table.Name))}describe_records shows their tables and columns.");
    }

    private static IEnumerable<TableDefinition> Of(MigrationSet set) =>
        set.Tables.Where(table => table.Find("agent_id") is not null && table.Find("id") is not null && table.Find("seq") is not null);

    private static DescribedTable Describe(TableDefinition table) => new()
    {
        Name = table.Name,
        Columns = [.. table.Columns.Where(column => column.Name != "agent_id").Select(column => new DescribedColumn
        {
            Name = column.Name,
            Type = column.Kind == ColumnKind.Json && column.Default is "[]" ? RecordType.JsonList : Enum.Parse<RecordType>(column.Kind.ToString()),
            Required = column.NotNull && column.Default is null && !Managed.Contains(column.Name) ? true : null,
            Default = column.Default,
            Values = column.Values.Count == 0 ? null : column.Values,
            References = column.References,
            Managed = Managed.Contains(column.Name) ? true : null,
        })],
    };
}

/// <summary>What an agent's type keeps.</summary>
public sealed record DescribedRecords
{
    /// <summary>Who asks.</summary>
    public required string Agent { get; init; }
    /// <summary>Its type.</summary>
    public required string Type { get; init; }
    /// <summary>What such agents do, where a file says so.</summary>
    public string? Description { get; init; }
    /// <summary>The type whose schema it has; <c>default</c> when its own has none.</summary>
    public required string Schema { get; init; }
    /// <summary>Its tables.</summary>
    public required IReadOnlyList<DescribedTable> Tables { get; init; }
}

/// <summary>A table.</summary>
public sealed record DescribedTable
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }
    /// <summary>Its columns.</summary>
    public required IReadOnlyList<DescribedColumn> Columns { get; init; }
}

/// <summary>A column.</summary>
public sealed record DescribedColumn
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }
    /// <summary>What it takes: json any JSON object or list, json_list a list; time ISO 8601; integer also true and false, as 1 and 0.</summary>
    public RecordType Type { get; init; }
    /// <summary>True when a new record must have it.</summary>
    public bool? Required { get; init; }
    /// <summary>What a new record has without it.</summary>
    public string? Default { get; init; }
    /// <summary>The only values that it takes.</summary>
    public IReadOnlyList<string>? Values { get; init; }
    /// <summary>The table of your own whose ids it takes.</summary>
    public string? References { get; init; }
    /// <summary>True when the server fills it in.</summary>
    public bool? Managed { get; init; }
}

/// <summary>What a column takes.</summary>
[JsonConverter(typeof(SnakeCaseEnum<RecordType>))]
public enum RecordType
{
    /// <summary>Text.</summary>
    Text,
    /// <summary>Whole numbers.</summary>
    Integer,
    /// <summary>Numbers.</summary>
    Real,
    /// <summary>A JSON object or list.</summary>
    Json,
    /// <summary>A JSON list.</summary>
    JsonList,
    /// <summary>ISO 8601.</summary>
    Time,
}
