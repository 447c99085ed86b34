namespace AgentCraft.Data.Handovers.Git;

/// <summary>HEAD and what is not committed.</summary>
/// <param name="Branch">Null when HEAD is detached.</param>
/// <param name="Commit">Null before the first commit.</param>
/// <param name="Ahead">Commits that the upstream branch lacks.</param>
/// <param name="Changes">Files below the root that differ from HEAD, by path.</param>
/// <param name="IsCut">There are more.</param>
internal sealed record GitStatus(string? Branch, string? Commit, int Ahead, IReadOnlyList<FileChange> Changes, bool IsCut)
{
    /// <summary>Reads porcelain version 2; names are separated by NUL, so that any name is safe.</summary>
    public static GitStatus Parse(GitOutput output, string prefix)
    {
        string? branch = null, commit = null;
        int ahead = 0;
        List<FileChange> changes = [];
        foreach (string line in output.Parts)
            if (line.StartsWith("# branch.head ", StringComparison.Ordinal))
                branch = line[14..] is "(detached)" ? null : line[14..];
            else if (line.StartsWith("# branch.oid ", StringComparison.Ordinal))
                commit = line[13..] is "(initial)" ? null : line[13..];
            else if (line.StartsWith("# branch.ab +", StringComparison.Ordinal))
                _ = int.TryParse(line[13..].Split(' ')[0], out ahead);
            else if (ChangeOf(line, prefix) is { } change)
                changes.Add(change);
        return new(branch, commit, ahead, [.. changes.OrderBy(change => change.Path, StringComparer.Ordinal)], output.IsCut);
    }

    private static FileChange? ChangeOf(string line, string prefix)
    {
        // The path follows a number of fields that depends on the kind of line.
        int fields = line.Length == 0 ? 0 : line[0] switch { '1' => 8, 'u' => 10, '?' => 1, _ => 0 };
        string[] parts = line.Split(' ', fields + 1);
        if (fields == 0 || parts.Length <= fields)
            return null;
        string path = parts[fields];
        return new(path.StartsWith(prefix, StringComparison.Ordinal) ? path[prefix.Length..] : path, line[0] switch
        {
            '?' => "untracked",
            'u' => "in conflict",
            _ => parts[1] switch
            {
                var xy when xy.Contains('D') => "deleted",
                var xy when xy.Contains('A') => "added",
                _ => "modified",
            },
        });
    }
}

/// <summary>A file that is not as it was committed.</summary>
/// <param name="Path">Relative to the root.</param>
/// <param name="Kind">modified, added, deleted, untracked or in conflict.</param>
internal sealed record FileChange(string Path, string Kind);
