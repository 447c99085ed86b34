using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Projects;
using ModelContextProtocol.Server;

namespace AgentCraft.Server.Tools;

/// <summary>What agents work on.</summary>
internal sealed partial class ProjectTools(Stores stores)
{
    /// <summary>Makes a project beside this root's own; name it in start_session to work in it.</summary>
    /// <param name="name">Unique here</param>
    /// <param name="agent">Your name</param>
    /// <param name="description">What it is about</param>
    /// <param name="path">Its directory</param>
    /// <param name="promptPath">File with its prompt</param>
    /// <param name="settings">Free-form; budget (dollars), maxIterations</param>
    /// <param name="idempotencyKey">Same key: once</param>
    [McpServerTool(Name = "create_project", Title = "Create project", Destructive = false, Idempotent = false, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Projects)]
    public partial Task<CreatedProject> CreateProject(
        ToolCall call, string name, string? agent = null, string? description = null, string? path = null, string? promptPath = null,
        JsonElement? settings = null, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        stores.ProjectChanges.Create(new()
        {
            Name = name,
            By = call.CallerIfKnown(agent),
            Description = description,
            Path = path,
            PromptPath = promptPath,
            Settings = settings,
        }, idempotencyKey, cancellationToken);

    /// <summary>Changes a project: where it stands, its texts, limits, iterations. Returns it with what changed.</summary>
    /// <param name="agent">Your name</param>
    /// <param name="project">Default: this one</param>
    /// <param name="status">The next state</param>
    /// <param name="name">A new name</param>
    /// <param name="description">Empty clears it</param>
    /// <param name="path">Its directory</param>
    /// <param name="promptPath">File with its prompt</param>
    /// <param name="settings">Replaces all settings</param>
    /// <param name="addIterations">Its own, besides its agents'</param>
    /// <param name="idempotencyKey">Same key: once</param>
    [McpServerTool(Name = "update_project", Title = "Update project", Destructive = false, Idempotent = false, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Projects)]
    public partial Task<ChangedProject> UpdateProject(
        ToolCall call, string? agent = null, string? project = null, ProjectStatus? status = null, string? name = null, string? description = null,
        string? path = null, string? promptPath = null, JsonElement? settings = null, int? addIterations = null, string? idempotencyKey = null,
        CancellationToken cancellationToken = default) =>
        stores.ProjectChanges.Update(new()
        {
            Project = project,
            By = call.CallerIfKnown(agent),
            Status = status,
            Name = name,
            Description = description,
            Path = path,
            PromptPath = promptPath,
            Settings = settings,
            AddIterations = addIterations ?? 0,
        }, idempotencyKey, cancellationToken);

    /// <summary>Lists projects with status, settings and what they have used.</summary>
    /// <param name="status">This status</param>
    /// <param name="createdAfter">ISO 8601</param>
    /// <param name="createdBefore">Made before, ISO 8601</param>
    /// <param name="order">Default desc</param>
    /// <param name="limit">Default 20</param>
    /// <param name="cursor">From last page</param>
    [McpServerTool(Name = "list_projects", Title = "List projects", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Projects)]
    public partial Task<ProjectPage> ListProjects(
        ProjectStatus? status = null, string? createdAfter = null, string? createdBefore = null, ListOrder? order = null, int? limit = null,
        string? cursor = null, CancellationToken cancellationToken = default) =>
        stores.Projects.List(new()
        {
            Status = status,
            CreatedAfter = Times.OfClient(createdAfter, nameof(createdAfter)),
            CreatedBefore = Times.OfClient(createdBefore, nameof(createdBefore)),
            Order = order ?? ListOrder.Asc,
            Limit = Paging.Limit(limit),
            Cursor = cursor,
        }, cancellationToken);

    /// <summary>One project with its status, settings, totals and times.</summary>
    /// <param name="project">Default: this one</param>
    [McpServerTool(Name = "get_project", Title = "Get project", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Projects)]
    public partial Task<Project> GetProject(string? project = null, CancellationToken cancellationToken = default) =>
        stores.Projects.Get(project, cancellationToken);

    /// <summary>Numbers of a project: agents, sessions and tasks by status, messages, tokens, cost, what is left of its budget.</summary>
    /// <param name="project">Default: all</param>
    [McpServerTool(Name = "get_project_stats", Title = "Get project statistics", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Projects)]
    public partial Task<ProjectStats> GetProjectStats(string? project = null, CancellationToken cancellationToken = default) =>
        stores.ProjectStatistics.Get(project, cancellationToken);

    /// <summary>Deletes a project with its agents and all they have. Without
    /// confirm nothing changes and the answer says what would go.</summary>
    /// <param name="project">Name or id</param>
    /// <param name="confirm">The project's exact name</param>
    /// <param name="agent">Your name</param>
    [McpServerTool(Name = "delete_project", Title = "Delete project", Destructive = true, Idempotent = true, OpenWorld = false)]
    [Toolset(ToolsetAttribute.Projects)]
    public partial Task<DeletedProject> DeleteProject(
        ToolCall call, string project, string? confirm = null, string? agent = null, CancellationToken cancellationToken = default) =>
        stores.ProjectDeletion.Delete(project, confirm, call.CallerIfKnown(agent), cancellationToken);
}
