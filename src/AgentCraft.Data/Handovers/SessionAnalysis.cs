namespace AgentCraft.Data.Handovers;

/// <summary>What <c>analyze_session</c> found: what a hand-over would be filled with, each fact with its source.</summary>
public sealed record SessionAnalysis
{
    /// <summary>The session.</summary>
    public string? Session { get; init; }
    /// <summary>HEAD, commits since the session started.</summary>
    public required GitAnalysis Git { get; init; }
    /// <summary>Files that are not committed.</summary>
    public required FileAnalysis Files { get; init; }
    /// <summary>TODO and FIXME in them.</summary>
    public required TodoAnalysis Todos { get; init; }
    /// <summary>Placeholder to fact.</summary>
    public required IReadOnlyDictionary<string, HandoverFact> Facts { get; init; }
    /// <summary>The rows of session_analysis that keep this, by kind.</summary>
    public IReadOnlyDictionary<string, string> Kept { get; init; } = new Dictionary<string, string>();
    /// <summary>True when an earlier call with the same idempotency key found this and this one stored nothing.</summary>
    public bool Replayed { get; init; }
    /// <summary>Always true: names, subjects and notes are what others wrote.</summary>
    public bool Untrusted => true;
}

/// <summary>What to analyze.</summary>
/// <param name="Session">Null for the caller's current session.</param>
public sealed record AnalysisWish(string? Session);

/// <summary>Where the work stands in git.</summary>
public sealed record GitAnalysis
{
    /// <summary>Where this comes from.</summary>
    public string Source => "git: HEAD, log";
    /// <summary>Why there is nothing to say; null when there is.</summary>
    public string? Absence { get; init; }
    /// <summary>Null when HEAD is detached.</summary>
    public string? Branch { get; init; }
    /// <summary>Null before the first commit.</summary>
    public string? Commit { get; init; }
    /// <summary>Commits that the upstream branch lacks.</summary>
    public int Ahead { get; init; }
    /// <summary>The history was cut off by a shallow clone.</summary>
    public bool Shallow { get; init; }
    /// <summary>Since the session started, the newest first, at most 50.</summary>
    public required IReadOnlyList<AnalyzedCommit> Commits { get; init; }
    /// <summary>There are more.</summary>
    public bool HasMoreCommits { get; init; }
}

/// <summary>A commit.</summary>
/// <param name="Id">Its whole id.</param>
/// <param name="Author">Who wrote it.</param>
/// <param name="At">When it was committed.</param>
/// <param name="Subject">The first line of its message.</param>
public sealed record AnalyzedCommit(string Id, string Author, string At, string Subject);

/// <summary>Files that are not as they were committed.</summary>
public sealed record FileAnalysis
{
    internal const int MostNamed = 200;

    /// <summary>Where this comes from.</summary>
    public string Source => "git: status";
    /// <summary>How many, by kind: modified, added, deleted, untracked, in conflict.</summary>
    public required IReadOnlyDictionary<string, int> Counts { get; init; }
    /// <summary>By path, at most 200.</summary>
    public required IReadOnlyList<AnalyzedFile> Changed { get; init; }
    /// <summary>There are more.</summary>
    public bool HasMore { get; init; }
}

/// <summary>A file.</summary>
/// <param name="Path">Relative to the root.</param>
/// <param name="Kind">modified, added, deleted, untracked or in conflict.</param>
public sealed record AnalyzedFile(string Path, string Kind);

/// <summary>What is marked to be done in changed files.</summary>
public sealed record TodoAnalysis
{
    /// <summary>Where this comes from.</summary>
    public string Source => "the files that git calls changed";
    /// <summary>File by file, at most 100.</summary>
    public required IReadOnlyList<AnalyzedTodo> Marks { get; init; }
}

/// <summary>A TODO or FIXME.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">From 1.</param>
/// <param name="Text">From the mark to the end of the line.</param>
public sealed record AnalyzedTodo(string Path, int Line, string Text);
