namespace AgentCraft.Testing;

/// <summary>
/// Finds the server to test: the executable that AGENTCRAFT_SERVER names, else the newest build of src/AgentCraft.Server in the
/// configuration (Debug or Release) that the tests were built in.
/// </summary>
public static class ServerExecutable
{
    private const string Variable = "AGENTCRAFT_SERVER";
    private static readonly string FileName = OperatingSystem.IsWindows() ? "agentcraft.exe" : "agentcraft";

    /// <summary>The absolute path of the executable.</summary>
    /// <exception cref="FileNotFoundException">There is none; the message says which command builds it.</exception>
    public static string Path => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? Named(named) : Built();

    /// <summary>The folder of AgentCraft.sln.</summary>
    public static string RepositoryRoot
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "AgentCraft.sln")))
                folder = folder.Parent;
            return folder?.FullName
                ?? throw new FileNotFoundException($"No AgentCraft.sln above {AppContext.BaseDirectory}; set {Variable}.");
        }
    }

    private static string Configuration =>
        Array.FindLast(AppContext.BaseDirectory.Split(System.IO.Path.DirectorySeparatorChar), part => part is "Debug" or "Release")
        ?? "Debug";

    private static string Named(string path) => File.Exists(path)
        ? System.IO.Path.GetFullPath(path)
        : throw new FileNotFoundException($"{Variable} names '{path}', which does not exist.");

    private static string Built()
    {
        string output = System.IO.Path.Combine(RepositoryRoot, "src", "AgentCraft.Server", "bin", Configuration, "net10.0");
        return Candidates(output).Where(File.Exists).MaxBy(BuiltAt)
            ?? throw new FileNotFoundException($"No {FileName} in {output} or a runtime folder of it. "
                + $"Build it with: dotnet build src/AgentCraft.Server -c {Configuration}   (or set {Variable})");
    }

    // With a runtime identifier (linux-x64) the build has a folder of its own; a publish folder is somebody's copy of any age.
    private static IEnumerable<string> Candidates(string output) => Directory.Exists(output)
        ? Directory.EnumerateDirectories(output)
            .Where(folder => System.IO.Path.GetFileName(folder) != "publish")
            .Prepend(output)
            .Select(folder => System.IO.Path.Combine(folder, FileName))
        : [];

    // A build that changes only code leaves the executable, a mere launcher, as it was: the assemblies beside it tell the time.
    private static DateTime BuiltAt(string executable) =>
        Directory.EnumerateFiles(System.IO.Path.GetDirectoryName(executable)!, "*.dll")
            .Where(file => System.IO.Path.GetFileName(file).StartsWith("agentcraft", StringComparison.OrdinalIgnoreCase))
            .Select(File.GetLastWriteTimeUtc)
            .DefaultIfEmpty(File.GetLastWriteTimeUtc(executable))
            .Max();
}
