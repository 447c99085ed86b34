using System.Text.Json.Nodes;

namespace AgentCraft.Data.Diagnosis.Remedies;

/// <summary>Takes rights from others.</summary>
internal sealed class ModeRemedy(IReadOnlyList<(string Path, UnixFileMode Wanted)> entries) : IRemedy
{
    public const string Kind = "mode";

    public bool ChangesRows => false;

    public bool IsOfIndexes => false;

    public int Order => 0;

    public string Apply(Premises premises, FixJournal journal)
    {
        int changed = 0;
        if (!OperatingSystem.IsWindows())
            foreach ((string path, UnixFileMode wanted) in entries.Where(entry => Path.Exists(entry.Path)))
            {
                journal.Note(new() { ["change"] = Kind, ["path"] = path, ["before"] = (int)File.GetUnixFileMode(path), ["after"] = (int)wanted });
                File.SetUnixFileMode(path, wanted);
                changed++;
            }
        return $"{changed} files and directories are their owner's only now.";
    }

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
