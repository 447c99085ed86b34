using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Transfer;

/// <summary>Writes the rows of a file that was checked: the central ones first, then each agent's own.</summary>
internal sealed class ImportRun(Databases databases, ImportReader reader, ImportStage stage, ImportOptions options, Action<TransferProgress>? progress, long length)
{
    private const int RowsAtOnce = 300;
    private const int BytesAtOnce = 1024 * 1024;
    private const int MostAttempts = 20;

    private readonly SortedDictionary<string, long> _imported = new(StringComparer.Ordinal);
    private readonly List<LaterReference> _later = [];
    private long _same, _skipped;
    private bool _isCentralDone;

    /// <summary>All of it; says what was done.</summary>
    public async Task<ImportSummary> Run(ImportSummary summary, CancellationToken cancellationToken)
    {
        await Write(databases.Central, c => c.Execute("INSERT INTO store_info (key, value) VALUES (@Mark, @Now) ON CONFLICT (key) DO NOTHING", new { stage.Mark, c.Time.Now }), cancellationToken);
        List<ImportedRow> batch = [];
        long size = 0;
        foreach (ImportedRow row in reader.Rows())
        {
            if (batch.Count > 0 && (batch.Count >= RowsAtOnce || size > BytesAtOnce || row.Section != batch[0].Section))
            {
                await Import(batch, cancellationToken);
                (batch, size) = ([], 0);
            }
            batch.Add(row);
            size += row.Size;
        }
        if (batch.Count > 0)
            await Import(batch, cancellationToken);
        await EndCentral(cancellationToken);
        await Write(databases.Central, c => c.Execute("DELETE FROM store_info WHERE key = @Mark", new { stage.Mark }), cancellationToken);
        return summary with { Done = true, Imported = _imported, Same = _same, Skipped = _skipped };
    }

    private async Task Import(List<ImportedRow> batch, CancellationToken cancellationToken)
    {
        progress?.Invoke(new("importing", reader.Place, length));
        ImportSection? section = batch[0].Section;
        if (section is not null)
            await EndCentral(cancellationToken);
        (Database? file, ImportTarget target) = section is null ? (databases.Central, (await stage.Find(null, cancellationToken)).Target) : await stage.Open(section, cancellationToken);
        if (file is null)
        {
            // Whose name another has, and was left out for that.
            _skipped += batch.Count;
            return;
        }
        await ResolveMessages(batch, cancellationToken);
        ImportedBatch done = await Write(file, c => new ImportBatch(stage, target, options, (row, fault) => reader.Fault(row.Line, fault)).Run(c, batch), cancellationToken);
        target.Remember(done.Found);
        foreach ((string table, long count) in done.Imported)
            _imported[table] = _imported.GetValueOrDefault(table) + count;
        (_same, _skipped) = (_same + done.Same, _skipped + done.Skipped);
        if (section is null)
            _later.AddRange(done.Later);
        else
            await SetLater(file, target, done.Later, cancellationToken);
    }

    /// <summary>Before the agents' own rows: what they name in the central file is complete then.</summary>
    private async Task EndCentral(CancellationToken cancellationToken)
    {
        if (_isCentralDone)
            return;
        _isCentralDone = true;
        await SetLater(databases.Central, (await stage.Find(null, cancellationToken)).Target, _later, cancellationToken);
        if (reader.Header.DefaultProject is { } project)
            await Write(databases.Central, c => c.Execute("""
                INSERT INTO store_info (key, value) SELECT 'default_project', id FROM projects WHERE id = @Project ON CONFLICT (key) DO NOTHING
                """, new { Project = project }), cancellationToken);
        await stage.ProvideKeeper(reader, cancellationToken);
    }

    private async Task SetLater(Database file, ImportTarget target, IReadOnlyList<LaterReference> later, CancellationToken cancellationToken)
    {
        foreach (LaterReference[] some in later.Chunk(RowsAtOnce))
            await Write(file, c => some.Sum(reference => target.SeqOf(c, target.Schema.Get(reference.Table), reference.Reference, []) is not { } seq ? 0
                : c.Execute($"UPDATE {reference.Table} SET {reference.Column} = @To WHERE seq = @Seq AND {reference.Column} IS NULL", new { To = seq, reference.Seq })), cancellationToken);
    }

    /// <summary>A hand-over says which message was the newest, by its number in the central file; null, and so 0, when that did not come along.</summary>
    private async Task ResolveMessages(List<ImportedRow> batch, CancellationToken cancellationToken)
    {
        foreach (ImportedRow row in batch)
            for (int i = 0; i < row.Values.Length; i++)
                if (row.Section is not null && row.Table.Columns[i].Target == TransferRules.Messages)
                    row.Values[i] = row.Values[i] is not string message ? 0L
                        : await databases.Central.Read(c => c.First<long?>("SELECT seq FROM messages WHERE id = @Id", new { Id = message }) ?? 0, cancellationToken);
    }

    /// <summary>Others may write at the same time, and have their turns.</summary>
    private static async Task<T> Write<T>(Database file, Func<Connection, T> work, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
            try
            {
                return await file.Write(work, cancellationToken);
            }
            catch (AgentCraftException busy) when (busy.Code == ErrorCodes.StoreBusy && attempt < MostAttempts)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            }
    }
}
