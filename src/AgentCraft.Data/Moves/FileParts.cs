using AgentCraft.Data.Diagnosis;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Backups;
using AgentCraft.Data.Storage.Migrations;
using AgentCraft.Data.Storage.Schemas;

namespace AgentCraft.Data.Moves;

/// <summary>The files of a root, as both ends of a move know them.</summary>
internal sealed class FileParts(string root, StoreSettings settings, AgentSchemas schemas)
{
    /// <summary>Where they are.</summary>
    public StorePaths Paths { get; } = new(root, settings);

    /// <summary>How long a gate is waited for, and the like.</summary>
    public StoreSettings Settings => settings;

    /// <summary>How a person knows them.</summary>
    public string Shown => $"SQLite store {root}";

    /// <summary>The file of a part.</summary>
    public string FileOf(string? owner) => owner is null ? Paths.Central : Paths.Agent(owner);

    /// <summary>What it takes to open it, by who keeps everybody else away.</summary>
    public FileRecipe Recipe(string path, IReadOnlyList<MigrationSet> sets) =>
        new(path, sets, settings, settings.CentralCacheKiB, _ => { }, new LeaseClock(TimeProvider.System));

    /// <summary>The schemas that an open file has, all of them as new as this program's.</summary>
    public IReadOnlyList<MigrationSet> SetsOf(Connection c, string path)
    {
        List<MigrationSet> sets = [.. MigrationLedger.Sets(c).Select(name => schemas.FindSet(name) ?? throw MoveErrors.UnknownSet(path, name)).OrderBy(set => set != schemas.OfAll)];
        foreach (MigrationSet set in sets)
            if (MigrationLedger.State(c, path, null, set) is { IsUpToDate: false } state)
                throw state.Fault ?? new AgentCraftException(ErrorCodes.MigrationMismatch, $"{path} lacks {set.Name}/{state.Pending[0]}, which this AgentCraft has: the move was begun by an older one.",
                    "Finish the move with that one; or cancel it (--cancel), and begin anew.");
        return sets;
    }

    /// <summary>The same sets as this engine spells them.</summary>
    public IReadOnlyList<MigrationSet> Same(IEnumerable<MigrationSet> sets) => [.. sets.Select(set => schemas.FindSet(set.Name) ?? throw MoveErrors.UnknownSet(Shown, set.Name))];

    /// <summary>The processes of this machine that have one of the files open, as far as the system tells.</summary>
    public IReadOnlyList<string> Users()
    {
        HashSet<string> files = [Paths.Central, .. Paths.AgentNames().Select(Paths.Agent)];
        ProcessTable processes = new();
        return [.. processes.Opened(files.Contains).Select(open => open.Pid).Distinct().Where(pid => pid != Environment.ProcessId).Order()
            .Select(pid => $"process {pid}{(processes.Find(pid) is { } program ? $" ({program.Shown})" : "")}")];
    }

    /// <summary>False when somebody has the file open; asked inside its gate. Its log is emptied by that.</summary>
    public bool IsClosed(string path)
    {
        try
        {
            new SchemaFile(Recipe(path, []), null).Use(SchemaAccess.Back, _ => true).GetAwaiter().GetResult();
            return true;
        }
        catch (AgentCraftException busy) when (busy.Code == ErrorCodes.StoreBusy)
        {
            return false;
        }
    }
}
