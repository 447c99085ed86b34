namespace AgentCraft.Server.Cli;

/// <summary>Where a program is that a client would start by its name: on the PATH, and nowhere else.</summary>
internal static class ProgramPath
{
    private static readonly string[] Ends = OperatingSystem.IsWindows() ? [".exe", ".cmd", ".bat", ""] : [""];

    /// <summary>The file; null when there is none, or it cannot be run.</summary>
    /// <param name="command">A name, or a path.</param>
    /// <param name="directory">What a path is relative to.</param>
    public static string? Find(string command, string? directory = null) => command.IndexOfAny(['/', Path.DirectorySeparatorChar]) >= 0
        ? Runnable(Path.GetFullPath(command, directory ?? Environment.CurrentDirectory))
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => Ends.Select(end => Runnable(Path.Combine(folder, command + end)))).FirstOrDefault(file => file is not null);

    /// <summary>They are the same file, links taken.</summary>
    public static bool Same(string one, string other) => Final(one) == Final(other);

    private static string? Runnable(string path) => File.Exists(path)
        && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0) ? path : null;

    private static string Final(string path)
    {
        try
        {
            return Path.GetFullPath(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);
        }
        catch (IOException)
        {
            return path;
        }
    }
}
