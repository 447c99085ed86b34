using System.Globalization;

namespace AgentCraft.Data.Handovers.Git;

/// <summary>What git and the changed files say, as facts of a document.</summary>
internal static class GitFacts
{
    private const int MostFiles = 50;
    private const int MostCommits = 20;
    private const int MostTodos = 30;

    /// <summary>Placeholder to fact.</summary>
    public static IEnumerable<(string Name, HandoverFact Fact)> Of(GitView view)
    {
        yield return ("branch", new(Branch(view), "git: HEAD"));
        yield return ("commit", new(view.Status?.Commit ?? (view.Status is null ? "none" : "none yet"), "git: HEAD"));
        yield return ("dirty_files", Dirty(view));
        yield return ("commits", HandoverFact.List("git: log", Commits(view), Empty(view, "None.")));
        yield return ("todos", HandoverFact.List("the files that git calls changed", Todos(view), Empty(view, "None.")));
    }

    private static string Branch(GitView view) => view.Status switch
    {
        null => "none",
        { Branch: { } branch } => Shown.Plain(branch),
        { Commit: { } commit } => $"none (HEAD is detached at {commit[..10]})",
        _ => "none",
    };

    private static HandoverFact Dirty(GitView view)
    {
        IReadOnlyList<FileChange> changes = view.Status?.Changes ?? [];
        IEnumerable<string> lines = changes.Take(MostFiles).Select(change => $"{Shown.Plain(change.Path)} ({change.Kind})");
        if (changes.Count > MostFiles)
            lines = lines.Append($"and {Number(changes.Count - MostFiles)} more: {string.Join(", ", changes.GroupBy(c => c.Kind).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => $"{Number(g.Count())} {g.Key}"))} in all{(view.Status!.IsCut ? ", and others that were not counted" : "")}");
        return HandoverFact.List("git: status", lines, Empty(view, "None: all is committed."));
    }

    private static IEnumerable<string> Commits(GitView view)
    {
        foreach (GitCommit commit in view.Commits.Take(MostCommits))
            yield return $"{commit.ShortId} {Shown.Plain(commit.Subject, 120)} ({Shown.Plain(commit.Author, 60)}, {commit.At})";
        if (view.Commits.Count > MostCommits)
            yield return $"and {(view.HasMoreCommits ? "at least " : "")}{view.Commits.Count - MostCommits} more";
        if (view.IsShallow)
            yield return "The history is cut off here: this is a shallow clone.";
    }

    private static IEnumerable<string> Todos(GitView view)
    {
        foreach (TodoMark mark in view.Todos.Take(MostTodos))
            yield return $"{Shown.Plain(mark.Path)} line {mark.Line}: {Shown.Plain(mark.Text)}";
        if (view.Todos.Count > MostTodos)
            yield return $"and at least {view.Todos.Count - MostTodos} more";
    }

    private static string Empty(GitView view, string nothing) => view.Absence.Length == 0 ? nothing : $"Not known: {Shown.Plain(view.Absence)}.";

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
