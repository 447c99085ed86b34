using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Backups;

namespace AgentCraft.Data.Moves;

/// <summary>Files that are moved into a database. The note beside the central one keeps everybody out; the files stay as they are.</summary>
internal sealed class FileSource(FileParts files) : IMoveSource
{
    private const int MostShown = 3;

    public string Shown => files.Shown;

    public bool HasStore => FileSigns.IsThere(files.Paths.Central);

    public MoveNote? Note => MoveNote.Of(files.Paths) is { } note ? note.FilledBy is null ? note : throw note.Refusal(Shown) : null;

    public IReadOnlyList<string> Users() => files.Users();

    public void Close(MoveNote note)
    {
        bool isResumed = Note is not null;
        // Those who use central are the usual case: they are not to notice anything.
        if (!isResumed && !files.IsClosed(files.Paths.Central))
            throw MoveErrors.InUse(Shown, files.Users());
        using (FileLock birth = FileLock.Take(files.Paths.RestoreLock))
            note.Write(files.Paths);
        foreach (string path in new[] { files.Paths.Central }.Concat(files.Paths.AgentNames().Select(files.Paths.Agent)))
            if (!files.IsClosed(path))
            {
                IReadOnlyList<string> users = files.Users();
                // What was cut off stays closed; it may have been cut off before this look.
                if (!isResumed)
                    Say(null);
                throw MoveErrors.InUse(Shown, users);
            }
    }

    public void Say(MoveNote? note)
    {
        if (note is null)
            MoveNote.Remove(files.Paths);
        else
            note.Write(files.Paths);
    }

    public IReadOnlyList<MovePart> Parts() => [PartOf(null), .. files.Paths.AgentNames().Select(PartOf)];

    public PartRows Open(MovePart part)
    {
        Connection connection = CopyConnections.OfLive(files.FileOf(part.Owner), files.Settings);
        connection.Script("BEGIN");
        return new SqliteRows(connection);
    }

    public PartLife LifeOf(MovePart part, PartRows rows) => new(rows.Connection.First<string>(OpenFile.EpochQuery)!, FormerLives.Of(rows.Connection, ""));

    public IReadOnlyList<string> Strangers() => [.. Parts().SelectMany(part =>
    {
        using PartRows rows = Open(part);
        HashSet<string> ours = [MoveTable.Info, .. part.Tables.Select(table => table.Name)];
        return rows.Connection.Query<string>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").Where(name => MoveTable.IsMoved(name) && !ours.Contains(name))
            .Select(name => $"{name} ({part.Shown})").ToList();
    })];

    public void CheckReferences()
    {
        foreach (MovePart part in Parts())
        {
            using PartRows rows = Open(part);
            List<string> dangling = SqliteReferences.Dangling(rows.Connection);
            if (dangling.Count > 0)
                throw MoveErrors.Dangling(files.FileOf(part.Owner), string.Join(", ", dangling.Take(MostShown)));
        }
    }

    public void Dispose()
    {
    }

    private MovePart PartOf(string? owner)
    {
        using Connection c = CopyConnections.OfLive(files.FileOf(owner), files.Settings);
        return new(owner, files.SetsOf(c, files.FileOf(owner)));
    }
}

/// <summary>Rows of a file that refer to what is not there.</summary>
internal static class SqliteReferences
{
    /// <summary>By table, for people.</summary>
    public static List<string> Dangling(Connection c) => [.. LooseCommand.Query(c, "PRAGMA foreign_key_check", [], row => (Table: row.GetString(0), Parent: row.GetString(2)))
        .GroupBy(row => row).Select(group => $"{group.Count()} of {group.Key.Table} (to {group.Key.Parent})")];
}
