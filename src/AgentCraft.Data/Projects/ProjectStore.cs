using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Projects;

/// <summary>The table <c>projects</c>.</summary>
public sealed class ProjectStore(Databases databases)
{
    private const string Columns = "seq, id, name, path, description, status, settings, cost, created_at";

    /// <summary>The name of the project that exists without asking: that of the root's directory.</summary>
    public string DefaultName { get; } =
        Path.GetFileName(databases.Root.TrimEnd(Path.DirectorySeparatorChar)) is { Length: > 0 } name ? name : "root";

    internal Project GetOrCreateDefault(Connection c)
    {
        if (Find(c, DefaultName) is { } known)
            return known;
        c.Execute("""
            INSERT INTO projects (id, name, path, status, created_at, updated_at) VALUES (@Id, @Name, @Path, 'running', @Now, @Now)
            """,
            new { Id = Ids.New("project", databases.Time.GetUtcNow()), Name = DefaultName, Path = databases.Root, Now = databases.Time.GetUtcNow() });
        return Find(c, DefaultName)!;
    }

    /// <summary>The default project; null before the first agent has registered.</summary>
    internal Project? FindDefault(Connection c) => Find(c, DefaultName);

    /// <summary>The default project for null; else the one of that name or id.</summary>
    /// <exception cref="AgentCraftException"><c>not_found</c> with the nearest names</exception>
    internal Project Resolve(Connection c, string? nameOrId)
    {
        if (nameOrId is null || nameOrId == DefaultName)
            return GetOrCreateDefault(c);
        return Find(c, nameOrId) ?? throw new AgentCraftException(ErrorCodes.NotFound, $"No project '{Text.Shown(nameOrId)}'.",
            Text.DidYouMean(nameOrId, c.Query<string>("SELECT name FROM projects ORDER BY seq LIMIT 1000"))
            + $"Leave project out for this root's own, '{DefaultName}'.");
    }

    private static Project? Find(Connection c, string nameOrId) =>
        c.First<Project>($"SELECT {Columns} FROM projects WHERE name = @NameOrId OR id = @NameOrId", new { NameOrId = nameOrId });
}
