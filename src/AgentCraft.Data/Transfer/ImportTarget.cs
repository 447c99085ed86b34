using System.Globalization;
using System.Text.Json;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Transfer;

/// <summary>
/// One database as an import sees it: which of its rows a reference means, and whether a row is there. Each use is of one transaction; what it
/// has found is remembered by whoever knows that the transaction came about.
/// </summary>
/// <param name="Schema">Its tables.</param>
/// <param name="Aliases">Ids of the file that are others here: of the agent who keeps the hand-overs.</param>
/// <param name="Agent">Whose tables; null for the central ones.</param>
internal sealed record ImportTarget(TransferSchema Schema, IReadOnlyDictionary<string, string> Aliases, string? Agent)
{
    private const int MostRemembered = 50_000;

    private readonly Dictionary<(string, string), long> _committed = [];

    /// <summary>The number of the row that a reference means; null when there is none.</summary>
    /// <param name="c">Where.</param>
    /// <param name="table">Of which table.</param>
    /// <param name="reference">What it is known by.</param>
    /// <param name="found">What this transaction has found.</param>
    public long? SeqOf(Connection c, TransferTable table, string reference, Dictionary<(string, string), long> found)
    {
        reference = table.Name == TransferRules.Agents ? Aliases.GetValueOrDefault(reference, reference) : reference;
        if (_committed.TryGetValue((table.Name, reference), out long seq) || found.TryGetValue((table.Name, reference), out seq))
            return seq;
        if (Key(table, reference) is not { } key || Seq(c, table, table.Key, key, found) is not { } there)
            return null;
        found[(table.Name, reference)] = there;
        return there;
    }

    /// <summary>The number of the row that has these values in columns which no two rows share.</summary>
    public long? Seq(Connection c, TransferTable table, IReadOnlyList<string> columns, IReadOnlyList<object?> values, Dictionary<(string, string), long> found)
    {
        List<LooseValue> bound = [];
        string where = "";
        for (int i = 0; i < columns.Count; i++)
        {
            TransferColumn column = table.Find(columns[i])!;
            if (Stored(c, table, column, values[i], found) is not { } value)
                return null;
            bound.Add(new($"V{i}", value, column.Type));
            where += $"{(i == 0 ? "" : " AND ")}{column.Name} = @V{i}";
        }
        if (Agent is not null && !columns.Contains(TransferRules.Owner) && table.HasOwner)
        {
            bound.Add(new("Owner", Owner, typeof(string)));
            where += $" AND {TransferRules.Owner} = @Owner";
        }
        List<long> rows = LooseCommand.Query(c, $"SELECT seq FROM {table.Name} WHERE {where}", bound, reader => reader.GetInt64(0));
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>A value as this store keeps it; null for a reference to nothing that is here.</summary>
    public object? Stored(Connection c, TransferTable table, TransferColumn column, object? value, Dictionary<(string, string), long> found) =>
        value is null ? null
        : column.Target is { } target && Schema.Find(target) is { } other ? SeqOf(c, other, (string)value, found)
        : Agent is null || column.Name != TransferRules.Owner ? value
        : table.Name == TransferRules.Keys ? (c.Owner.Length == 0 ? value : $"{c.Owner}/{value}")
        : Owner;

    /// <summary>What differs between a row of the file and the row that is there; null when nothing does.</summary>
    /// <param name="c">Where.</param>
    /// <param name="row">The file's.</param>
    /// <param name="seq">The number of the other.</param>
    /// <param name="isUnfinished">An import was cut off, which may not yet have set what refers to later rows.</param>
    public string? Difference(Connection c, ImportedRow row, long seq, bool isUnfinished)
    {
        object?[] there = new TransferQuery(Schema, row.Table).Stream(c, "WHERE t.seq = @Seq", new LooseValue("Seq", seq, typeof(long))).First().Values;
        for (int i = 0; i < there.Length; i++)
        {
            TransferColumn column = row.Table.Columns[i];
            if (!row.Given[i] || TransferRules.IsVolatile(row.Table.Name, column.Name) || (Agent is not null && column.Name == TransferRules.Owner))
                continue;
            object? here = column.Target == TransferRules.Agents && row.Values[i] is string id ? Aliases.GetValueOrDefault(id, id) : row.Values[i];
            if (Equals(here, there[i]))
                continue;
            // A reference to what is neither here nor in the file stays empty; so does, for a while, one to a later row.
            if (there[i] is null && column.Target is { } target && Schema.Find(target) is { } other
                && ((isUnfinished && target == row.Table.Name) || SeqOf(c, other, (string)here!, []) is null))
                continue;
            return column.Name;
        }
        return null;
    }

    /// <summary>The transaction that found, or made, these rows was committed.</summary>
    public void Remember(Dictionary<(string, string), long> found)
    {
        if (_committed.Count > MostRemembered)
            _committed.Clear();
        foreach (((string, string) row, long seq) in found)
            _committed[row] = seq;
    }

    private string? Owner => Agent is null ? null : Aliases.GetValueOrDefault(Agent, Agent);

    /// <summary>The values of the key that a reference is made of; null for what is none of this table.</summary>
    private static object?[]? Key(TransferTable table, string reference)
    {
        if (table.Key.Count == 1)
            return [reference];
        if (!reference.StartsWith('[') || JsonSerializer.Deserialize(reference, DataJson.Default.StringArray) is not { } parts || parts.Length != table.Key.Count)
            return null;
        object?[] key = new object?[parts.Length];
        for (int i = 0; i < parts.Length; i++)
            if (table.Find(table.Key[i])!.Type != typeof(long) || table.Find(table.Key[i])!.Target is not null)
                key[i] = parts[i];
            else if (long.TryParse(parts[i], CultureInfo.InvariantCulture, out long number))
                key[i] = number;
            else
                return null;
        return key;
    }
}
