namespace AgentCraft.Data.Handovers.Git;

/// <summary>
/// Where git is. The search of Process.Start looks into the working directory before PATH, so that a project could bring a program of that
/// name; here only absolute entries of PATH count, and none inside the project.
/// </summary>
internal static class GitProgram
{
    private static readonly string[] Names = OperatingSystem.IsWindows() ? ["git.exe"] : ["git"];

    /// <summary>The absolute path; null where git is not installed.</summary>
    public static string? Find(string root) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Where(folder => Path.IsPathFullyQualified(folder) && !IsInside(root, folder))
        .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(IsExecutable);

    private static bool IsInside(string root, string folder) =>
        (Path.GetFullPath(folder) + Path.DirectorySeparatorChar).StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static bool IsExecutable(string file) => File.Exists(file)
        && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
