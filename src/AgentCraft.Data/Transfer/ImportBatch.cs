using System.Data.Common;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Transfer;

/// <summary>Rows of one database that are imported in one transaction. It may be run again: what it finds it returns.</summary>
internal sealed class ImportBatch(ImportStage stage, ImportTarget target, ImportOptions options, Func<ImportedRow, string, AgentCraftException> fault)
{
    private readonly Dictionary<(string, string), long> _found = [];
    private readonly SortedDictionary<string, long> _imported = new(StringComparer.Ordinal);
    private readonly List<LaterReference> _later = [];
    private readonly DerivedRows _derived = new();
    private long _same, _skipped;

    /// <summary>Imports them.</summary>
    public ImportedBatch Run(Connection c, IReadOnlyList<ImportedRow> rows)
    {
        Dictionary<string, DbCommand> commands = [];
        try
        {
            foreach (ImportedRow row in rows)
                Import(c, row, commands);
        }
        finally
        {
            foreach (DbCommand command in commands.Values)
                command.Dispose();
        }
        _derived.Store(c, target.Agent is { } agent ? target.Aliases.GetValueOrDefault(agent, agent) : null);
        return new(_imported, _same, _skipped, _found, _later);
    }

    private void Import(Connection c, ImportedRow row, Dictionary<string, DbCommand> commands)
    {
        if (stage.IsAlias(row))
        {
            _same++;
            return;
        }
        if (Stored(c, row, out List<LaterReference> later) is not { } stored)
        {
            _skipped++;
            return;
        }
        if (Insert(c, row, stored, commands) is not { } seq)
            Meet(c, row);
        else
        {
            _derived.Add(c, row.Table.Name, seq, stored);
            _found[(row.Table.Name, row.Key)] = seq;
            _imported[row.Counted] = _imported.GetValueOrDefault(row.Counted) + 1;
            _later.AddRange(later.Select(reference => reference with { Seq = seq }));
        }
    }

    /// <summary>The row as this store keeps it; null for one that belongs to what was left out.</summary>
    private Dictionary<string, object?>? Stored(Connection c, ImportedRow row, out List<LaterReference> later)
    {
        later = [];
        Dictionary<string, object?> stored = new(StringComparer.Ordinal);
        for (int i = 0; i < row.Values.Length; i++)
        {
            if (!row.Given[i])
                continue;
            TransferColumn column = row.Table.Columns[i];
            object? value = target.Stored(c, row.Table, column, row.Values[i], _found);
            if (value is null && row.Values[i] is string reference)
            {
                if (!column.IsNullable)
                    return options.SkipConflicts ? null : throw fault(row, $"{column.Name} names {TransferNames.Shown(reference)}, which is not there any more");
                if (column.Target == row.Table.Name)
                    later.Add(new(row.Table.Name, 0, column.Name, reference));
            }
            stored.Add(column.Name, value);
        }
        return stored;
    }

    private long? Insert(Connection c, ImportedRow row, Dictionary<string, object?> stored, Dictionary<string, DbCommand> commands)
    {
        LooseValue[] values = [.. stored.Select(value => new LooseValue(value.Key, value.Value, row.Table.Find(value.Key)!.Type)), .. DerivedRows.Columns(row.Table.Name, stored)];
        string sql = $"""
            INSERT INTO {row.Table.Name} ({string.Join(", ", values.Select(value => value.Name))}) VALUES ({string.Join(", ", values.Select(value => "@" + value.Name))})
            ON CONFLICT DO NOTHING RETURNING seq
            """;
        if (!commands.TryGetValue(sql, out DbCommand? command))
            commands.Add(sql, command = LooseCommand.Make(c, sql, values));
        else
            for (int i = 0; i < values.Length; i++)
                command.Parameters[i].Value = values[i].Value ?? DBNull.Value;
        try
        {
            using DbDataReader reader = command.ExecuteReader();
            long? seq = reader.Read() ? reader.GetInt64(0) : null;
            // To its end, or an older SQLite takes it back without a word.
            while (reader.Read())
            {
            }
            return seq;
        }
        catch (Exception refused) when (c.Dialect.IsConstraint(refused))
        {
            throw fault(row, $"{row.Table.Name} refuses it: {refused.Message.ReplaceLineEndings(" ").TrimEnd('.')}");
        }
    }

    /// <summary>Whoever made the row may have been cut off before the later rows came that it refers to.</summary>
    private static IEnumerable<LaterReference> ToItsOwnTable(ImportedRow row, long seq) => row.Table.Columns.Index()
        .Where(column => column.Item.Target == row.Table.Name && row.Values[column.Index] is string)
        .Select(column => new LaterReference(row.Table.Name, seq, column.Item.Name, (string)row.Values[column.Index]!));

    /// <summary>The row, or another of its name, is there already.</summary>
    private void Meet(Connection c, ImportedRow row)
    {
        (long? there, _) = stage.Locate(c, target, row, _found);
        if (there is { } seq && target.Difference(c, row, seq, stage.IsResumed) is null)
        {
            _same++;
            if (stage.IsResumed)
                _later.AddRange(ToItsOwnTable(row, seq));
        }
        else if (TransferRules.IsCache(row.Table.Name))
            _same++;
        else if (options.SkipConflicts)
            _skipped++;
        else
            throw fault(row, $"the store was changed meanwhile and has another {row.Table.Name} {TransferNames.Shown(row.Key)}");
    }
}

/// <summary>What a transaction did.</summary>
internal sealed record ImportedBatch(
    IReadOnlyDictionary<string, long> Imported, long Same, long Skipped, Dictionary<(string, string), long> Found, IReadOnlyList<LaterReference> Later);

/// <summary>A row that refers to a later one of its table: it is set once that is there, or stays empty.</summary>
internal sealed record LaterReference(string Table, long Seq, string Column, string Reference);
