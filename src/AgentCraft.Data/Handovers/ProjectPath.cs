namespace AgentCraft.Data.Handovers;

/// <summary>Paths that texts name, kept inside the project: neither dots nor links lead out.</summary>
internal static class ProjectPath
{
    private const int Longest = 1000;

    /// <summary>The absolute path; null when it leads out of the project or is no path at all. It need not exist.</summary>
    public static string? Find(string root, string relative)
    {
        if (relative.Length is 0 or > Longest || relative.Contains('\0') || Path.IsPathRooted(relative))
            return null;
        string full = Path.GetFullPath(Path.Combine(root, relative));
        return IsInside(root, full) && !LinksOut(root, full) ? full : null;
    }

    private static bool IsInside(string root, string path) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static bool LinksOut(string root, string full)
    {
        string at = Path.TrimEndingDirectorySeparator(root);
        foreach (string part in full[(at.Length + 1)..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            at = Path.Combine(at, part);
            if (IsLinkOut(root, at))
                return true;
        }
        return false;
    }

    private static bool IsLinkOut(string root, string path)
    {
        try
        {
            FileSystemInfo entry = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
            if (entry.LinkTarget is null)
                return false;
            // A link to a link, or through one, is not worth following: it is taken as leading out unless it ends inside.
            return entry.ResolveLinkTarget(returnFinalTarget: true) is not { } target || !IsInside(root, target.FullName) || target.LinkTarget is not null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
