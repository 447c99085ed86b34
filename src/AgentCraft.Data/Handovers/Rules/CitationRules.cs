namespace AgentCraft.Data.Handovers;

/// <summary>The files that the document names are there.</summary>
internal sealed class CitedFilesExistRule(string name, RuleSeverity severity) : HandoverRule(name, RuleType.ValidationRule, severity)
{
    public override RuleResult Check(MarkdownOutline document, CitationReport cited)
    {
        IReadOnlyList<CitedFile> missing = [.. cited.Files.Where(file => file.State == FileState.Missing)];
        return missing.Count == 0
            ? Passed(null, cited.Files.Count == 0 ? "No file is cited." : $"Every cited file is there ({cited.Files.Count:N0}).")
            : Broken(missing[0].Line, $"{CitationList.Of(missing)} {(missing.Count == 1 ? "is" : "are")} not in the project. Correct the path, or say in words that it is gone.");
    }
}

/// <summary>The files that the document names are as they were when it was written.</summary>
internal sealed class CitedFilesUnchangedRule(string name, RuleSeverity severity) : HandoverRule(name, RuleType.ValidationRule, severity)
{
    public override RuleResult Check(MarkdownOutline document, CitationReport cited)
    {
        IReadOnlyList<CitedFile> changed = [.. cited.Files.Where(file => file.State == FileState.Changed)];
        return changed.Count == 0
            ? Passed(null, "No cited file is known to have changed since.")
            : Broken(changed[0].Line, $"{CitationList.Of(changed)} changed since the document was written. Read {(changed.Count == 1 ? "it" : "them")} again and make a new version.");
    }
}

/// <summary>The commits that the document names are in the repository.</summary>
internal sealed class CitedCommitsExistRule(string name, RuleSeverity severity) : HandoverRule(name, RuleType.ValidationRule, severity)
{
    public override RuleResult Check(MarkdownOutline document, CitationReport cited)
    {
        IReadOnlyList<CitedCommit> missing = [.. cited.Commits.Where(commit => commit.Exists == false)];
        if (missing.Count > 0)
            return Broken(missing[0].Line, $"{CitationList.Of(missing)} {(missing.Count == 1 ? "is no commit" : "are no commits")} of this repository. Correct the id, or fetch what is missing.");
        return Passed(null, cited.Commits.Count == 0 ? "No commit is cited."
            : cited.Commits.Any(commit => commit.Exists is null) ? "Whether the cited commits exist could not be looked up: there is no git repository."
            : $"Every cited commit is there ({cited.Commits.Count:N0}).");
    }
}

/// <summary>The first few of what is cited: <c>`src/a.cs` (line 3), `b.md` (line 9) and 2 more</c>.</summary>
internal static class CitationList
{
    private const int Shown = 5;

    public static string Of(IReadOnlyList<CitedFile> files) => Of([.. files.Select(file => (file.Path, file.Line))]);

    public static string Of(IReadOnlyList<CitedCommit> commits) => Of([.. commits.Select(commit => (commit.Id, commit.Line))]);

    private static string Of(List<(string Text, int Line)> cited) =>
        string.Join(", ", cited.Take(Shown).Select(one => $"`{OneLine.Short(one.Text, 100)}` (line {one.Line})"))
        + (cited.Count > Shown ? $" and {cited.Count - Shown:N0} more" : "");
}
