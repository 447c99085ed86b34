using System.Text.Json;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Handovers;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Schemas;

namespace AgentCraft.Data.Records;

/// <summary>
/// Writes to the tables of an agent's type, whatever they are: names come from the schema, values are bound, and every row is the agent's
/// own. Hand-overs have rules and authors of their own, so their tables are written by their tools only.
/// </summary>
public sealed class RecordStore(OwnFiles files, RecordTables tables, IdempotencyKeys keys)
{
    /// <summary>Saves all records or none.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c>, <c>invalid_argument</c>, <c>not_allowed</c>, <c>invalid_configuration</c> …</exception>
    public async Task<SavedRecords> Save(NewRecords records, string? idempotencyKey, CancellationToken cancellationToken = default)
    {
        records.Validated();
        IdempotencyKeys.Check(idempotencyKey);
        Owner owner = await files.Find(records.Agent, records.Session, cancellationToken);
        TableDefinition table = tables.Get(owner.Agent, records.Table);
        if (tables.SchemaOf(owner.Agent) == HandoverSettings.AgentType)
            throw new AgentCraftException(ErrorCodes.NotAllowed, $"{table.Name} is written by the tools of hand-overs only.", "create_handover and update_handover write there; query_records reads.");
        List<RecordRow> rows = [.. records.Records.Select((record, i) => RecordRow.Of(table, record, $"records[{i}]"))];
        return await files.Of(owner.Agent).Write(c =>
        {
            (SavedRecords saved, bool replayed) = keys.Run(c, owner.Agent.Id, idempotencyKey, records,
                DataJson.Default.NewRecords, DataJson.Default.SavedRecords, () => Save(c, owner, table, rows));
            return saved with { Replayed = replayed };
        }, cancellationToken);
    }

    private static SavedRecords Save(Connection c, Owner owner, TableDefinition table, List<RecordRow> rows) => new()
    {
        Agent = owner.Agent.Name,
        Table = table.Name,
        Ids = [.. rows.Select(row => Save(c, owner, table, row))],
        Inserted = rows.Count(row => row.Id is null),
        Updated = rows.Count(row => row.Id is not null),
    };

    private static string Save(Connection c, Owner owner, TableDefinition table, RecordRow row)
    {
        CheckReferences(c, owner, table, row);
        try
        {
            return row.Id is null ? Insert(c, owner, table, row) : Update(c, owner, table, row, row.Id);
        }
        catch (Exception refused) when (c.Dialect.IsConstraint(refused))
        {
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"{row.Place} breaks a rule of the table {table.Name}; nothing was saved.",
                "It may be there already, or refer to what is not: describe_records shows what each column takes.", inner: refused);
        }
    }

    private static string Insert(Connection c, Owner owner, TableDefinition table, RecordRow row)
    {
        if (table.Columns.FirstOrDefault(column => column.NotNull && column.Default is null && !RecordTables.Managed.Contains(column.Name) && !row.Has(column.Name)) is { } missing)
            throw RecordValue.Invalid($"{row.Place}.{missing.Name}", "is missing");
        string id = Ids.New(table.Name, c.Time.Now), now = Times.ToText(c.Time.Now);
        List<LooseValue> values = [new("id", id, typeof(string)), new("agent_id", owner.Agent.Id, typeof(string))];
        AddIfThere(values, table, "session_id", owner.SessionId);
        AddIfThere(values, table, "created_at", now);
        AddIfThere(values, table, "updated_at", now);
        values.AddRange(row.Values);
        LooseCommand.Execute(c, $"INSERT INTO {table.Name} ({string.Join(", ", values.Select(v => v.Name))}) VALUES ({string.Join(", ", values.Select(v => "@" + v.Name))})", values);
        return id;
    }

    private static string Update(Connection c, Owner owner, TableDefinition table, RecordRow row, string id)
    {
        List<LooseValue> values = [.. row.Values];
        AddIfThere(values, table, "updated_at", Times.ToText(c.Time.Now));
        string set = values.Count == 0 ? "id = id" : string.Join(", ", values.Select(v => $"{v.Name} = @{v.Name}"));
        int changed = LooseCommand.Execute(c, $"UPDATE {table.Name} SET {set} WHERE id = @id AND agent_id = @agent_id",
            [.. values, new("id", id, typeof(string)), new("agent_id", owner.Agent.Id, typeof(string))]);
        return changed > 0 ? id : throw new AgentCraftException(ErrorCodes.NotFound, $"{row.Place}: you have no '{Text.Shown(id)}' in {table.Name}; nothing was saved.",
            "Leave id out for a new record; query_records shows the ids.");
    }

    /// <summary>What an agent refers to is its own; the engine alone would take another agent's where they share a table.</summary>
    private static void CheckReferences(Connection c, Owner owner, TableDefinition table, RecordRow row)
    {
        foreach (ColumnDefinition column in table.Columns.Where(column => column.References is not null && row.Find(column.Name) is string))
            if (c.First<long>($"SELECT count(*) FROM {column.References} WHERE id = @Id AND agent_id = @Agent", new { Id = (string)row.Find(column.Name)!, Agent = owner.Agent.Id }) == 0)
                throw new AgentCraftException(ErrorCodes.NotFound, $"{row.Place}.{column.Name}: you have no '{Text.Shown((string)row.Find(column.Name)!)}' in {column.References}; nothing was saved.",
                    $"save_records into {column.References} first; query_records shows the ids.");
    }

    private static void AddIfThere(List<LooseValue> values, TableDefinition table, string column, string? value)
    {
        if (table.Find(column) is not null)
            values.Add(new(column, value, typeof(string)));
    }
}

/// <summary>One record, checked against its table.</summary>
internal sealed record RecordRow(string Place, string? Id, IReadOnlyList<LooseValue> Values)
{
    public bool Has(string column) => Values.Any(value => value.Name == column);

    public object? Find(string column) => Values.FirstOrDefault(value => value.Name == column).Value;

    /// <exception cref="AgentCraftException"><c>invalid_argument</c> …</exception>
    public static RecordRow Of(TableDefinition table, JsonElement record, string place)
    {
        string? id = null;
        List<LooseValue> values = [];
        foreach (JsonProperty member in record.EnumerateObject())
        {
            string at = $"{place}.{Text.Shown(member.Name, 40)}";
            if (member.Name == "id")
                id = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : throw RecordValue.Invalid(at, "must be a text");
            else
                values.Add(Value(table, member, at));
        }
        return new(place, id, values);
    }

    private static LooseValue Value(TableDefinition table, JsonProperty member, string place)
    {
        if (RecordTables.Managed.Contains(member.Name))
            throw RecordValue.Invalid(place, "is filled in by the server");
        ColumnDefinition column = table.Find(member.Name) ?? throw new AgentCraftException(ErrorCodes.InvalidArgument, $"{place} is no column of {table.Name}.",
            $"{Text.DidYouMean(member.Name, table.Choices)}describe_records shows the columns.");
        return new(column.Name, RecordValue.Of(column, member.Value, place), RecordValue.TypeOf(column));
    }
}
