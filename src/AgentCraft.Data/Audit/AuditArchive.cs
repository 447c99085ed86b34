using System.Text;
using System.Text.Json;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Backups;

namespace AgentCraft.Data.Audit;

/// <summary>
/// Old rows in files, so that the table does not grow for ever: <c>session.db.audit/0000000001.jsonl</c> beside the central file, named by
/// the number of the first row, a row a line. The chain goes on from file to file and into the table.
/// </summary>
/// <param name="databases">The store.</param>
/// <param name="folder">Where the files are.</param>
public sealed class AuditArchive(Databases databases, string folder)
{
    // While a part is put away, nobody else writes.
    private const int RowsOfFile = 5000;

    /// <summary>Where the files are.</summary>
    public string Folder { get; } = folder;

    /// <summary>Puts away the rows of before a moment, from the first on. Returns how many; the deed itself is noted.</summary>
    /// <exception cref="AgentCraftException"><c>disk_full</c>, <c>not_allowed</c>, <c>store_busy</c></exception>
    public async Task<ArchivedAudit> Archive(DateTimeOffset before, CancellationToken cancellationToken = default)
    {
        List<string> files = [];
        long rows = 0;
        while (await databases.Central.Write(c => ArchivePart(c, before), cancellationToken) is { } part)
        {
            files.Add(part.File);
            rows += part.Rows;
            if (part.Rows < RowsOfFile)
                break;
        }
        return new(rows, before, files);
    }

    /// <summary>The rows that are in files, the oldest first, as far as they go on without a gap.</summary>
    internal IEnumerable<AuditRow> Read(long count)
    {
        long number = 0, first = 0;
        do
        {
            if (!File.Exists(FileOf((first = number) + 1)))
                yield break;
            foreach (string line in File.ReadLines(FileOf(first + 1), Encoding.UTF8).Where(line => line.Length > 0).Take((int)Math.Min(count - first, int.MaxValue)))
            {
                number++;
                yield return Parse(line);
            }
        }
        while (number > first && number < count);
    }

    private (string File, long Rows)? ArchivePart(Connection c, DateTimeOffset before)
    {
        AuditHead head = AuditLog.Head(c);
        // Up to the first row that stays, so that what is left is one piece whatever the clock did.
        List<AuditRow> rows = c.Query<AuditRow>($"""
            SELECT {AuditLog.Columns} FROM audit_log
            WHERE seq < COALESCE((SELECT min(seq) FROM audit_log WHERE at >= @Before), 9223372036854775807) ORDER BY seq LIMIT @Limit
            """, new { Before = before, Limit = RowsOfFile });
        if (rows.Count == 0)
            return null;
        string file = FileOf(head.Archived + 1);
        Keep(file, rows);
        AuditRow last = rows[^1];
        c.Execute("UPDATE audit_head SET archived = archived + @Rows, archived_hash = @Hash, archived_seq = @Seq", new { Rows = (long)rows.Count, last.Hash, last.Seq });
        c.Execute("DELETE FROM audit_log WHERE seq <= @Seq", new { last.Seq });
        AuditLog.Append(c, AuditEntry.ByPerson("audit_archived") with { Target = Path.GetFileName(file), Detail = $"{rows.Count} rows" });
        return (file, rows.Count);
    }

    /// <summary>On the disk before the rows go. One of the same rows is left by an archive that was cut off; any other is not ours to replace.</summary>
    private void Keep(string file, List<AuditRow> rows)
    {
        OwnedDirectory.Create(Folder);
        if (File.Exists(file) && File.ReadLines(file).FirstOrDefault() is { } first && Parse(first).Hash != rows[0].Hash)
            throw new AgentCraftException(ErrorCodes.NotAllowed, $"{file} holds other rows than would be put there, those of another store or of one that was replaced.", "Move that file away, then repeat the command.");
        StringBuilder text = new();
        foreach (AuditRow row in rows)
            text.Append(JsonSerializer.Serialize(row, DataJson.Default.AuditRow)).Append('\n');
        try
        {
            DiskSync.Write(file, Encoding.UTF8.GetBytes(text.ToString()));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AgentCraftException(ErrorCodes.StoreUnavailable, $"{file} cannot be written: {failure.Message}", "Nothing was put away.", inner: failure);
        }
    }

    private static AuditRow Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, DataJson.Default.AuditRow) ?? new();
        }
        catch (JsonException)
        {
            // A row that says nothing: whoever follows the chain says where it is broken.
            return new();
        }
    }

    private string FileOf(long number) => Path.Combine(Folder, $"{number:0000000000}.jsonl");
}

/// <summary>What was put away.</summary>
/// <param name="Archived">How many rows.</param>
/// <param name="Before">Those of before this moment.</param>
/// <param name="Files">The files that hold them.</param>
public sealed record ArchivedAudit(long Archived, DateTimeOffset Before, IReadOnlyList<string> Files);
