namespace AgentCraft.Data.Installation;

/// <summary>What becomes of the files that tell agents how to work here.</summary>
internal static class GuidancePlan
{
    public const string Agents = "AGENTS.md";
    private const string About = "how to work with the tools, in one paragraph between markers";

    // Claude Code reads its own file, and AGENTS.md where there is none.
    private static readonly string[] Claude = ["CLAUDE.md", ".claude/CLAUDE.md"];

    /// <summary>With the paragraph.</summary>
    public static IEnumerable<PlannedFile> Install(string root, IReadOnlyList<ClientProgram> clients)
    {
        yield return Add(new(root, Agents));
        if (clients.Contains(ClientProgram.Claude) && OwnOfClaude(root) is { } own)
            yield return Add(own);
    }

    /// <summary>As <c>init</c> has it: made where there is none, and never changed.</summary>
    public static PlannedFile Init(string root)
    {
        InstallFile file = new(root, Agents);
        try
        {
            if (file.Read() is not { } text)
                return Add(file);
            bool isThere = file.Ask(text, Guidance.IsIn);
            return new(Agents, isThere ? FileChange.There : FileChange.Kept, text, text, isThere ? About : "says nothing of AgentCraft yet: agentcraft install adds a paragraph");
        }
        catch (AgentCraftException fault)
        {
            return new(Agents, FileChange.Kept, null, null, fault.Message);
        }
    }

    /// <summary>Without it.</summary>
    public static IEnumerable<PlannedFile> Uninstall(string root, InstallRecord record, bool fromAgents, bool fromClaude) =>
        from path in (fromAgents ? new[] { Agents } : []).Concat(fromClaude ? Claude : [])
        let planned = Remove(new(root, path), record)
        where planned is not null
        select planned;

    /// <summary>Claude's own file, unless it takes in AGENTS.md, or is a link to it.</summary>
    private static InstallFile? OwnOfClaude(string root) => Claude.Select(path => new InstallFile(root, path)).FirstOrDefault(file => Path.Exists(Path.Combine(root, file.Path))) is { } own
        && own.Location != new InstallFile(root, Agents).Location
        && own.Read() is { } text && !text.Split('\n').Any(line => line.Contains("@AGENTS.md", StringComparison.Ordinal) || line.Contains("@../AGENTS.md", StringComparison.Ordinal)) ? own : null;

    private static PlannedFile Add(InstallFile file)
    {
        string? before = file.Read();
        string after = file.Edit(before ?? "", Guidance.Add);
        FileChange change = before is null ? FileChange.Made : before == after ? FileChange.There : file.Ask(before, Guidance.IsIn) ? FileChange.Replaced : FileChange.Added;
        return new(file.Path, change, before, after, About) { HadOurs = change == FileChange.Replaced };
    }

    private static PlannedFile? Remove(InstallFile file, InstallRecord record)
    {
        if (file.Read() is not { } before || !file.Ask(before, Guidance.IsIn))
            return null;
        if (record.Untouched(file.Path, before) is { Made: false } known && record.Before(known) is { } original)
            return new(file.Path, FileChange.Removed, before, original, "as it was before");
        string after = file.Edit(before, Guidance.Remove);
        return string.IsNullOrWhiteSpace(after.TrimStart('\uFEFF')) && record.Find(file.Path)?.Made != false
            ? new(file.Path, FileChange.Deleted, before, null, "nothing else was in it") : new(file.Path, FileChange.Removed, before, after, "the paragraph between the markers");
    }
}
