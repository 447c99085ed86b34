namespace AgentCraft.Data.Handovers.Git;

/// <summary>The repository that the root lies in, for questions that change nothing. All of them together take at most about 1.5 seconds.</summary>
internal sealed class GitRepository
{
    private const int MostStatus = 16 * 1024 * 1024;
    private const int MostPaths = 8 * 1024 * 1024;
    private const int MostCommits = 50;
    private const int MostPrograms = 200;
    private static readonly TimeSpan Total = TimeSpan.FromMilliseconds(1500);
    private static readonly TimeSpan ForStatus = TimeSpan.FromMilliseconds(1000);

    private readonly GitCommand _git;
    private readonly string _prefix;

    private GitRepository(GitCommand git, string prefix, bool isShallow) => (_git, _prefix, IsShallow) = (git, prefix, isShallow);

    /// <summary>True when its history was cut off by a shallow clone.</summary>
    public bool IsShallow { get; }

    /// <summary>Opens it.</summary>
    /// <returns>The repository, or null and the reason, in a few words.</returns>
    public static async Task<(GitRepository? Repository, string Reason)> Open(string root)
    {
        if (!IsInRepository(root))
            return (null, "there is no git repository here");
        if (GitProgram.Find(root) is not { } program)
            return (null, "git is not installed");
        GitCommand git = new(program, root, new Deadline(Total));
        try
        {
            GitOutput? place = await git.Run(4096, Total, null, "rev-parse", "--is-inside-work-tree", "--is-shallow-repository", "--show-prefix");
            if (place is null)
                return (null, "git did not answer in time");
            // The last is a path, which may have line breaks in it.
            if (place.ExitCode != 0 || place.Text.Split('\n', 3) is not ["true", var shallow, var prefix])
                return (null, place.ExitCode != 0 ? $"git refuses: {OneLine.Short(place.Error, 200)}" : "the directory is outside of the repository's work tree");
            return await SwitchProgramsOff(git) is { } fault ? (null, fault) : (new(git, prefix.TrimEnd('\n'), shallow == "true"), "");
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            return (null, $"git cannot be started: {failure.Message}");
        }
    }

    /// <summary>HEAD and what is not committed.</summary>
    public async Task<GitStatus?> Status()
    {
        GitOutput? status = await Status("all") ?? await Status("no");
        return status is not { ExitCode: 0 } ? null : GitStatus.Parse(status, _prefix);
    }

    /// <summary>HEAD alone, without a look at any file.</summary>
    public async Task<GitStatus?> Head()
    {
        GitOutput? branch = await _git.Run(4096, Total, null, "symbolic-ref", "--quiet", "--short", "HEAD");
        GitOutput? commit = await _git.Run(4096, Total, null, "rev-parse", "--quiet", "--verify", "HEAD^{commit}");
        return branch is null || commit is null ? null
            : new(branch.ExitCode == 0 ? branch.Text.TrimEnd('\n') : null, commit.ExitCode == 0 ? commit.Text.TrimEnd('\n') : null, 0, [], IsCut: false);
    }

    /// <summary>The commits of HEAD since a moment, the newest first; at most 50 of them.</summary>
    public async Task<(IReadOnlyList<GitCommit> Commits, bool IsCut)> CommitsSince(DateTimeOffset since) =>
        ParseLog(await _git.Run(MostPaths, Total, null, [.. Log, $"--since=@{since.ToUnixTimeSeconds()}", $"--max-count={MostCommits + 1}", "HEAD", "--"]));

    /// <summary>How HEAD moved on from a commit; null when the repository does not have the commit, or there was no time.</summary>
    public async Task<GitMoves?> MovesSince(string commit)
    {
        // Not from the store alone: the front matter of any file may name it, and it must not become an option.
        if (!IsId(commit) || await Exists([commit]) is not [true])
            return null;
        Task<GitOutput?> log = _git.Run(MostPaths, Total, null, [.. Log, $"--max-count={MostCommits + 1}", $"{commit}..HEAD", "--"]);
        Task<GitOutput?> files = _git.Run(MostPaths, Total, null, "diff", "--name-only", "--no-ext-diff", "--no-textconv", "--no-renames", "-z", commit, "HEAD", "--", ".");
        (IReadOnlyList<GitCommit> commits, bool isCut) = ParseLog(await log);
        return await files is { ExitCode: 0 } changed ? new(commits, isCut, [.. changed.Parts.Select(Inside).Order(StringComparer.Ordinal)]) : null;
    }

    /// <summary>For each id whether the repository has that commit; null when nobody can tell.</summary>
    public async Task<IReadOnlyList<bool?>> Exists(IReadOnlyList<string> ids)
    {
        if (ids.Count == 0)
            return [];
        string input = string.Concat(ids.Select(id => $"{(IsId(id) ? id : "0000000")}^{{commit}}\n"));
        GitOutput? found = await _git.Run(MostPaths, Total, input, "cat-file", "--batch-check=%(objecttype)");
        string[] lines = found is { ExitCode: 0 } ? found.Text.TrimEnd('\n').Split('\n') : [];
        return [.. ids.Select((_, i) => lines.Length == ids.Count ? lines[i] == "commit" : (bool?)null)];
    }

    /// <summary>The newest commits of HEAD, merges apart, each with the files below the root that it changed.</summary>
    public async Task<IReadOnlyList<GitChange>> Recent()
    {
        GitOutput? log = await _git.Run(MostPaths, Total, null,
            "log", "-z", "--no-show-signature", "--no-ext-diff", "--no-textconv", "--no-decorate", "--no-notes", "--no-color", "--no-merges", "--no-renames", "--name-only",
            "--format=%x1e%H", $"--max-count={MostCommits}", "HEAD", "--", ".");
        return log is not { ExitCode: 0 } ? [] : [.. log.Text.Split('\x1e', StringSplitOptions.RemoveEmptyEntries).Select(entry => entry.Split('\0', StringSplitOptions.RemoveEmptyEntries))
            .Select(parts => new GitChange(parts[0].Trim(), [.. parts.Skip(1).Select(path => Inside(path.TrimStart('\n')))]))];
    }

    /// <summary>All files that are tracked below the root, sorted.</summary>
    public async Task<IReadOnlyList<string>> Tracked() =>
        await _git.Run(MostPaths, Total, null, "ls-files", "-z", "--cached", "--", ".") is { ExitCode: 0 } files ? [.. files.Parts.Order(StringComparer.Ordinal)] : [];

    private static readonly string[] Log = ["log", "-z", "--no-show-signature", "--no-ext-diff", "--no-textconv", "--no-decorate", "--no-notes", "--no-color", "--no-patch", "--format=%H%x1f%an%x1f%cI%x1f%s"];

    private Task<GitOutput?> Status(string untracked) =>
        _git.Run(MostStatus, ForStatus, null, "status", "--porcelain=v2", "--branch", "-z", "--ignore-submodules=all", "--no-renames", $"--untracked-files={untracked}", "--", ".");

    private string Inside(string path) => path.StartsWith(_prefix, StringComparison.Ordinal) ? path[_prefix.Length..] : path;

    private static (IReadOnlyList<GitCommit>, bool) ParseLog(GitOutput? log)
    {
        if (log is not { ExitCode: 0 })
            return ([], false);
        List<GitCommit> commits = [.. log.Text.Split('\0').Select(entry => entry.Split('\x1f', 4)).Where(fields => fields.Length == 4)
            .Select(fields => new GitCommit(fields[0].Trim(), fields[1], fields[2], fields[3]))];
        return ([.. commits.Take(MostCommits)], commits.Count > MostCommits);
    }

    // A clean filter runs when git compares a file's content, and both the filter and the files that it is for are the repository's choice.
    private static async Task<string?> SwitchProgramsOff(GitCommand git)
    {
        GitOutput? keys = await git.Run(MostPaths, Total, null, "config", "--list", "--includes", "--name-only", "-z");
        if (keys is not { ExitCode: 0, IsCut: false })
            return "the repository's configuration cannot be read";
        string[] filters = [.. keys.Parts.Where(key => key.StartsWith("filter.", StringComparison.OrdinalIgnoreCase)).Distinct()];
        if (filters.Length > MostPrograms || filters.Any(key => key.Contains('=')))
            return "the repository's configuration has filters that cannot be switched off";
        foreach (string key in filters)
            git.SwitchOff($"{key}={(key.EndsWith(".required", StringComparison.Ordinal) ? "false" : "")}");
        return null;
    }

    private static bool IsInRepository(string root)
    {
        for (DirectoryInfo? at = new(root); at is not null; at = at.Parent)
            if (Path.Exists(Path.Combine(at.FullName, ".git")))
                return true;
        return false;
    }

    private static bool IsId(string id) => id.Length is >= 7 and <= 64 && id.All(char.IsAsciiHexDigitLower);
}

/// <summary>A commit.</summary>
/// <param name="Id">All of its id.</param>
/// <param name="Author">Who wrote it.</param>
/// <param name="At">When it was committed, ISO 8601.</param>
/// <param name="Subject">The first line of its message.</param>
internal sealed record GitCommit(string Id, string Author, string At, string Subject)
{
    /// <summary>Enough of the id to find it.</summary>
    public string ShortId => Id[..Math.Min(Id.Length, 10)];
}

/// <summary>A commit by its files.</summary>
/// <param name="Commit">All of its id.</param>
/// <param name="Files">What it changed, relative to the root; some may be gone since.</param>
internal sealed record GitChange(string Commit, IReadOnlyList<string> Files);

/// <summary>How HEAD moved on from a commit.</summary>
/// <param name="Commits">The commits since, the newest first.</param>
/// <param name="IsCut">There are more.</param>
/// <param name="Files">What differs, relative to the root.</param>
internal sealed record GitMoves(IReadOnlyList<GitCommit> Commits, bool IsCut, IReadOnlyList<string> Files);
