using AgentCraft.Data.Handovers.Git;

namespace AgentCraft.Data.Handovers;

/// <summary>Looks up what a document cites: files in the project, commits in its repository.</summary>
internal static class Citations
{
    private const int MostCommits = 100;

    /// <summary>Looks.</summary>
    /// <param name="document">The document.</param>
    /// <param name="root">The project.</param>
    /// <param name="before">The fingerprints that were kept with it; null when there are none.</param>
    /// <param name="since">The commit that it was written at, when nothing better is known.</param>
    public static async Task<CitationReport> Look(MarkdownOutline document, string root, IReadOnlyDictionary<string, string>? before = null, string? since = null)
    {
        bool citesCommits = document.Citations.Any(citation => citation.Commit is not null);
        return await Look(document, root, before, citesCommits || since is not null ? (await GitRepository.Open(root)).Repository : null, since);
    }

    /// <summary>Looks, where a repository was opened already; null when there is none.</summary>
    public static async Task<CitationReport> Look(
        MarkdownOutline document, string root, IReadOnlyDictionary<string, string>? before, GitRepository? repository, string? since = null)
    {
        GitMoves? moves = repository is null || since is null ? null : await repository.MovesSince(since);
        CitationReport report = CitationReport.Of(document, root, before, moves?.Files.ToHashSet(StringComparer.Ordinal));
        return repository is null || report.Commits.Count == 0 ? report : report with { Commits = await Found(repository, report.Commits) };
    }

    private static async Task<IReadOnlyList<CitedCommit>> Found(GitRepository repository, IReadOnlyList<CitedCommit> commits)
    {
        IReadOnlyList<CitedCommit> asked = [.. commits.Take(MostCommits)];
        IReadOnlyList<bool?> found = await repository.Exists([.. asked.Select(commit => commit.Id)]);
        // What a shallow clone lacks may well exist.
        return [.. asked.Zip(found, (commit, exists) => commit with { Exists = exists == false && repository.IsShallow ? null : exists })];
    }
}
