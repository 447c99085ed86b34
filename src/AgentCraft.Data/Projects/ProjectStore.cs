using AgentCraft.Data.Messages;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Projects;

/// <summary>The table <c>projects</c>.</summary>
/// <param name="databases">The files.</param>
/// <param name="chosen">The setting <c>project</c>: which is the default here; null for the one that is named after the root's directory.</param>
/// <param name="ofRoot">The same as the root's own file has it, whatever this process was told.</param>
public sealed class ProjectStore(Databases databases, string? chosen = null, string? ofRoot = null)
{
    private const string Columns = """
        seq, id, name, path, description, status, prompt_path, settings, tokens, cost, iteration_count, created_by, created_at, updated_at, ended_at
        """;

    /// <summary>What the project that exists without asking is called when it is made: the chosen name, else that of the root's directory.</summary>
    public string DefaultName { get; } = chosen ?? NameOf(databases.Root);

    /// <summary>The project of that name or id; null for the root's own, which is not made by looking.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c></exception>
    public Task<Project> Get(string? nameOrId, CancellationToken cancellationToken = default) =>
        databases.Central.Read(c => FindKnown(c, nameOrId) ?? throw Unknown(c, DefaultName), cancellationToken);

    /// <summary>One page of projects.</summary>
    public async Task<ProjectPage> List(ProjectFilter filter, CancellationToken cancellationToken = default)
    {
        string epoch = await databases.Central.Epoch(cancellationToken);
        return await databases.Central.Read(c => List(c, filter, epoch), cancellationToken);
    }

    internal Project GetOrCreateDefault(Connection c)
    {
        if (FindDefault(c) is { } known)
            return known;
        // Somebody may have made one of that name before it was needed.
        Project project = Find(c, DefaultName) ?? Insert(c, new() { Name = DefaultName, Path = databases.Root }, ProjectStatus.Running, createdBy: null);
        if (chosen is null)
            c.Execute("""
                INSERT INTO store_info (key, value) VALUES ('default_project', @Id) ON CONFLICT (key) DO UPDATE SET value = excluded.value
                """, new { project.Id });
        return project;
    }

    /// <summary>
    /// The default project; null before the first agent has registered. Unless it was chosen by name, it is known by its id, because the
    /// root may be reached by another name later: through a link, in a container, after a renaming.
    /// </summary>
    internal Project? FindDefault(Connection c) => chosen is not null ? Find(c, chosen) : c.First<Project>(
        $"SELECT {Columns} FROM projects WHERE id = (SELECT value FROM store_info WHERE key = 'default_project')");

    /// <summary>
    /// True for the project that the root's files are about: the one that the root's settings name, else the default of whoever names none.
    /// Any other has files of its own beside them.
    /// </summary>
    internal bool IsRoots(Connection c, Project project) =>
        ofRoot is not null ? project.Name == ofRoot
        : c.First<string>("SELECT value FROM store_info WHERE key = 'default_project'") is { } id ? project.Id == id
        : project.Name == NameOf(databases.Root);

    /// <summary>The projects of the store by name, in the order in which they were made.</summary>
    internal static List<string> Names(Connection c) => c.Query<string>("SELECT name FROM projects ORDER BY seq");

    /// <summary>The default project for null or its name; else the one of that name or id.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> with the nearest names</exception>
    internal Project Resolve(Connection c, string? nameOrId) => FindKnown(c, nameOrId) ?? GetOrCreateDefault(c);

    /// <summary>As resolving, but makes nothing: null for the default project before there is one.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> with the nearest names</exception>
    internal Project? FindKnown(Connection c, string? nameOrId) =>
        nameOrId is null ? FindDefault(c)
        : Find(c, nameOrId) ?? (nameOrId == DefaultName ? FindDefault(c) : throw Unknown(c, nameOrId));

    /// <summary>The project of that number, which must exist.</summary>
    internal Project Get(Connection c, long seq) => c.First<Project>($"SELECT {Columns} FROM projects WHERE seq = @Seq", new { Seq = seq })!;

    internal static Project? Find(Connection c, string nameOrId) =>
        c.First<Project>($"SELECT {Columns} FROM projects WHERE name = @NameOrId OR id = @NameOrId", new { NameOrId = nameOrId });

    internal Project Insert(Connection c, NewProject project, ProjectStatus status, string? createdBy)
    {
        string id = Ids.New("project", c.Time.Now);
        c.Execute("""
            INSERT INTO projects (id, name, path, description, status, prompt_path, settings, created_by, created_at, updated_at)
            VALUES (@Id, @Name, @Path, @Description, @Status, @PromptPath, COALESCE(@Settings, '{}'), @CreatedBy, @Now, @Now)
            """,
            new { Id = id, project.Name, project.Path, project.Description, Status = status, project.PromptPath, project.Settings, CreatedBy = createdBy, c.Time.Now });
        return Find(c, id)!;
    }

    internal void Update(Connection c, Project project, ProjectChange change) => c.Execute("""
        UPDATE projects
        SET name = COALESCE(@Name, name), path = NULLIF(COALESCE(@Path, path), ''), description = NULLIF(COALESCE(@Description, description), ''),
            prompt_path = NULLIF(COALESCE(@PromptPath, prompt_path), ''), settings = COALESCE(@Settings, settings), status = COALESCE(@Status, status),
            iteration_count = iteration_count + @AddIterations, updated_at = @Now,
            ended_at = CASE WHEN @Status IS NULL OR @Status = status THEN ended_at WHEN @IsOver = 1 THEN @Now END
        WHERE seq = @Seq
        """,
        new
        {
            project.Seq,
            change.Name,
            change.Path,
            change.Description,
            change.PromptPath,
            change.Settings,
            change.Status,
            change.AddIterations,
            IsOver = change.Status is { } status && ProjectSteps.IsOver(status),
            c.Time.Now,
        });

    /// <exception cref="AgentCraftException">The error for a project that there is not.</exception>
    internal AgentCraftException Unknown(Connection c, string nameOrId) => new(ErrorCodes.NotFound, $"No project '{Text.Shown(nameOrId)}'.",
        nameOrId == DefaultName ? "It is made when the first agent comes: start_session."
        : Text.DidYouMean(nameOrId, c.Query<string>("SELECT name FROM projects ORDER BY seq LIMIT 1000"))
            + $"Leave project out for this root's own, '{DefaultName}'.");

    private static string NameOf(string root) => Path.GetFileName(root.TrimEnd(Path.DirectorySeparatorChar)) is { Length: > 0 } name ? name : "root";

    private static ProjectPage List(Connection c, ProjectFilter filter, string epoch)
    {
        bool newestFirst = filter.Order == ListOrder.Desc;
        string list = Paging.ListName("projects", filter.Order, filter.Status, filter.CreatedAfter, filter.CreatedBefore);
        long? from = filter.Cursor is { } text ? Cursor.Parse(text, list, epoch).Seq : null;
        const string Where = """
            (@Status IS NULL OR status = @Status) AND (@CreatedAfter IS NULL OR created_at >= @CreatedAfter)
            AND (@CreatedBefore IS NULL OR created_at < @CreatedBefore)
            """;
        List<Project> projects = c.Query<Project>($"""
            SELECT {Columns} FROM projects
            WHERE seq {(newestFirst ? "<" : ">")} @From AND {Where} ORDER BY seq {(newestFirst ? "DESC" : "ASC")} LIMIT @Limit
            """,
            new { From = from ?? (newestFirst ? long.MaxValue : 0), filter.Status, filter.CreatedAfter, filter.CreatedBefore, Limit = filter.Limit + 1 });
        bool hasMore = Paging.CutToPage(projects, filter.Limit);
        return new()
        {
            Projects = projects,
            Total = c.First<long>($"SELECT count(*) FROM projects WHERE {Where}", new { filter.Status, filter.CreatedAfter, filter.CreatedBefore }),
            HasMore = hasMore,
            Cursor = projects.Count == 0 ? filter.Cursor : new Cursor(list, epoch, projects[^1].Seq).ToString(),
        };
    }
}
