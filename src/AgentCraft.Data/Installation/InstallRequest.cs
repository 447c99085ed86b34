namespace AgentCraft.Data.Installation;

/// <summary>What is to be installed.</summary>
/// <param name="Clients">For which clients.</param>
/// <param name="Command">How our program is started: the program, and what goes before our own arguments.</param>
/// <param name="Options">What goes behind our own arguments.</param>
/// <param name="WithGuidance">Also the paragraph for agents.</param>
/// <param name="IsForced">Replace what another one has under our name.</param>
public sealed record InstallRequest(IReadOnlyList<ClientProgram> Clients, IReadOnlyList<string> Command, IReadOnlyList<string> Options, bool WithGuidance = true, bool IsForced = false)
{
    internal ServerEntry EntryOf(ClientProgram client) => client.Entry(Command, Options);
}

/// <summary>What becomes of a file.</summary>
public enum FileChange
{
    /// <summary>There was none.</summary>
    Made,

    /// <summary>Something was put into it, and everything else stays.</summary>
    Added,

    /// <summary>What was ours, or stood in its place, is new, and everything else stays.</summary>
    Replaced,

    /// <summary>It has all that it should have.</summary>
    There,

    /// <summary>It is left as it is, although it is not what would be written; the note says why.</summary>
    Kept,

    /// <summary>What was ours is gone, and everything else stays.</summary>
    Removed,

    /// <summary>The file is gone: nothing but what was ours was in it.</summary>
    Deleted,

    /// <summary>There is nothing of ours to take away.</summary>
    Absent,
}

/// <summary>A file, as it is and as it will be.</summary>
/// <param name="Path">Relative to the root.</param>
/// <param name="Change">What becomes of it.</param>
/// <param name="Before">Its text; null when there is none.</param>
/// <param name="After">Its text afterwards; null when there is none.</param>
/// <param name="About">What it is, or why it is left as it is.</param>
/// <param name="Client">Whose configuration it is.</param>
public sealed record PlannedFile(string Path, FileChange Change, string? Before, string? After, string About, ClientProgram? Client = null)
{
    /// <summary>Something of ours is in it already, so that it is not what there was before us.</summary>
    internal bool HadOurs { get; init; }

    /// <summary>It will not be as it is.</summary>
    public bool IsChanged => Before != After;

    /// <summary>The change, as <c>git diff</c> shows it.</summary>
    public string Diff => After is null ? Outputs.UnifiedDiff.Of(Before, "", Path).Text.Replace($"+++ b/{Path}", "+++ /dev/null", StringComparison.Ordinal) : Outputs.UnifiedDiff.Of(Before, After, Path).Text;
}

/// <summary>What was done.</summary>
/// <param name="Files">All files that were looked at.</param>
/// <param name="Backup">Where those that were changed are as they were before, relative to the root; null when none was.</param>
public sealed record Installed(IReadOnlyList<PlannedFile> Files, string? Backup);
