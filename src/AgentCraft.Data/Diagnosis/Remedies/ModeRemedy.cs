using System.Text.Json.Nodes;

namespace AgentCraft.Data.Diagnosis.Remedies;

/// <summary>Takes rights from others, and gives the owner his.</summary>
internal sealed class ModeRemedy(IReadOnlyList<(string Path, UnixFileMode Wanted)> entries) : IRemedy
{
    public const string Kind = "mode";

    /// <summary>Everything, for the owner.</summary>
    public const UnixFileMode OwnerDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public bool ChangesRows => false;

    public bool IsOfIndexes => false;

    public int Order => 0;

    public string Apply(Premises premises, FixJournal journal)
    {
        int changed = 0;
        if (!OperatingSystem.IsWindows())
            foreach ((string path, UnixFileMode wanted) in entries.Where(entry => Path.Exists(entry.Path)))
            {
                if (File.GetUnixFileMode(path) is var before && before == wanted)
                    continue;
                journal.Note(Change(path, before, wanted));
                File.SetUnixFileMode(path, wanted);
                changed++;
            }
        return $"{changed} {(changed == 1 ? "file or directory has its" : "files and directories have their")} permissions again.";
    }

    /// <summary>As it is noted.</summary>
    public static JsonObject Change(string path, UnixFileMode before, UnixFileMode after) => new() { ["change"] = Kind, ["path"] = path, ["before"] = (int)before, ["after"] = (int)after };

    /// <summary>Null when it was taken back, else why not.</summary>
    public static string? Undo(JsonObject change)
    {
        string path = change["path"]!.GetValue<string>();
        if (OperatingSystem.IsWindows() || !Path.Exists(path))
            return $"{path} is gone.";
        if (File.GetUnixFileMode(path) == (UnixFileMode)change["before"]!.GetValue<int>())
            return null;
        if (File.GetUnixFileMode(path) != (UnixFileMode)change["after"]!.GetValue<int>())
            return $"{path} has been given other rights since.";
        File.SetUnixFileMode(path, (UnixFileMode)change["before"]!.GetValue<int>());
        return null;
    }
}
