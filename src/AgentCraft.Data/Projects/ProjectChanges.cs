using System.Text.Json;
using System.Text.Json.Nodes;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Events;
using AgentCraft.Data.Storage;

namespace AgentCraft.Data.Projects;

/// <summary>Making and changing projects, by whom and with what events.</summary>
public sealed class ProjectChanges(Databases databases, ProjectStore projects, AgentStore agents, EventStore events, IdempotencyKeys keys)
{
    // Whose keys they are when nobody said who calls.
    private const string Anybody = "";

    /// <summary>Makes a project.</summary>
    /// <exception cref="AgentCraftException"><c>already_exists</c>, <c>invalid_name</c>, <c>not_found</c> for an unknown caller</exception>
    public Task<CreatedProject> Create(NewProject project, string? idempotencyKey, CancellationToken cancellationToken = default)
    {
        project.Validated();
        return databases.Central.Write(c =>
        {
            AgentRef? teller = Teller(c, project.By);
            (CreatedProject created, bool replayed) = keys.Run(c, teller?.Id ?? Anybody, idempotencyKey, project,
                DataJson.Default.NewProject, DataJson.Default.CreatedProject, () => Create(c, project, teller));
            return created with { Replayed = replayed };
        }, cancellationToken);
    }

    /// <summary>Changes a project; what is as wished already stays untouched.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_transition</c>, <c>already_exists</c> for a new name, <c>not_found</c></exception>
    public Task<ChangedProject> Update(ProjectChange change, string? idempotencyKey, CancellationToken cancellationToken = default)
    {
        change.Validated();
        return databases.Central.Write(c =>
        {
            AgentRef? teller = Teller(c, change.By);
            (ChangedProject changed, bool replayed) = keys.Run(c, teller?.Id ?? Anybody, idempotencyKey, change,
                DataJson.Default.ProjectChange, DataJson.Default.ChangedProject, () => Update(c, change, teller));
            return changed with { Replayed = replayed };
        }, cancellationToken);
    }

    private CreatedProject Create(Connection c, NewProject wish, AgentRef? teller)
    {
        CheckFree(c, wish.Name);
        Project project = projects.Insert(c, wish, ProjectStatus.Created, teller?.Name);
        Log(c, "project_created", project, teller, []);
        ProjectUse.LogCrossed(c, events, project with { Settings = Empty }, project, teller?.Seq);
        return new() { Project = project };
    }

    private ChangedProject Update(Connection c, ProjectChange change, AgentRef? teller)
    {
        Project before = projects.Resolve(c, change.Project);
        List<string> differences = [.. change.Differences(before)];
        if (differences.Count == 0)
            return new() { Project = before, Changed = [], Crossed = [] };
        if (differences.Contains("name"))
            CheckFree(c, change.Name!);
        if (change.Status is { } status)
            ProjectSteps.Check(before, status);
        if (before.IterationCount > long.MaxValue - change.AddIterations)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, "The total of iterations would be too large to be kept.", "Add less.");
        projects.Update(c, before, change);
        Project after = projects.Get(c, before.Seq);
        if (after.Status != before.Status)
            Log(c, "project_status_changed", after, teller, new() { ["from"] = SnakeCase.Of(before.Status), ["to"] = SnakeCase.Of(after.Status) });
        if (differences.Any(member => member != "status"))
            Log(c, "project_updated", after, teller, new() { ["changed"] = new JsonArray([.. differences.Where(m => m != "status").Select(m => (JsonNode)m)]) });
        return new() { Project = after, Changed = differences, Crossed = ProjectUse.LogCrossed(c, events, before, after, teller?.Seq) };
    }

    private static JsonElement Empty => JsonElement.Parse("{}");

    private static void CheckFree(Connection c, string name)
    {
        if (ProjectStore.Find(c, name) is not null)
            throw new AgentCraftException(ErrorCodes.AlreadyExists, $"There is a project '{name}' already.", "get_project shows it; choose another name for a new one.");
    }

    private AgentRef? Teller(Connection c, string? by) => by is null ? null : agents.Identify(c, by);

    private void Log(Connection c, string type, Project project, AgentRef? teller, JsonObject data) => events.Append(c, new(type)
    {
        ProjectSeq = project.Seq,
        AgentSeq = teller?.Seq,
        EntityType = "project",
        EntityId = project.Id,
        Data = data.ToJsonString(),
    });
}
