using System.Data.Common;
using System.Text.Json.Nodes;
using AgentCraft.Data.Diagnosis.Checks;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Diagnosis.Remedies;

/// <summary>
/// Takes rows out that refer to what is not there, each of them whole into the journal; where the schema lets such a reference be empty, it is emptied
/// instead. What refers to a row that went is looked for again.
/// </summary>
internal sealed class OrphanRemedy(StoreFile file) : IRemedy
{
    public const string Kind = "row";
    private const string Empties = "SET NULL";
    private const int Rounds = 50;

    public bool ChangesRows => true;

    public bool IsOfIndexes => false;

    public int Order => 2;

    public string Apply(Premises premises, FixJournal journal)
    {
        (int taken, int emptied) = GatedFile.Write(premises, file, c => Clean(c, journal));
        return $"{premises.Shown(file.Path)}: {taken} {(taken == 1 ? "row" : "rows")} that referred to nothing {(taken == 1 ? "was" : "were")} taken into the journal, {emptied} {(emptied == 1 ? "reference" : "references")} emptied.";
    }

    /// <summary>Null when it was taken back, else why not.</summary>
    public static string? Undo(Connection c, JsonObject change)
    {
        string table = change["table"]!.GetValue<string>();
        JsonObject row = change["row"]!.AsObject();
        long number = change["rowid"]!.GetValue<long>();
        if (change["column"]?.GetValue<string>() is { } column)
            return LooseCommand.Execute(c, $"UPDATE {Quoted(table)} SET {Quoted(column)} = @Before WHERE rowid = @Row AND {Quoted(column)} IS NULL", [Value("Before", row[column]), new("Row", number, typeof(long))]) == 1
                ? null : $"Row {number} of {table} has changed since.";
        if (c.First<long>($"SELECT count(*) FROM {Quoted(table)} WHERE rowid = @Row", new { Row = number }) > 0)
            return $"Row {number} of {table} is there.";
        List<KeyValuePair<string, JsonNode?>> fields = [.. row];
        LooseCommand.Execute(c, $"INSERT INTO {Quoted(table)} ({string.Join(", ", fields.Select(field => Quoted(field.Key)))}) VALUES ({string.Join(", ", fields.Select((_, i) => $"@P{i}"))})",
            fields.Select((field, i) => Value($"P{i}", field.Value)));
        return null;
    }

    private (int Taken, int Emptied) Clean(Connection c, FixJournal journal)
    {
        int taken = 0, emptied = 0;
        HashSet<(string, long, long)> seen = [];
        for (int round = 0; round < Rounds; round++)
        {
            List<Orphan> orphans = [.. Orphan.All(c).Where(orphan => orphan.RowId is not null && seen.Add((orphan.Table, orphan.RowId.Value, orphan.Fkid)))];
            if (orphans.Count == 0)
                break;
            foreach (Orphan orphan in orphans)
                if (Take(c, orphan, journal) is { } isTaken)
                    (taken, emptied) = (taken + (isTaken ? 1 : 0), emptied + (isTaken ? 0 : 1));
        }
        return (taken, emptied);
    }

    /// <summary>True when the row went, false when its reference was emptied; null when it is gone by another of its references.</summary>
    private bool? Take(Connection c, Orphan orphan, FixJournal journal)
    {
        LooseValue number = new("Row", orphan.RowId, typeof(long));
        if (LooseCommand.Query(c, $"SELECT * FROM {Quoted(orphan.Table)} WHERE rowid = @Row", [number], ToJson).FirstOrDefault() is not { } row)
            return null;
        string? column = EmptiedColumn(c, orphan);
        journal.Note(new()
        {
            ["change"] = Kind, ["agent"] = file.Agent, ["table"] = orphan.Table, ["rowid"] = orphan.RowId, ["column"] = column, ["missing"] = orphan.Parent, ["row"] = row,
        });
        LooseCommand.Execute(c, column is null ? $"DELETE FROM {Quoted(orphan.Table)} WHERE rowid = @Row" : $"UPDATE {Quoted(orphan.Table)} SET {Quoted(column)} = NULL WHERE rowid = @Row", [number]);
        return column is null;
    }

    private static string? EmptiedColumn(Connection c, Orphan orphan) =>
        LooseCommand.Query(c, $"PRAGMA foreign_key_list({Quoted(orphan.Table)})", [], reader => (Id: reader.GetInt64(reader.GetOrdinal("id")), From: reader.GetString(reader.GetOrdinal("from")), OnDelete: reader.GetString(reader.GetOrdinal("on_delete"))))
            .Where(key => key.Id == orphan.Fkid && key.OnDelete == Empties).Select(key => key.From)
            .FirstOrDefault(column => LooseCommand.Query(c, $"PRAGMA table_info({Quoted(orphan.Table)})", [], reader => (Name: reader.GetString(reader.GetOrdinal("name")), IsNeeded: reader.GetInt64(reader.GetOrdinal("notnull")) != 0)).Exists(one => one.Name == column && !one.IsNeeded));

    private static JsonObject ToJson(DbDataReader reader)
    {
        JsonObject row = [];
        for (int i = 0; i < reader.FieldCount; i++)
            row[reader.GetName(i)] = reader.IsDBNull(i) ? null : reader.GetValue(i) switch
            {
                long number => number,
                double number => new JsonObject { ["real"] = number },
                byte[] bytes => new JsonObject { ["blob"] = Convert.ToBase64String(bytes) },
                var text => text.ToString(),
            };
        return row;
    }

    private static LooseValue Value(string name, JsonNode? value) => value switch
    {
        null => new(name, null, typeof(string)),
        JsonObject typed when typed["real"] is { } real => new(name, real.GetValue<double>(), typeof(double)),
        JsonObject typed => new(name, Convert.FromBase64String(typed["blob"]!.GetValue<string>()), typeof(byte[])),
        _ when value.GetValueKind() == System.Text.Json.JsonValueKind.Number => new(name, value.GetValue<long>(), typeof(long)),
        _ => new(name, value.GetValue<string>(), typeof(string)),
    };

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"")}\"";
}
