using System.Globalization;
using AgentCraft.Data.Paths;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Backups;
using AgentCraft.Data.Storage.FileSystems;
using Microsoft.Data.Sqlite;

namespace AgentCraft.Data.Moves;

/// <summary>
/// Files that a database is moved into. They are made beside the places that they will have, where nobody looks for them; at the end they
/// take these places by the journal of a restore, which whoever finds it finishes.
/// </summary>
internal sealed class FileTarget(FileParts files, TimeProvider time, Action<string>? at) : IMoveTarget
{
    private const string Suffix = ".moving";

    private Connection? _central;
    private IReadOnlyList<PartPlan> _plans = [];

    public string Shown => files.Shown;

    public MoveJournal Journal => new(_central!);

    private string Staged => files.Paths.Central + Suffix;

    public TargetState Look()
    {
        if (FileSigns.IsThere(Staged))
        {
            using Connection staged = CopyConnections.OfOpened(Staged, files.Settings);
            MoveJournal journal = new(staged);
            if (journal.Find(MoveJournal.Id) is { } id)
                return new() { Id = id, From = journal.Find(MoveJournal.From), IsComplete = journal.Find(MoveJournal.Complete) is not null };
            // Cut off before it said whose it is; the note does.
        }
        MoveNote? note = MoveNote.Of(files.Paths);
        if (note is { FilledBy: { } filledBy } && !IsPlaced(filledBy))
            return new() { Id = filledBy, From = note.From };
        if (!FileSigns.IsThere(files.Paths.Central))
            return files.Paths.AgentNames().Count == 0 ? new() : new() { Taken = $"has files of agents ({string.Join(", ", files.Paths.AgentNames().Take(3))}) and no central one" };
        using Connection central = CopyConnections.OfLive(files.Paths.Central, files.Settings);
        if (new MoveJournal(central).Find(MoveJournal.Id) is { } placed)
            return new() { Id = placed, IsComplete = true, From = note?.From };
        if (note is not null)
            return note.IsDone ? new() { Aside = $"the files that were moved away at {note.At}" } : new() { Taken = "is being moved away itself" };
        return Emptiness.Of(central) is { } holds ? new() { Taken = $"holds {holds}" } : new() { Aside = "a store without rows" };
    }

    public void Prepare(MoveNote note, string from, IReadOnlyList<PartPlan> plans)
    {
        _plans = plans;
        foreach (PartPlan plan in plans)
        {
            FileSystem.Refuse(files.FileOf(plan.Part.Owner), files.Settings);
            if (plan.Part.Owner is { } owner && LinkWay.Inside(files.Paths.Root, Path.GetRelativePath(files.Paths.Root, files.FileOf(owner)).Split(Path.DirectorySeparatorChar)) is null)
                throw new AgentCraftException(ErrorCodes.NotAllowed, $".agents/{owner} leads out of the project through a link.", "Put a directory in the place of the link.");
        }
        MoveNote? before = MoveNote.Of(files.Paths);
        if (before is null && FileSigns.IsThere(files.Paths.Central) && !files.IsClosed(files.Paths.Central))
            throw MoveErrors.InUse(Shown, files.Users());
        OwnedDirectory.Create(Path.GetDirectoryName(files.Paths.Central)!);
        using (FileLock birth = FileLock.Take(files.Paths.RestoreLock))
            ((before ?? new MoveNote()) with { FilledBy = note.Id, From = from }).Write(files.Paths);
        _central = Connect(plans[0]);
        MoveJournal journal = Journal;
        _central.Script(journal.Ddl);
        journal.Set(MoveJournal.From, from);
        journal.Set(MoveJournal.Id, note.Id);
    }

    public PartRows Open(PartPlan plan)
    {
        Connection connection = plan.Part.Owner is null ? _central! : Connect(plan);
        SqliteRows rows = new(connection, () => Empty(connection), isShared: plan.Part.Owner is null);
        if (Journal.Find($"made/{plan.Part.Key}") is not null)
            return rows;
        foreach (MoveTable table in plan.Part.Tables)
            rows.Clear(table);
        if (plan.Part.Owner is not null)
            Inherit(connection, plan.Life);
        Journal.Set($"made/{plan.Part.Key}", "");
        return rows;
    }

    /// <summary>A mark in the journal, which is in another file, must not outlive the rows that it is about.</summary>
    public void Settle(PartRows rows) => Empty(rows.Connection);

    /// <summary>What is left in the log would not come along when the file is put into its place.</summary>
    private static void Empty(Connection connection)
    {
        if (connection.First<long>("PRAGMA wal_checkpoint(TRUNCATE)") != 0)
            throw new AgentCraftException(ErrorCodes.StoreBusy, $"Another program reads {connection.Inner.DataSource}, a file that is being filled.", "Let that program go of it.", retryable: true);
    }

    public void Complete()
    {
        foreach (PartPlan plan in _plans)
        {
            using PartRows rows = Open(plan);
            if (SqliteReferences.Dangling(rows.Connection) is { Count: > 0 } dangling)
                throw MoveErrors.Dangling(files.FileOf(plan.Part.Owner), string.Join(", ", dangling));
        }
    }

    public string? Release(IReadOnlyList<PartPlan> plans)
    {
        string? aside = null;
        if (_central is not null)
            Empty(_central);
        _central?.Dispose();
        _central = null;
        new RestoreGuard(files.Paths).Finish();
        if (FileSigns.IsThere(Staged))
            aside = Place(plans);
        if (File.Exists(files.Paths.MoveNote))
            MoveNote.Remove(files.Paths);
        at?.Invoke("opened");
        using WriteGate gate = new(files.Paths.Central);
        gate.Enter();
        using (Connection placed = CopyConnections.ForWriting(files.Paths.Central, files.Settings))
            new MoveJournal(placed).Drop();
        gate.Exit();
        return aside;
    }

    public void Discard()
    {
        Dispose();
        foreach (string file in files.Paths.AllFiles().Select(path => path + Suffix).SelectMany(staged => new[] { staged, staged + "-wal", staged + "-shm", staged + "-journal", staged + ".mark" }).Where(File.Exists))
            File.Delete(file);
        if (MoveNote.Of(files.Paths) is { IsDone: true } before)
            (before with { FilledBy = null, From = null }).Write(files.Paths);
        else if (File.Exists(files.Paths.MoveNote))
            MoveNote.Remove(files.Paths);
    }

    public void Dispose()
    {
        _central?.Dispose();
        _central = null;
    }

    /// <summary>All at once: with the gates of all held, by a journal. Returns where the old files are.</summary>
    private string? Place(IReadOnlyList<PartPlan> plans)
    {
        HashSet<string> owners = new(plans.Select(plan => plan.Part.Owner).OfType<string>(), StringComparer.OrdinalIgnoreCase);
        foreach (PartPlan plan in plans)
            DiskSync.File(files.FileOf(plan.Part.Owner) + Suffix);
        foreach (PartPlan plan in plans)
            DiskSync.Folder(Path.GetDirectoryName(files.FileOf(plan.Part.Owner))!);
        RestoreJournal journal = new()
        {
            Backup = "agentcraft move",
            Replaced = time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture),
            // Central last of all: as long as its copy is not in its place, the move is not done.
            Steps = [.. plans.Skip(1).Select(plan => new RestoreStep(plan.Part.Owner, HasNew: true, Suffix)),
                .. files.Paths.AgentNames().Where(agent => !owners.Contains(agent)).Select(agent => new RestoreStep(agent, HasNew: false)),
                new RestoreStep(null, HasNew: true, Suffix)],
        };
        using FileLock held = FileLock.Take(files.Paths.RestoreLock);
        using RestoreGates gates = RestoreGates.Enter(journal.Files(files.Paths), TimeSpan.FromSeconds(30));
        journal.Write(files.Paths);
        at?.Invoke("journal");
        new RestoreGuard(files.Paths).Apply(journal, at);
        at?.Invoke("placed");
        string aside = Path.Combine(files.Paths.Replaced, journal.Replaced);
        return Directory.Exists(aside) ? aside : null;
    }

    /// <summary>The move is done but for the marks that it leaves.</summary>
    private bool IsPlaced(string id)
    {
        if (!FileSigns.IsThere(files.Paths.Central))
            return false;
        using Connection central = CopyConnections.OfLive(files.Paths.Central, files.Settings);
        return new MoveJournal(central).Find(MoveJournal.Id) == id;
    }

    private Connection Connect(PartPlan plan)
    {
        IReadOnlyList<MigrationSet> sets = files.Same(plan.Part.Sets);
        FileRecipe recipe = files.Recipe(files.FileOf(plan.Part.Owner) + Suffix, sets);
        SqliteLibrary.Use(files.Settings.SqliteLibrary);
        recipe.PrepareDirectory();
        recipe.PrepareFile();
        Connection connection = OpenFile.Connect(recipe, SqliteOpenMode.ReadWriteCreate);
        try
        {
            new Migrator(connection, recipe.Path).Apply(sets);
            // All rows are checked at the end; one may refer to another that comes later.
            connection.Script("PRAGMA foreign_keys = OFF; PRAGMA synchronous = NORMAL");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Cursors of the agent's lists stay valid.</summary>
    private static void Inherit(Connection c, PartLife life)
    {
        c.Execute("UPDATE store_info SET value = @Epoch WHERE key = 'epoch'", new { life.Epoch });
        foreach ((string epoch, long raised) in life.Former)
            FormerLives.Add(c, "", epoch, raised);
    }
}
