using System.Text.Json;
using AgentCraft.Data.Handovers.Git;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Handovers;

/// <summary>What moved since a hand-over was written, as warnings to whoever takes over: commits, cited files, tasks, messages.</summary>
internal static class HandoverMoves
{
    private const int MostNamed = 5;
    private const int MostCounted = 1000;

    public static async Task<IReadOnlyList<string>> Since(HandoverKeeper keeper, Handover handover, CancellationToken cancellationToken)
    {
        Task<List<string>> repository = InRepository(keeper.Root, handover);
        IReadOnlyList<string> cited = InCitedFiles(keeper.Root, handover);
        List<string> stored = await keeper.Central.Read(c => InStore(c, handover), cancellationToken);
        return [.. await repository, .. cited, .. stored];
    }

    /// <summary>The fingerprints that were kept with a document.</summary>
    public static IReadOnlyDictionary<string, string> Fingerprints(Handover handover) =>
        handover.CitedFiles.ValueKind == JsonValueKind.Object ? handover.CitedFiles.Deserialize(DataJson.Default.IReadOnlyDictionaryStringString) ?? new Dictionary<string, string>()
        : new Dictionary<string, string>();

    private static async Task<List<string>> InRepository(string root, Handover handover)
    {
        if (handover.CommitId is not { } commit || (await GitRepository.Open(root)).Repository is not { } repository)
            return [];
        Task<GitMoves?> moving = repository.MovesSince(commit);
        GitStatus? head = await repository.Head();
        GitMoves? moves = await moving;
        List<string> warnings = [];
        if (head is not null && head.Branch != handover.Branch)
            warnings.Add($"It was written on {Place(handover.Branch)}; this is {Place(head.Branch)}.");
        if (moves is null)
            warnings.Add($"Commit {commit[..10]}, at which it was written, is not in this repository: another clone, or its history was rewritten.");
        else if (moves.Commits.Count > 0 || moves.Files.Count > 0)
            warnings.Add(Describe(moves, commit));
        return warnings;
    }

    private static string Describe(GitMoves moves, string commit)
    {
        string count = (moves.IsCut ? "more than " : "") + Shown.Count(moves.Commits.Count, "commit");
        string ids = moves.Commits.Count == 0 ? "" : $" ({Shown.List([.. moves.Commits.Select(c => c.ShortId)], MostNamed)})";
        string files = moves.Files.Count == 0 ? "no file differs" : $"{Shown.Count(moves.Files.Count, "file differs", "files differ")}: {Shown.List([.. moves.Files.Select(Shown.Code)], MostNamed)}";
        return $"Since commit {commit[..10]} there {(moves.Commits.Count == 1 ? "was" : "were")} {count}{ids}; {files}.";
    }

    private static List<string> InCitedFiles(string root, Handover handover)
    {
        IReadOnlyDictionary<string, string> before = Fingerprints(handover);
        if (before.Count == 0)
            return [];
        CitationReport now = CitationReport.Of(MarkdownOutline.Parse(handover.Content), root, before);
        string[] changed = [.. now.Files.Where(file => file.State == FileState.Changed).Select(file => Shown.Code(file.Path))];
        string[] gone = [.. now.Files.Where(file => file.State == FileState.Missing && file.WasThere).Select(file => Shown.Code(file.Path))];
        List<string> warnings = [];
        if (changed.Length > 0)
            warnings.Add($"It cites {Shown.Count(changed.Length, "file")} that changed since: {Shown.List(changed, MostNamed)}. Read what is there now.");
        if (gone.Length > 0)
            warnings.Add($"It cites {Shown.Count(gone.Length, "file")} that {(gone.Length == 1 ? "is" : "are")} gone since: {Shown.List(gone, MostNamed)}.");
        return warnings;
    }

    private static List<string> InStore(Connection c, Handover handover)
    {
        List<string> warnings = [];
        foreach (string status in new[] { "completed", "failed", "cancelled" })
            if (Ended(c, handover, status) is { Count: > 0 } ended)
                warnings.Add($"{Shown.Count(ended.Count, "task")} {(status == "failed" ? "" : ended.Count == 1 ? "was " : "were ")}{status} since: {Shown.List(ended, MostNamed)}.");
        long newer = c.First<long>("""
            SELECT count(*) FROM (
                SELECT 1 FROM messages m JOIN agents a ON a.seq = m.from_seq LEFT JOIN sessions s ON s.seq = m.session_seq
                JOIN projects p ON p.seq = COALESCE(s.project_seq, a.project_seq)
                WHERE m.seq > @Seq AND p.id = @Project LIMIT @Limit) newer
            """, new { Seq = handover.MessageSeq, Project = handover.ProjectId, Limit = MostCounted + 1 });
        if (newer > 0)
            warnings.Add($"{(newer > MostCounted ? $"More than {MostCounted} messages were" : $"{newer} message{(newer == 1 ? " was" : "s were")}")} sent since it was written: read your inbox after the document.");
        return warnings;
    }

    private static List<string> Ended(Connection c, Handover handover, string status) => c.Query<string>("""
        SELECT t.id FROM tasks t JOIN projects p ON p.seq = t.project_seq
        WHERE p.id = @Project AND t.status = @Status AND t.ended_at > @Since ORDER BY t.seq LIMIT @Limit
        """, new { Project = handover.ProjectId, Status = status, Since = handover.CreatedAt, Limit = MostCounted });

    private static string Place(string? branch) => branch is null ? "a detached HEAD" : $"branch {Shown.Code(branch)}";
}
