using AgentCraft.Data.Tests.Handovers.Git;
using AgentCraft.Testing;

namespace AgentCraft.Data.Tests.Handovers;

/// <summary>
/// This project's own repository, cloned for one test. Where its history is not at hand (an exported tree, a shallow clone) a like one is
/// built of its files, and <see cref="IsOwnHistory"/> says so.
/// </summary>
internal sealed class RealRepository : IDisposable
{
    private const int FewCommits = 40;

    private readonly Repository _repository = new(init: false);

    public RealRepository()
    {
        IsOwnHistory = Count(ServerExecutable.RepositoryRoot) >= FewCommits;
        if (IsOwnHistory)
            Repository.RunIn(Root, "clone", "-q", ServerExecutable.RepositoryRoot, ".");
        else
            Build();
        Tracked = Lines("ls-files");
    }

    public string Root => _repository.Root;

    public bool IsOwnHistory { get; }

    public IReadOnlyList<string> Tracked { get; }

    public string Run(params string[] arguments) => _repository.Run(arguments);

    /// <summary>What a command says, line by line.</summary>
    public IReadOnlyList<string> Lines(params string[] arguments) => [.. Run(arguments).Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>Sources that have a file of tests with their name.</summary>
    public IEnumerable<(string Source, string Tests)> Pairs()
    {
        ILookup<string, string> tests = Tracked.Where(path => path.EndsWith("Tests.cs", StringComparison.Ordinal)).ToLookup(path => Path.GetFileName(path)[..^"Tests.cs".Length]);
        return Tracked.Where(path => path.StartsWith("src/", StringComparison.Ordinal) && path.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(path => tests[Path.GetFileNameWithoutExtension(path)].Select(test => (path, test)));
    }

    public void Append(string path, string text) => File.AppendAllText(Path.Combine(Root, path), text);

    public void Dispose() => _repository.Dispose();

    private static int Count(string root)
    {
        if (!Path.Exists(Path.Combine(root, ".git")) || Repository.RunIn(root, "rev-parse", "--is-shallow-repository") != "false")
            return 0;
        return int.Parse(Repository.RunIn(root, "rev-list", "--count", "HEAD"));
    }

    private void Build()
    {
        string[] ignored = ["bin", "obj", ".git", ".agentcraft", ".agents", "node_modules"];
        foreach (string file in Directory.EnumerateFiles(ServerExecutable.RepositoryRoot, "*", SearchOption.AllDirectories))
            if (Path.GetRelativePath(ServerExecutable.RepositoryRoot, file) is var path && !path.Split(Path.DirectorySeparatorChar).Any(ignored.Contains) && new FileInfo(file).Length < 200_000)
                _repository.Write(path, File.ReadAllText(file));
        Run("init", "-q", "-b", "main");
        _repository.Commit("All there is");
        string[] sources = [.. Lines("ls-files", "src/*.cs").Where((_, i) => i % 7 == 0).Take(FewCommits)];
        foreach (string source in sources.Concat(sources).Take(FewCommits))
        {
            Append(source, $"// {source}\n");
            _repository.Commit($"Change {Path.GetFileName(source)}");
        }
    }
}
