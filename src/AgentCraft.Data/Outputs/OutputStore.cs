using AgentCraft.Data.Agents;
using AgentCraft.Data.Paths;
using AgentCraft.Data.Projects;
using AgentCraft.Data.Search;
using AgentCraft.Data.Sessions;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Outputs;

/// <summary>
/// The tables <c>outputs</c> and <c>output_paths</c>. The content is kept first, in the agent's own file, and the row that refers to it
/// after: whoever dies in between leaves a content that nothing refers to, and a repeated call goes on from there.
/// </summary>
public sealed class OutputStore
{
    internal const string Columns = """
        o.seq, o.previous_seq, o.id, p.name AS project, a.name AS agent, o.type, w.path, o.version, b.id AS previous, o.checksum, o.size, o.is_text,
        s.id AS session, o.created_at
        """;

    internal const string Tables = """
        outputs o JOIN output_paths w ON w.seq = o.path_seq JOIN projects p ON p.seq = o.project_seq JOIN agents a ON a.seq = o.agent_seq
        LEFT JOIN outputs b ON b.seq = o.previous_seq LEFT JOIN sessions s ON s.seq = o.session_seq
        """;

    private readonly Databases _databases;
    private readonly AgentStore _agents;
    private readonly SessionStore _sessions;
    private readonly OutputFiles _files;
    private readonly IdempotencyKeys _keys;
    private readonly OutputSettings _settings;
    private readonly SearchIndex _search;
    private readonly OutputIndex _index;

    internal OutputStore(
        Databases databases, AgentStore agents, SessionStore sessions, OutputFiles files, IdempotencyKeys keys, OutputSettings settings, SearchIndex search, OutputIndex index) =>
        (_databases, _agents, _sessions, _files, _keys, _settings, _search, _index) = (databases, agents, sessions, files, keys, settings, search, index);

    /// <summary>Keeps the content and records it as the newest version of its path.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c>, <c>payload_too_large</c>, <c>not_found</c>, <c>not_allowed</c></exception>
    public async Task<RecordedOutput> Record(NewOutput output, string? idempotencyKey, CancellationToken cancellationToken = default)
    {
        ProjectPath path = ProjectPath.Parse(output.Path);
        OutputContent? content = Given(output);
        IdempotencyKeys.Check(idempotencyKey);
        OutputWish wish = new() { Agent = output.Agent, Path = path.Value, Type = output.Type, Checksum = content?.Checksum, Session = output.Session };
        (AgentRef agent, RecordedOutput? earlier) = await _databases.Central.Read(c => Look(c, wish, idempotencyKey), cancellationToken);
        // The file may have changed since, or be gone.
        if (earlier is not null)
        {
            await _databases.Central.Confirm(cancellationToken);
            return earlier with { Replayed = true };
        }
        content ??= OutputContent.OfBytes(ProjectFile.Read(new(_databases.Root), path, _settings.MaxContentBytes));
        await _files.Keep(agent, content, cancellationToken);
        RecordedOutput recorded = await _databases.Central.Write(c =>
        {
            (RecordedOutput stored, bool replayed) = _keys.Run(c, agent.Id, idempotencyKey, wish,
                DataJson.Default.OutputWish, DataJson.Default.RecordedOutput, () => Insert(c, agent, wish, content));
            return stored with { Replayed = replayed };
        }, cancellationToken);
        _search.Changed("outputs", _index.CatchUp);
        return recorded;
    }

    /// <summary>One output by its id, or the version of a path; the newest when none is named.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c></exception>
    internal static Output Get(Connection c, Project? project, string? id, string? path, int? version) =>
        (id is not null ? c.First<Output>($"SELECT {Columns} FROM {Tables} WHERE o.id = @Id", new { Id = id })
            : c.First<Output>($"""
                SELECT {Columns} FROM {Tables}
                WHERE w.project_seq = @Project AND w.path = @Path AND (@Version IS NULL OR o.version = @Version) ORDER BY o.seq DESC LIMIT 1
                """, new { Project = project?.Seq ?? 0, Path = path, Version = version }))
        ?? throw new AgentCraftException(ErrorCodes.NotFound,
            id is not null ? $"No output '{Text.Shown(id)}'." : $"No output with the path '{Text.Shown(path!)}'{(version is null ? "" : $" and version {version}")}.",
            "list_output_paths shows the paths, list_outputs the versions of each.");

    private OutputContent? Given(NewOutput output) =>
        output.Content is null ? null
        : output.Encoding == ContentEncoding.Base64 ? OutputContent.OfBase64(output.Content, _settings.MaxContentBytes)
        : OutputContent.OfText(output.Content, _settings.MaxContentBytes);

    private (AgentRef, RecordedOutput?) Look(Connection c, OutputWish wish, string? key)
    {
        AgentRef agent = _agents.Identify(c, wish.Agent);
        if (wish.Session is not null)
            _sessions.Get(c, wish.Session);
        return (agent, key is null ? null : _keys.Peek(c, agent.Id, key, wish, DataJson.Default.OutputWish, DataJson.Default.RecordedOutput));
    }

    private RecordedOutput Insert(Connection c, AgentRef agent, OutputWish wish, OutputContent content)
    {
        Session? session = wish.Session is { } named ? _sessions.Get(c, named) : _sessions.FindCurrent(c, agent.Seq);
        long project = session?.ProjectSeq ?? agent.ProjectSeq;
        PathRow path = c.First<PathRow>("""
            INSERT INTO output_paths (project_seq, path, versions) VALUES (@Project, @Path, 1)
            ON CONFLICT (project_seq, path) DO UPDATE SET versions = output_paths.versions + 1
            RETURNING seq, versions
            """, new { Project = project, wish.Path })!;
        Newest? before = c.First<Newest>("SELECT seq, checksum FROM outputs WHERE path_seq = @Path ORDER BY seq DESC LIMIT 1", new { Path = path.Seq });
        string id = Ids.New("output", c.Time.Now);
        c.Execute("""
            INSERT INTO outputs (id, project_seq, agent_seq, session_seq, path_seq, type, version, previous_seq, checksum, size, is_text, created_at)
            VALUES (@Id, @Project, @Agent, @Session, @Path, @Type, @Version, @Previous, @Checksum, @Size, @IsText, @Now)
            """,
            new
            {
                Id = id,
                Project = project,
                Agent = agent.Seq,
                Session = session?.Seq,
                Path = path.Seq,
                wish.Type,
                Version = path.Versions,
                Previous = before?.Seq,
                content.Checksum,
                content.Size,
                content.IsText,
                c.Time.Now,
            });
        return new() { Output = Get(c, null, id, null, null), Changed = before?.Checksum != content.Checksum };
    }

    private sealed class PathRow
    {
        public long Seq { get; init; }
        public long Versions { get; init; }
    }

    private sealed class Newest
    {
        public long Seq { get; init; }
        public string Checksum { get; init; } = "";
    }
}
