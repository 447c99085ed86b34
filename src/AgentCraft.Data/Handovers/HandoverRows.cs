using System.Text.Json;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Handovers;

/// <summary>The tables <c>handover_documents</c> and <c>validation_results</c>, in the file of the hand-over agent.</summary>
internal static class HandoverRows
{
    public const string Columns = """
        seq, message_seq, author_id, project_id, cited_files, decided_by, decided_by_id, decided_at, decision_note, id, version, title,
        author_name AS author, template_name AS template, session_id AS session, status, validation_status, file_path, branch, commit_id,
        created_at, published_at, content
        """;

    public static Handover? FindNewest(Connection c, string keeper, string project) => c.First<Handover>($"""
        SELECT {Columns} FROM handover_documents
        WHERE agent_id = @Keeper AND project_id = @Project AND status IN ('published', 'accepted') ORDER BY published_seq DESC LIMIT 1
        """, new { Keeper = keeper, Project = project });

    public static Handover? Find(Connection c, string keeper, string id, int? version) => c.First<Handover>($"""
        SELECT {Columns} FROM handover_documents
        WHERE agent_id = @Keeper AND id = @Id AND (@Version IS NULL OR version = @Version) ORDER BY version DESC LIMIT 1
        """, new { Keeper = keeper, Id = id, Version = version });

    /// <summary>What the rules said when they last ran.</summary>
    public static List<RuleResult> ListResults(Connection c, string keeper, long handoverSeq) => [.. c.Query<ResultRow>("""
        SELECT rule_name, rule_type, status, severity, line, message FROM validation_results
        WHERE agent_id = @Keeper AND handover_seq = @Seq
          AND run = (SELECT max(run) FROM validation_results WHERE handover_seq = @Seq) ORDER BY seq
        """, new { Keeper = keeper, Seq = handoverSeq })
        .Select(row => new RuleResult(row.RuleName, SnakeCase.Parse<RuleType>(row.RuleType), row.Status, row.Severity, row.Line, row.Message))];

    /// <summary>Stores a version, with what the rules said; published when it passes and that is wished for.</summary>
    public static CreatedHandover Insert(Connection c, string keeper, NewVersion version, Draft draft)
    {
        string? path = draft.Validation == ValidationStatus.Passed ? version.PublishTo : null;
        long seq = c.First<long>("""
            INSERT INTO handover_documents (id, version, agent_id, author_id, author_name, project_id, session_id, template_name, title, content,
                placeholders_remaining, validation_status, message_seq, branch, commit_id, cited_files, created_at)
            VALUES (@Id, @Version, @Keeper, @AuthorId, @Author, @Project, @Session, @Template, @Title, @Content,
                @Placeholders, @Validation, @MessageSeq, @Branch, @Commit, @Cited, @Now)
            RETURNING seq
            """,
            new
            {
                version.Id,
                version.Version,
                Keeper = keeper,
                version.AuthorId,
                version.Author,
                version.Project,
                version.Session,
                draft.Template,
                draft.Title,
                draft.Content,
                Placeholders = draft.Placeholders.Select(p => p.Text).ToArray(),
                draft.Validation,
                version.MessageSeq,
                draft.Git.Status?.Branch,
                draft.Git.Status?.Commit,
                Cited = JsonSerializer.Serialize(draft.Cited.Fingerprints, DataJson.Default.IReadOnlyDictionaryStringString),
                c.Time.Now,
            });
        StoreRun(c, keeper, seq, draft.Results);
        if (path is not null)
            Publish(c, keeper, version.Project, seq, path);
        return draft.Created(version.Id, version.Version, path);
    }

    /// <summary>Makes a version the newest published one; the former is superseded.</summary>
    public static void Publish(Connection c, string keeper, string project, long seq, string path)
    {
        c.Execute("UPDATE handover_documents SET status = 'superseded' WHERE agent_id = @Keeper AND project_id = @Project AND status = 'published'",
            new { Keeper = keeper, Project = project });
        c.Execute("""
            UPDATE handover_documents
            SET status = 'published', file_path = @Path, published_at = @Now,
                published_seq = (SELECT COALESCE(max(published_seq), 0) + 1 FROM handover_documents WHERE agent_id = @Keeper)
            WHERE seq = @Seq
            """, new { Keeper = keeper, Seq = seq, Path = path, c.Time.Now });
    }

    /// <summary>One row a rule.</summary>
    public static void StoreRun(Connection c, string keeper, long handoverSeq, IReadOnlyList<RuleResult> results)
    {
        long run = c.First<long>("SELECT COALESCE(max(run), 0) + 1 FROM validation_results WHERE handover_seq = @Seq", new { Seq = handoverSeq });
        foreach (RuleResult result in results)
            c.Execute("""
                INSERT INTO validation_results (id, agent_id, handover_seq, run, rule_name, rule_type, severity, status, line, message, created_at)
                VALUES (@Id, @Keeper, @Handover, @Run, @RuleName, @RuleType, @Severity, @Status, @Line, @Message, @Now)
                """,
                new
                {
                    Id = Ids.New("validation", c.Time.Now),
                    Keeper = keeper,
                    Handover = handoverSeq,
                    Run = run,
                    result.RuleName,
                    result.RuleType,
                    result.Severity,
                    result.Status,
                    result.Line,
                    result.Message,
                    c.Time.Now,
                });
    }

    private sealed class ResultRow
    {
        public string RuleName { get; init; } = "";
        public string RuleType { get; init; } = "";
        public RuleStatus Status { get; init; }
        public RuleSeverity Severity { get; init; }
        public int? Line { get; init; }
        public string Message { get; init; } = "";
    }
}

/// <summary>A version on its way into the table.</summary>
internal sealed record NewVersion
{
    public required string Id { get; init; }
    public int Version { get; init; } = 1;
    public required string AuthorId { get; init; }
    public required string Author { get; init; }
    public required string Project { get; init; }
    public string? Session { get; init; }
    public long MessageSeq { get; init; }
    /// <summary>The file that it is written to if it passes; null when it is not to be published.</summary>
    public string? PublishTo { get; init; }
}
