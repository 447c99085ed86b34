using AgentCraft.Data.Handovers.Git;

namespace AgentCraft.Data.Handovers;

/// <summary>Weighs files: what a hand-over cites, what changed, and the tests and settings beside that.</summary>
internal sealed class FilesToRead(Weighing files, IReadOnlyList<string> tracked)
{
    private const int MostNeighbours = 200;
    // A commit of more files formats, moves or imports: it says little about any of them.
    private const int LargestCommit = 100;

    private const double Cited = 0.6, CitedAndChanged = 0.5, Conflict = 0.7, Dirty = 0.4, Committed = 0.35, Marked = 0.2, TestOfChanged = 0.3, SettingOfChanged = 0.15,
        Introduction = 0.25, Lately = 0.05, OftenLately = 0.25;

    private static readonly string[] Introductions = ["README.md", "AGENTS.md", "CLAUDE.md", "CONTRIBUTING.md"];

    // What says how the files of a folder are built or checked.
    private static readonly string[] Settings =
    [
        "package.json", "tsconfig.json", "pyproject.toml", "setup.cfg", "Cargo.toml", "go.mod", "pom.xml", "build.gradle", "Makefile", "CMakeLists.txt", "Dockerfile",
        "Directory.Build.props", "appsettings.json",
    ];

    private readonly ILookup<string, string> _byStem = tracked.ToLookup(StemOf, StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _tracked = [.. tracked];
    private readonly ILookup<string, string> _projects = tracked.Where(path => path.EndsWith(".csproj", StringComparison.Ordinal)).ToLookup(FolderOf);

    /// <summary>What the hand-over names, as it is now.</summary>
    public void AddCited(CitationReport cited, string handover)
    {
        foreach (CitedFile file in cited.Files.Where(file => file.State != FileState.Missing))
        {
            files.Add(file.Path, $"cited in {handover}, line {file.Line}", Cited);
            if (file.State == FileState.Changed)
                files.Add(file.Path, "changed since that was written", CitedAndChanged);
        }
    }

    /// <summary>What is not committed, what commits changed, and what stands beside both.</summary>
    public void AddChanged(GitView view, GitMoves? moves)
    {
        foreach (FileChange change in view.Status?.Changes.Where(change => change.Kind != "deleted") ?? [])
            files.Add(change.Path, change.Kind == "in conflict" ? "in conflict" : $"{change.Kind}, not committed", change.Kind == "in conflict" ? Conflict : Dirty);
        HashSet<string> gone = [.. view.Status?.Changes.Where(change => change.Kind == "deleted").Select(change => change.Path) ?? []];
        foreach (string path in moves?.Files.Where(path => _tracked.Contains(path) && !gone.Contains(path)) ?? [])
            files.Add(path, "changed by commits since the hand-over", Committed);
        foreach (IGrouping<string, TodoMark> marks in view.Todos.GroupBy(mark => mark.Path))
            files.Add(marks.Key, $"has {Shown.Count(marks.Count(), "TODO or FIXME", "TODOs or FIXMEs")}, the first in line {marks.First().Line}", Marked);
        foreach (string path in (view.Status?.Changes.Select(change => change.Path) ?? []).Concat(moves?.Files ?? []).Distinct().Take(MostNeighbours))
            AddNeighbours(path);
    }

    /// <summary>What the last commits changed, and how often; what those of the session changed counts more, and so does what stands beside that.</summary>
    public void AddHistory(IReadOnlyList<GitChange> recent, IReadOnlySet<string> ofSession)
    {
        List<GitChange> telling = [.. recent.Where(change => change.Files.Count <= LargestCommit)];
        foreach (IGrouping<string, string> touched in telling.SelectMany(change => change.Files.Where(_tracked.Contains).Select(file => (file, change.Commit))).GroupBy(pair => pair.file, pair => pair.Commit))
            files.Add(touched.Key, $"changed by {touched.Count()} of the last {Shown.Count(recent.Count, "commit")}", Math.Min(OftenLately, Lately * touched.Count()));
        foreach (string path in telling.Where(change => ofSession.Contains(change.Commit)).SelectMany(change => change.Files).Distinct().Take(MostNeighbours))
        {
            if (_tracked.Contains(path))
                files.Add(path, "changed by commits of this session", Committed);
            AddNeighbours(path);
        }
    }

    /// <summary>Where somebody begins who was told nothing.</summary>
    public void AddIntroductions()
    {
        foreach (string path in Introductions.Where(_tracked.Contains))
            files.Add(path, "says what the project is, and there is no hand-over", Introduction);
    }

    private void AddNeighbours(string changed)
    {
        string name = Shown.Plain(changed);
        if (!IsTest(changed))
            foreach (string test in _byStem[StemOf(changed)].Where(IsTest))
                files.Add(test, $"tests {name}, which changed", TestOfChanged);
        for (string? folder = FolderOf(changed); folder is not null; folder = folder.Length == 0 ? null : FolderOf(folder))
            if (SettingIn(folder) is { } setting)
            {
                if (setting != changed)
                    files.Add(setting, $"says how {name} is built, which changed", SettingOfChanged);
                break;
            }
    }

    private string? SettingIn(string folder) =>
        _projects[folder].FirstOrDefault() ?? Settings.Select(name => folder.Length == 0 ? name : $"{folder}/{name}").FirstOrDefault(_tracked.Contains);

    private static bool IsTest(string path) => NameOf(path) is var name && StemOf(path).Length < name.Split('.')[0].Length
        || name.Contains(".test.", StringComparison.OrdinalIgnoreCase) || name.Contains(".spec.", StringComparison.OrdinalIgnoreCase);

    /// <summary>What a file and its tests have in common: <c>Parser</c> of Parser.cs, ParserTests.cs, test_parser.py, parser.spec.ts.</summary>
    private static string StemOf(string path)
    {
        string stem = NameOf(path).Split('.')[0];
        foreach (string start in new[] { "test_", "Test" })
            if (stem.StartsWith(start, StringComparison.Ordinal) && stem.Length > start.Length)
                return stem[start.Length..];
        foreach (string end in new[] { "Tests", "Test", "_test", "_tests", "_spec", "Spec" })
            if (stem.EndsWith(end, StringComparison.Ordinal) && stem.Length > end.Length)
                return stem[..^end.Length];
        return stem;
    }

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static string FolderOf(string path) => path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : "";
}
