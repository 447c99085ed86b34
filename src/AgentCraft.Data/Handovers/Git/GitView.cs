namespace AgentCraft.Data.Handovers.Git;

/// <summary>What git and the changed files say at one moment. That there is no repository is a finding, no error.</summary>
internal sealed record GitView
{
    /// <summary>Why there is nothing to say; empty when there is.</summary>
    public string Absence { get; init; } = "";
    /// <summary>For further questions, in what time is left; null when there is none.</summary>
    public GitRepository? Repository { get; init; }
    /// <summary>HEAD and what is not committed; null without a repository, or when git did not answer in time.</summary>
    public GitStatus? Status { get; init; }
    /// <summary>The commits since the session started, the newest first.</summary>
    public IReadOnlyList<GitCommit> Commits { get; init; } = [];
    /// <summary>There are more of them.</summary>
    public bool HasMoreCommits { get; init; }
    /// <summary>The history was cut off by a shallow clone.</summary>
    public bool IsShallow { get; init; }
    /// <summary>TODO and FIXME in the changed files.</summary>
    public IReadOnlyList<TodoMark> Todos { get; init; } = [];

    /// <summary>Looks.</summary>
    /// <param name="root">The project.</param>
    /// <param name="since">When the session started; null for no commits.</param>
    public static async Task<GitView> Look(string root, DateTimeOffset? since)
    {
        (GitRepository? repository, string reason) = await GitRepository.Open(root);
        if (repository is null)
            return new() { Absence = reason };
        Task<GitStatus?> asking = repository.Status();
        (IReadOnlyList<GitCommit> commits, bool hasMore) = since is { } start ? await repository.CommitsSince(start) : ([], false);
        GitStatus? status = await asking;
        return new()
        {
            Repository = repository,
            Absence = status is null ? "git did not answer in time" : "",
            Status = status,
            Commits = commits,
            HasMoreCommits = hasMore,
            IsShallow = repository.IsShallow,
            Todos = status is null ? [] : TodoScan.Of(root, status.Changes),
        };
    }
}
