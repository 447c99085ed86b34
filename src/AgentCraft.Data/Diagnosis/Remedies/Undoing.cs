using System.Text.Json.Nodes;
using AgentCraft.Data.Storage;
using AgentCraft.Data.Storage.Backups;

namespace AgentCraft.Data.Diagnosis.Remedies;

/// <summary>What <c>doctor --undo</c> does: the changes of a journal, the last first. What has changed since stays as it is.</summary>
internal sealed class Undoing(Premises premises)
{
    private readonly List<string> _kept = [];
    private int _undone;

    /// <exception cref="AgentCraftException"><c>not_found</c>, <c>store_busy</c></exception>
    public Task<UndoReport> Run(string? id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string folder = Find(id);
        using FileLock held = FileLock.TryTake(premises.Paths.Central + ".doctor")
            ?? throw new AgentCraftException(ErrorCodes.StoreBusy, "Another doctor is putting this store right.", "Repeat the call when it is done.", retryable: true);
        List<JsonObject> changes = FixJournal.Read(folder);
        changes.Reverse();
        for (int i = 0; i < changes.Count;)
            i += UndoSome(changes, i);
        FixJournal.Close(folder);
        return Task.FromResult(new UndoReport { Id = Path.GetFileName(folder), Undone = _undone, Kept = _kept });
    }

    private string Find(string? id)
    {
        IReadOnlyList<string> folders = FixJournal.Folders(premises);
        if (id is null)
            return folders.FirstOrDefault() ?? throw new AgentCraftException(ErrorCodes.NotFound, "There is nothing to take back.", "agentcraft doctor --fix has changed nothing here, or all of it was taken back.");
        return folders.FirstOrDefault(folder => Path.GetFileName(folder) == id || Path.GetFileName(folder) == $"doctor-{id}") ?? throw new AgentCraftException(ErrorCodes.NotFound,
            $"There is no '{Text.Shown(id)}' to take back.", $"{Text.DidYouMean(id, folders.Select(folder => Path.GetFileName(folder)!))}agentcraft doctor --undo without a name takes the newest back.");
    }

    /// <summary>Changes of rows of one store in a row are one transaction. Returns how many it were.</summary>
    private int UndoSome(List<JsonObject> changes, int first)
    {
        string kind = KindOf(changes[first]);
        if (kind is not (OrphanRemedy.Kind or CountRemedy.Kind))
        {
            Tell(kind switch
            {
                ModeRemedy.Kind => ModeRemedy.Undo(changes[first]),
                AsideRemedy.Kind => AsideRemedy.Undo(changes[first]),
                _ => $"{changes[first]["what"]} There is nothing to take back in that.",
            });
            return 1;
        }
        List<JsonObject> same = [.. changes.Skip(first).TakeWhile(change => KindOf(change) is OrphanRemedy.Kind or CountRemedy.Kind && PlaceOf(change) == PlaceOf(changes[first]))];
        (string? agent, bool isCentral) = PlaceOf(same[0]);
        foreach (string? result in DerivedStore.Write(premises, agent, isCentral, c => same.ConvertAll(change => Undo(c, change))))
            Tell(result);
        return same.Count;
    }

    private static string? Undo(Connection c, JsonObject change) => KindOf(change) == OrphanRemedy.Kind ? OrphanRemedy.Undo(c, change) : CountRemedy.Undo(c, change);

    private void Tell(string? kept)
    {
        if (kept is null)
            _undone++;
        else
            _kept.Add(kept);
    }

    private static string KindOf(JsonObject change) => change["change"]?.GetValue<string>() ?? "";

    private static (string? Agent, bool IsCentral) PlaceOf(JsonObject change) => (change["agent"]?.GetValue<string>(), change["central"]?.GetValue<bool>() ?? change["agent"] is null);
}
