using System.Text.Json.Nodes;

namespace AgentCraft.Data.Diagnosis.Remedies;

/// <summary>Moves what was left half done into the journal's directory.</summary>
internal sealed class AsideRemedy(IReadOnlyList<string> paths) : IRemedy
{
    public const string Kind = "moved";

    public bool ChangesRows => false;

    public bool IsOfIndexes => false;

    public int Order => 5;

    public string Apply(Premises premises, FixJournal journal)
    {
        int moved = 0;
        foreach (string path in paths.Where(Path.Exists))
        {
            string to = Path.Combine(journal.Folder, $"{++moved}-{Path.GetFileName(path)}");
            journal.Note(new() { ["change"] = Kind, ["from"] = path, ["to"] = to });
            Directory.Move(path, to);
        }
        return $"{moved} {(moved == 1 ? "leftover lies" : "leftovers lie")} in {premises.Shown(journal.Folder)} now.";
    }

    /// <summary>Null when it was taken back, else why not.</summary>
    public static string? Undo(JsonObject change)
    {
        (string from, string to) = (change["from"]!.GetValue<string>(), change["to"]!.GetValue<string>());
        if (!Path.Exists(to))
            return Path.Exists(from) ? null : $"{to} is gone.";
        if (Path.Exists(from))
            return $"{from} is there again; the one that was moved is {to}.";
        Directory.Move(to, from);
        return null;
    }
}
