namespace AgentCraft.Data.Paths;

/// <summary>
/// Where a path leads when the links on it are taken, as names from the root down that are no links at this moment; opening them follows
/// none, so what is a link by then is refused.
/// </summary>
internal static class LinkWay
{
    private const int MostLinks = 40;

    /// <summary>The names; null when a link leads out of the root or in circles.</summary>
    public static string[]? Inside(string root, IEnumerable<string> names)
    {
        List<string> at = [];
        Stack<string> rest = new(names.Reverse());
        for (int links = 0; rest.TryPop(out string? name);)
        {
            if (name is "" or ".")
                continue;
            if (name == "..")
            {
                if (at.Count == 0)
                    return null;
                at.RemoveAt(at.Count - 1);
            }
            else if (TargetOf(Path.Combine([root, .. at, name])) is not { } target)
                at.Add(name);
            else if (++links > MostLinks || !Take(root, target, at, rest))
                return null;
        }
        return [.. at];
    }

    private static bool Take(string root, string target, List<string> at, Stack<string> rest)
    {
        if (Path.IsPathRooted(target))
        {
            if (Below(root, target) is not { } inside)
                return false;
            at.Clear();
            target = inside;
        }
        foreach (string name in target.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Reverse())
            rest.Push(name);
        return true;
    }

    private static string? Below(string root, string path) =>
        path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? path[(root.Length + 1)..] : path == root ? "" : null;

    private static string? TargetOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
