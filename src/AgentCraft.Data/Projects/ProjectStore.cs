using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Projects;

/// <summary>The table <c>projects</c>.</summary>
public sealed class ProjectStore(Databases databases)
{
    private const string Columns = """
        seq, id, name, path, description, status, prompt_path, settings, tokens, cost, iteration_count, created_by, created_at, updated_at, ended_at
        """;

    /// <summary>What the project that exists without asking is called when it is made: the name of the root's directory.</summary>
    public string DefaultName { get; } =
        Path.GetFileName(databases.Root.TrimEnd(Path.DirectorySeparatorChar)) is { Length: > 0 } name ? name : "root";

    internal Project GetOrCreateDefault(Connection c)
    {
        if (FindDefault(c) is { } known)
            return known;
        string id = Ids.New("project", c.Time.Now);
        c.Execute("INSERT INTO projects (id, name, path, status, created_at, updated_at) VALUES (@Id, @Name, @Path, 'running', @Now, @Now)",
            new { Id = id, Name = DefaultName, Path = databases.Root, Now = c.Time.Now });
        c.Execute("INSERT INTO store_info (key, value) VALUES ('default_project', @Id)", new { Id = id });
        return Find(c, id)!;
    }

    /// <summary>
    /// The default project; null before the first agent has registered. Known by its id, because the root may be reached by another name
    /// later: through a link, in a container, after a renaming.
    /// </summary>
    internal Project? FindDefault(Connection c) => c.First<Project>(
        $"SELECT {Columns} FROM projects WHERE id = (SELECT value FROM store_info WHERE key = 'default_project')");

    /// <summary>The default project for null or the name of the root's directory; else the one of that name or id.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> with the nearest names</exception>
    internal Project Resolve(Connection c, string? nameOrId)
    {
        if (nameOrId is null)
            return GetOrCreateDefault(c);
        if (Find(c, nameOrId) is { } named)
            return named;
        return nameOrId == DefaultName ? GetOrCreateDefault(c) : throw Unknown(c, nameOrId);
    }

    /// <summary>As resolving, but makes nothing: null for the default project before there is one.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> with the nearest names</exception>
    internal Project? FindKnown(Connection c, string? nameOrId) =>
        nameOrId is null ? FindDefault(c)
        : Find(c, nameOrId) ?? (nameOrId == DefaultName ? FindDefault(c) : throw Unknown(c, nameOrId));

    /// <summary>The project of that number, which must exist.</summary>
    internal Project Get(Connection c, long seq) => c.First<Project>($"SELECT {Columns} FROM projects WHERE seq = @Seq", new { Seq = seq })!;

    private static Project? Find(Connection c, string nameOrId) =>
        c.First<Project>($"SELECT {Columns} FROM projects WHERE name = @NameOrId OR id = @NameOrId", new { NameOrId = nameOrId });

    private AgentCraftException Unknown(Connection c, string nameOrId) => new(ErrorCodes.NotFound, $"No project '{Text.Shown(nameOrId)}'.",
        Text.DidYouMean(nameOrId, c.Query<string>("SELECT name FROM projects ORDER BY seq LIMIT 1000"))
        + $"Leave project out for this root's own, '{DefaultName}'.");
}
