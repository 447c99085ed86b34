using System.Diagnostics;
using AgentCraft.Data.Handovers.Git;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Handovers.Git;

/// <summary>A git repository in a temporary folder, for one test.</summary>
internal sealed class Repository : IDisposable
{
    private readonly TemporaryProject _project = new();

    public Repository(bool init = true)
    {
        Root = Directory.CreateDirectory(_project.PathOf("work")).FullName;
        if (init)
            Run("init", "-q", "-b", "main");
    }

    public string Root { get; }

    /// <summary>Beside the repository, where what must not run would leave its mark.</summary>
    public string Beside(string name) => _project.PathOf(name);

    public Repository Write(string path, string text)
    {
        string file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return this;
    }

    public Repository Commit(string message = "x")
    {
        Run("add", "-A");
        Run("commit", "-q", "--allow-empty", "-m", message);
        return this;
    }

    public string Run(params string[] arguments) => RunIn(Root, arguments);

    public static string RunIn(string folder, params string[] arguments)
    {
        // By its place: another test may stand in a folder with a program of that name.
        ProcessStartInfo start = new(GitProgram.Find(folder)!, ["-c", "user.name=Ann", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always", .. arguments])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using Process git = Process.Start(start)!;
        Task<string> errors = git.StandardError.ReadToEndAsync();
        string output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.True(git.ExitCode == 0, $"git {string.Join(' ', arguments)}: {errors.Result}");
        return output.Trim();
    }

    public void Dispose() => _project.Dispose();
}
