using System.Security.Cryptography;
using System.Text;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Transfer;

/// <summary>
/// Goes through a whole file before anything is written: that it is undamaged, that every row refers to rows which there will be, and what of
/// it the store has already or contradicts.
/// </summary>
internal sealed class ImportCheck(ImportReader reader, ImportStage stage, Action<TransferProgress>? progress, long length)
{
    private const int RowsAtOnce = 200;
    private const int BytesAtOnce = 2 * 1024 * 1024;
    private const int MostConflicts = 1000;

    // Eight bytes a row: so much, and no more, grows with the file.
    private readonly HashSet<ulong> _seen = [];
    private readonly HashSet<string> _filled = [];
    private readonly SortedDictionary<string, long> _new = new(StringComparer.Ordinal);
    private readonly List<ImportConflict> _conflicts = [];
    private long _same, _conflictCount;

    /// <summary>What would become of it.</summary>
    public async Task<ImportPlan> Run(CancellationToken cancellationToken)
    {
        List<ImportedRow> batch = [];
        long size = 0;
        foreach (ImportedRow row in reader.Rows())
        {
            if (batch.Count > 0 && (batch.Count >= RowsAtOnce || size > BytesAtOnce || row.Section != batch[0].Section))
            {
                await Check(batch, cancellationToken);
                (batch, size) = ([], 0);
            }
            batch.Add(row);
            size += row.Size;
        }
        if (batch.Count > 0)
            await Check(batch, cancellationToken);
        return new(_new, _same, _conflicts, _conflictCount);
    }

    private async Task Check(List<ImportedRow> batch, CancellationToken cancellationToken)
    {
        progress?.Invoke(new("checking", reader.Place, length));
        await stage.Begin(reader, cancellationToken);
        foreach (ImportedRow row in batch)
            if (!_seen.Add(Hash(row.Section, row.Table.Name, row.Key)))
                throw reader.Fault(row.Line, $"it has the same key, {TransferNames.Shown(row.Key)}, as a row before it");
        ImportSection? section = batch[0].Section;
        if (section is not null && !_seen.Contains(Hash(null, TransferRules.Agents, section.AgentId)) && section.AgentId != reader.Header.Keeper?.Id
            && await stage.FindAgent(section.AgentId, cancellationToken) is null)
            throw reader.Fault(batch[0].Line, $"there is no agent {TransferNames.Shown(section.AgentId)} in the file or in the store");
        (Database? file, ImportTarget target) = await stage.Find(section, cancellationToken);
        // Counted only when the read is over, which may have been run again.
        foreach ((ImportedRow row, string? conflict, bool isThere) in file is null ? Sort(null, target, batch) : await file.ReadLong(c => Sort(c, target, batch), cancellationToken))
            Count(row, conflict, isThere);
    }

    private List<(ImportedRow, string? Conflict, bool IsThere)> Sort(Connection? c, ImportTarget target, List<ImportedRow> batch)
    {
        foreach (string table in batch.Select(row => row.Table.Name).Distinct())
            if (c is not null && !_filled.Contains(table) && c.First<long>($"SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT 1) one") > 0)
                _filled.Add(table);
        return batch.ConvertAll(row => Sort(c, target, row));
    }

    private (ImportedRow, string? Conflict, bool IsThere) Sort(Connection? c, ImportTarget target, ImportedRow row)
    {
        if (stage.IsAlias(row))
            return (row, null, true);
        CheckReferences(c, target, row);
        if (c is null || !_filled.Contains(row.Table.Name))
            return (row, null, false);
        (long? there, string? taken) = stage.Locate(c, target, row, []);
        bool wins = TransferRules.IsCache(row.Table.Name);
        return there is { } seq ? (row, !wins && target.Difference(c, row, seq, stage.IsResumed) is { } column ? $"{column} differs" : null, true)
            : (row, taken is null || wins ? null : $"{taken} is taken by another", taken is not null);
    }

    private void Count(ImportedRow row, string? conflict, bool isThere)
    {
        if (!isThere)
            _new[row.Counted] = _new.GetValueOrDefault(row.Counted) + 1;
        else if (conflict is null)
            _same++;
        else if (++_conflictCount <= MostConflicts)
            _conflicts.Add(new(row.Line, row.Table.Name, Text.Shown(row.Key, 200), conflict));
    }

    private void CheckReferences(Connection? c, ImportTarget target, ImportedRow row)
    {
        for (int i = 0; i < row.Values.Length; i++)
            if (row.Table.Columns[i] is { IsNullable: false, Target: { } name } && target.Schema.Find(name) is { } table && row.Values[i] is string reference
                && !_seen.Contains(Hash(row.Section, name, reference)) && (c is null || target.SeqOf(c, table, reference, []) is null))
                throw reader.Fault(row.Line, $"{row.Table.Name}.{row.Table.Columns[i].Name} names {TransferNames.Shown(reference)}, which is neither before it in the file nor in the store");
    }

    private static ulong Hash(ImportSection? section, string table, string key) =>
        BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes($"{section?.AgentId}\n{table}\n{key}")));
}

/// <summary>What would become of a file's rows.</summary>
internal sealed record ImportPlan(IReadOnlyDictionary<string, long> New, long Same, IReadOnlyList<ImportConflict> Conflicts, long ConflictCount);
