namespace AgentCraft.Data.Projects;

/// <summary>The state machine of projects: what is over can only run again.</summary>
internal static class ProjectSteps
{
    /// <summary>The states that may follow, besides the same one.</summary>
    public static IReadOnlyList<ProjectStatus> After(ProjectStatus status) => status switch
    {
        ProjectStatus.Created => [ProjectStatus.Running, ProjectStatus.Completed, ProjectStatus.Failed, ProjectStatus.Stopped],
        ProjectStatus.Running => [ProjectStatus.Paused, ProjectStatus.Completed, ProjectStatus.Failed, ProjectStatus.Stopped],
        ProjectStatus.Paused => [ProjectStatus.Running, ProjectStatus.Completed, ProjectStatus.Failed, ProjectStatus.Stopped],
        _ => [ProjectStatus.Running],
    };

    /// <summary>Nobody works in it any more.</summary>
    public static bool IsOver(ProjectStatus status) => status is ProjectStatus.Completed or ProjectStatus.Failed or ProjectStatus.Stopped;

    /// <exception cref="AgentCraftException"><c>invalid_transition</c>, naming the allowed ones.</exception>
    public static void Check(Project project, ProjectStatus next)
    {
        if (next != project.Status && !After(project.Status).Contains(next))
            throw new AgentCraftException(ErrorCodes.InvalidTransition,
                $"Project '{project.Name}' is {SnakeCase.Of(project.Status)} and cannot become {SnakeCase.Of(next)}.",
                $"Allowed now: {string.Join(", ", After(project.Status).Select(s => SnakeCase.Of(s)))}.");
    }
}
